/** Keys closer together than this come from no hand, ms; USB scanners in keyboard mode need 1 to 20. */
export const HAND_GAP_MS = 30;
/** So many digits at a scanner's pace, and its Enter. */
const SCANNER_DIGITS = 3;

/**
 * Tells digits that were typed into a field from those of a barcode that a USB scanner typed there: a card's PIN has
 * three tries, and a product's number must not cost one. Times are those of the key events, ms.
 */
export class DigitTyping {
  #lastAt = Number.NEGATIVE_INFINITY;
  #fast = 0;
  #tooMany = false;

  /** A digit's key; `isFull` when the field takes no more. */
  digit(at: number, isFull: boolean): void {
    this.#fast = at - this.#lastAt <= HAND_GAP_MS ? this.#fast + 1 : 1;
    this.#lastAt = at;
    this.#tooMany ||= isFull;
  }

  /** Digits were taken away, or put in without keys. */
  changed(): void {
    this.#fast = 0;
    this.#tooMany = false;
  }

  /** Whether what is about to be sent is a scanner's; `enterAt` is the Enter key's time, where one was pressed. */
  isScanners(enterAt: number | null): boolean {
    const isBurst = enterAt !== null && enterAt - this.#lastAt <= HAND_GAP_MS && this.#fast >= SCANNER_DIGITS;
    return this.#tooMany || isBurst;
  }
}
