/**
 * Runs in the kiosk's page: types codes and times every admission by the page's own clock, from the key that completes
 * a code to the result on the screen.
 */
const TIMEOUT_MS = 20_000;

let tell: (latencyMs: number) => void = () => undefined;
let completeAt = 0;
let lastEventId: string | undefined;

/** Starts to watch. */
export function watchAdmissions(): void {
  new MutationObserver(noteResult).observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['data-event-id'],
  });
}

/** Types a card's code at once, as the keydowns of a USB scanner; the latency of its admission, ms. */
export function admit(code: string): Promise<number> {
  return new Promise((resolve, reject) => {
    tell = resolve;
    setTimeout(() => reject(new Error('no admission was shown')), TIMEOUT_MS);
    for (const character of code) press(`${/\d/.test(character) ? 'Digit' : 'Key'}${character}`, character);
    completeAt = performance.now();
    press('Enter', 'Enter');
  });
}

function press(code: string, key: string): void {
  for (const type of ['keydown', 'keyup']) {
    document.body.dispatchEvent(new KeyboardEvent(type, { code, key, bubbles: true, cancelable: true }));
  }
}

function noteResult(): void {
  const result = document.querySelector('[data-testid=result][data-kind=admitted]');
  const eventId = result?.getAttribute('data-event-id') ?? undefined;
  if (eventId === undefined || eventId === lastEventId) return;
  lastEventId = eventId;
  tell(performance.now() - completeAt);
}
