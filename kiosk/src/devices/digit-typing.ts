/** Keys closer together than this come from no hand, ms; USB scanners in keyboard mode need 1 to 20. */
export const HAND_GAP_MS = 30;
/** So many digits at a scanner's pace, and its Enter. */
const SCANNER_DIGITS = 3;
/** So many keys in a row at a scanner's pace, whatever follows. */
const BURST_KEYS = 5;
/** No hand keeps this pace, ms between keys, for that many: slow scanners do. */
const SLOW_GAP_MS = 50;
const SLOW_BURST_KEYS = 7;
/** A finger may slip onto a letter; so many are no PIN. */
const STRAY_KEYS = 3;

/**
 * Tells digits that were typed into a field from those of a barcode that a USB scanner typed there: a card's PIN has
 * three tries, and a product's number must not cost one. Times are those of the key events, ms.
 */
export class DigitTyping {
  #lastAt = Number.NEGATIVE_INFINITY;
  #fast = 0;
  #steady = 0;
  #stray = 0;
  #tooMany = false;

  /** A digit's key; `isFull` when the field takes no more. */
  digit(at: number, isFull: boolean): void {
    this.#key(at);
    this.#tooMany ||= isFull;
  }

  /** A key that types something other than a digit, which the field does not take. */
  stray(at: number): void {
    this.#key(at);
    this.#stray += 1;
  }

  /** Digits were taken away, or put in without keys. */
  changed(): void {
    this.#tooMany = false;
    this.#stray = 0;
  }

  /** Whether the last key is one of a burst that no hand types. */
  get isBurst(): boolean {
    return this.#fast >= BURST_KEYS || this.#steady >= SLOW_BURST_KEYS;
  }

  /** Whether what is about to be sent is a scanner's; `enterAt` is the Enter key's time, where one was pressed. */
  isScanners(enterAt: number | null): boolean {
    const gap = enterAt === null ? Number.POSITIVE_INFINITY : enterAt - this.#lastAt;
    const isBurst = gap <= HAND_GAP_MS && this.#fast >= SCANNER_DIGITS;
    return this.#tooMany || this.#stray >= STRAY_KEYS || isBurst || (gap <= SLOW_GAP_MS && this.isBurst);
  }

  #key(at: number): void {
    const gap = at - this.#lastAt;
    this.#fast = gap <= HAND_GAP_MS ? this.#fast + 1 : 1;
    this.#steady = gap <= SLOW_GAP_MS ? this.#steady + 1 : 1;
    this.#lastAt = at;
  }
}
