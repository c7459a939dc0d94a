/** Runs in the kiosk's page: keeps when, in ms since 1970 UTC, what the bench times was shown or done. */
export interface CardTimes {
  /** The desk asked for the way to open the card. */
  readonly asked: number | null;
  /** The digits were handed in. */
  readonly handedIn: number | null;
  /** The admission was shown, which is after it was durable. */
  readonly admitted: number | null;
  readonly eventId: string | null;
}

const NOTHING: CardTimes = { asked: null, handedIn: null, admitted: null, eventId: null };
let times = NOTHING;
let lastEventId: string | null = null;

/** Starts to watch. */
export function watchCards(): void {
  new MutationObserver(note).observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['data-show', 'data-event-id'],
  });
  document.addEventListener(
    'submit',
    () => {
      times = { ...times, handedIn: Date.now() };
    },
    { capture: true },
  );
}

/** Forgets the times of the last card. */
export function forgetTimes(): void {
  times = NOTHING;
}

/** Times since the last `forgetTimes`. */
export function cardTimes(): CardTimes {
  return times;
}

function note(): void {
  const now = Date.now();
  const asks = document.querySelector('[data-testid=my-number-panel][data-show=choose]') !== null;
  if (asks && times.asked === null) times = { ...times, asked: now };
  const eventId =
    document.querySelector('[data-testid=result][data-kind=admitted]')?.getAttribute('data-event-id') ?? null;
  if (eventId === null || eventId === lastEventId) return;
  lastEventId = eventId;
  times = { ...times, admitted: now, eventId };
}
