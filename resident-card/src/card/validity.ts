import type { StoredCard } from './stored-card.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const EXPIRING_WITHIN_DAYS = 90;

/** How the card stands. `unknown`: the server does not know this card or its token. */
export type Validity = 'valid' | 'expiring' | 'expired' | 'revoked' | 'unknown';

/** How the card stands at `nowMs` (ms since 1970 UTC), by its own dates and what the server last said. */
export function validityOf(card: Pick<StoredCard, 'expiresAt' | 'lastState'>, nowMs: number): Validity {
  const { state } = card.lastState;
  if (state === 'revoked' || state === 'unknown') return state;
  const leftMs = Date.parse(card.expiresAt) - nowMs;
  if (leftMs <= 0 || state === 'expired') return 'expired';
  return leftMs < EXPIRING_WITHIN_DAYS * DAY_MS ? 'expiring' : 'valid';
}

/** Whether the server can replace the card by a re-issue; otherwise only a new card can be made. */
export function isReplaceable(card: Pick<StoredCard, 'lastState'>): boolean {
  return card.lastState.state !== 'revoked' && card.lastState.state !== 'unknown';
}

/** A moment within the last day in Japan on which the card is valid from morning to night; ms since 1970 UTC. */
export function lastValidDayMs(card: Pick<StoredCard, 'expiresAt'>): number {
  return Date.parse(card.expiresAt) - DAY_MS;
}
