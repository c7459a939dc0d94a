/** 22 November 2026 in Japan. */
const MIDNIGHT = Date.UTC(2026, 10, 21, 15);
const MINUTE_MS = 60_000;

/** A clock that stands still until it is set: what the screens say of times is the same at every visit. */
export class GalleryClock {
  #now = this.at('10:24');

  /** Ms since 1970 UTC. */
  readonly now = (): number => this.#now;

  /** @param now ms since 1970 UTC */
  set(now: number): void {
    this.#now = now;
  }

  /** A time of the gallery's day. @param time Japan's time, `HH:MM` @returns ms since 1970 UTC */
  at(time: string): number {
    const [hours = 0, minutes = 0] = time.split(':').map(Number);
    return MIDNIGHT + (hours * 60 + minutes) * MINUTE_MS;
  }
}
