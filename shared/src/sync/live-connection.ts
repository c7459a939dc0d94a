import { createParser } from 'eventsource-parser';
import { LIVE_HEARTBEAT_MS, type LiveNudge, liveNudgeSchema } from '../contracts/index.ts';
import { pauseAfter } from './backoff.ts';
import type { SyncClient } from './sync-client.ts';
import { SyncFailure } from './sync-failure.ts';
import { WakeUp } from './wake-up.ts';

/** A connection that is silent for so long is dead, whatever the operating system thinks. */
const SILENCE_MS = 3 * LIVE_HEARTBEAT_MS;

export interface LiveConnectionOptions {
  readonly client: SyncClient;
  readonly chance: () => number;
  /** Something may have changed; also called after every reconnect (SYN-4). */
  readonly onNudge: (nudge: LiveNudge) => void;
  readonly onServerTime: (serverTime: string) => void;
  /** The connection ended or could not be made: whoever waits for nudges had better ask at once. */
  readonly onFailure: (failure: SyncFailure) => void;
  readonly silenceMs?: number;
}

/** Keeps one live connection to the server for as long as it runs. It carries nudges, never documents. */
export class LiveConnection {
  readonly #options: LiveConnectionOptions;
  readonly #pause = new WakeUp();
  #stopped = false;
  #connection: AbortController | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(options: LiveConnectionOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Ends a pause between two tries, when the network seems to be back. */
  hurry(): void {
    this.#pause.wake();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#connection?.abort();
    this.#pause.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#stopped; ) {
      let heard = false;
      const failure = await this.#listen(() => {
        heard = true;
      });
      if (this.#stopped) return;
      failures = heard ? 1 : failures + 1;
      this.#options.onFailure(failure);
      await this.#pause.wait(pauseAfter(failure, failures, this.#options.chance));
    }
  }

  /** Listens until the connection ends; what ended it. */
  async #listen(onHeard: () => void): Promise<SyncFailure> {
    const connection = new AbortController();
    this.#connection = connection;
    let silent = false;
    const giveUp = () => {
      silent = true;
      connection.abort();
    };
    const silenceMs = this.#options.silenceMs ?? SILENCE_MS;
    let silence = setTimeout(giveUp, silenceMs);
    const parser = createParser({ onEvent: (event) => this.#takeNudge(event.data) });
    try {
      const stream = await this.#options.client.openLive(connection.signal);
      const decoder = new TextDecoder();
      const reader = stream.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return new SyncFailure('unreachable');
        onHeard();
        clearTimeout(silence);
        silence = setTimeout(giveUp, silenceMs);
        parser.feed(decoder.decode(value, { stream: true }));
      }
    } catch (error) {
      if (silent) return new SyncFailure('timed-out', { cause: error });
      return error instanceof SyncFailure ? error : new SyncFailure('unreachable', { cause: error });
    } finally {
      clearTimeout(silence);
      connection.abort();
    }
  }

  #takeNudge(data: string): void {
    const nudge = liveNudgeSchema.safeParse(frameJson(data));
    if (!nudge.success) return;
    this.#options.onServerTime(nudge.data.serverTime);
    this.#options.onNudge(nudge.data);
  }
}

function frameJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
