import type { ServerResponse } from 'node:http';

/** Streams that one holder of a credential may have: a kiosk needs one, a browser one for all its tabs. */
const SEATS = 4;

/**
 * Bounds the event streams of each credential (SYN-14). Whoever opens one more ends the oldest: a connection that died
 * without a word must keep nobody out.
 */
export class StreamSeats {
  readonly #open = new Map<string, ServerResponse[]>();

  /** @param holder names the credential */
  take(holder: string, response: ServerResponse): void {
    const open = [...(this.#open.get(holder) ?? []), response];
    for (const oldest of open.splice(0, open.length - SEATS)) oldest.end();
    this.#open.set(holder, open);
    response.once('close', () => this.#leave(holder, response));
  }

  #leave(holder: string, response: ServerResponse): void {
    const left = (this.#open.get(holder) ?? []).filter((each) => each !== response);
    if (left.length === 0) this.#open.delete(holder);
    else this.#open.set(holder, left);
  }
}
