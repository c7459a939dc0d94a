/**
 * A stamp says when something was recorded, and a clock can be years ahead, or lie. Nothing was recorded after it was
 * received: so where the city's server says when that was, an event's place in the order is its stamp or its receipt,
 * whichever is earlier (CLK-4). Later stamps of one device stay later, as what is recorded later is received later.
 */

/** ms since 1970 UTC that bound the event's place; undefined where its stamp does not lie ahead of its receipt. */
export function receiptBoundOf(hlc: string, receivedAt: string): number | undefined {
  const received = Date.parse(receivedAt);
  return wallOf(hlc) > received ? received : undefined;
}

/**
 * Where an event stands among others: sorts as text. What is bounded to one moment stands in the order of its stamps.
 * @param bound of `receiptBoundOf`; undefined where there is none, or the city has not said yet
 */
export function placeOf(hlc: string, bound: number | undefined): string {
  return bound === undefined || wallOf(hlc) <= bound ? hlc : `${boundedStamp(hlc, bound)} ${hlc}`;
}

/** The latest stamp that could have been given at that moment, for those who know stamps only. */
export function boundedStamp(hlc: string, bound: number | undefined): string {
  if (bound === undefined || wallOf(hlc) <= bound) return hlc;
  return `${Math.max(0, Math.floor(bound)).toString(16).padStart(12, '0')}-ffff-${hlc.slice(18)}`;
}

function wallOf(hlc: string): number {
  return Number.parseInt(hlc.slice(0, 12), 16);
}
