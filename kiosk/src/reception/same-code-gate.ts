/** How long a code must have been out of sight before the same code is taken again, ms. */
export const SAME_CODE_HOLD_MS = 3_000;

/**
 * Lets each code through once while it is in view. A camera reads the same card on every frame: the code is held back
 * as long as it is seen, and until `holdMs` after it was last seen. Another code is let through at once.
 */
export class SameCodeGate {
  readonly #holdMs: number;
  readonly #lastSeen = new Map<string, number>();

  constructor(holdMs: number = SAME_CODE_HOLD_MS) {
    this.#holdMs = holdMs;
  }

  /** Whether the code, seen at `nowMs` (any steady clock), is to be taken. Seeing it prolongs the hold. */
  lets(text: string, nowMs: number): boolean {
    this.#forget(nowMs);
    const held = this.#lastSeen.has(text);
    this.#lastSeen.set(text, nowMs);
    return !held;
  }

  #forget(nowMs: number): void {
    for (const [text, seen] of this.#lastSeen) if (nowMs - seen >= this.#holdMs) this.#lastSeen.delete(text);
  }
}
