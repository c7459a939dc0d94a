const LOOKS_AGAIN_AFTER_MS = 10;
const GIVES_UP_AFTER_MS = 60_000;

/** Waits until `found` gives something. Throws when it does not for a minute. @param what is awaited, for the error */
export async function waitFor<Found>(what: string, found: () => Found | null | undefined | false): Promise<Found> {
  for (const givesUpAt = performance.now() + GIVES_UP_AFTER_MS; performance.now() < givesUpAt; ) {
    const one = found();
    if (one !== null && one !== undefined && one !== false) return one;
    await new Promise((resolve) => setTimeout(resolve, LOOKS_AGAIN_AFTER_MS));
  }
  throw new Error(`the gallery waits for ${what} in vain`);
}

/** Does at the screen what staff do: everything by the test ids that the screens have. */
export class ScreenHands {
  readonly #document: Document;

  constructor(document: Document) {
    this.#document = document;
  }

  /** Waits for an element, by a CSS selector. */
  see(selector: string): Promise<HTMLElement> {
    return waitFor(selector, () => this.#document.querySelector<HTMLElement>(selector));
  }

  /** Presses a button, once it can be pressed. */
  async press(testId: string): Promise<void> {
    const button = await this.see(`[data-testid="${testId}"]:not([disabled])`);
    button.click();
  }

  /** Puts text into a field, in place of what is in it. */
  async type(testId: string, text: string): Promise<void> {
    const field = await this.see(`input[data-testid="${testId}"]`);
    if (!(field instanceof HTMLInputElement)) throw new TypeError(`${testId} is no field`);
    field.focus();
    // React hears only of values that were not set by way of its own property.
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, text);
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }

  /** Types digits one by one, as slowly as a person. */
  key(key: string): void {
    const target = this.#document.activeElement ?? this.#document.body;
    for (const type of ['keydown', 'keyup']) {
      target.dispatchEvent(new KeyboardEvent(type, { key, bubbles: true, cancelable: true }));
    }
  }

  /** Gives the page what a scanner read. */
  scan(text: string): void {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', text);
    this.#document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
  }
}
