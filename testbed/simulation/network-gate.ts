import { setTimeout as pause } from 'node:timers/promises';

/** Tries to connect while there is no network end after this long: less than what a request may take as a whole. */
const TRIED_FOR_MS = 7_000;

/** Whether there is a network at all, for many clients at once. What is being tried when it returns goes through then. */
export class NetworkGate {
  readonly #opened = new AbortController();

  open(): void {
    this.#opened.abort();
  }

  fetch(send: typeof fetch): typeof fetch {
    return async (input, init) => {
      const { signal } = this.#opened;
      if (!signal.aborted) {
        const ends = AbortSignal.any([signal, ...(init?.signal ? [init.signal] : [])]);
        await pause(TRIED_FOR_MS, undefined, { signal: ends }).catch(() => undefined);
        if (!signal.aborted) throw new TypeError('there is no network');
      }
      return send(input, init);
    };
  }
}
