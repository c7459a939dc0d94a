import type { RelayState } from '@uketsuke/shared/contracts';
import type { SyncTrouble } from '@uketsuke/shared/errors';
import type { PeerName } from '../store/documents.ts';

/**
 * How syncing stands. All of it is about the peer in use, but for `pendingAtCity` and `hubTrouble`. Synced means
 * acknowledged for that id by that peer; nothing else counts (SYN-1), and the hub's acknowledgement is not the city's
 * (SYN-8). `isAllAtCity` tells whether the screen may say that all is done.
 */
export interface SyncState {
  /**
   * The peer in use: the hub while it is set and answers, else the city's server. Null when this kiosk knows of no
   * server at all. The city may be asked besides while the hub is in use (when the hub has no way to the city).
   */
  readonly peer: PeerName | null;
  /** Own events that the peer in use has not acknowledged. */
  readonly pending: number;
  /** When the oldest of them was recorded, UTC; null when none is pending. */
  readonly oldestPendingAt: string | null;
  /** Own events that the city's server has not acknowledged to this kiosk itself; a hub may have passed them on. */
  readonly pendingAtCity: number;
  /** Last exchange with the peer in use that worked, UTC; null when none did since the program started. */
  readonly lastExchangeAt: string | null;
  /** Events that the peer in use put aside as unacceptable. */
  readonly quarantined: number;
  /** Events that the city's server put aside, whichever peer is in use: they are not on headquarters' roster. */
  readonly quarantinedAtCity: number;
  /** What the hub said last of its own way to the city; null while the city is in use, or when the hub said nothing. */
  readonly relay: RelayState | null;
  /** Why the last exchange with the peer in use failed; null when it worked, or before the first. */
  readonly trouble: SyncTrouble | null;
  /** Why a hub that is set is not in use; null without a hub, and while it answers. */
  readonly hubTrouble: SyncTrouble | null;
}

/** Before any exchange, with nothing recorded. */
export const NOTHING_SYNCED: SyncState = {
  peer: null,
  pending: 0,
  oldestPendingAt: null,
  pendingAtCity: 0,
  lastExchangeAt: null,
  quarantined: 0,
  quarantinedAtCity: 0,
  relay: null,
  trouble: null,
  hubTrouble: null,
};

/**
 * Whether all of this kiosk's own events are on the city's roster, by what it was told: acknowledged by the city itself,
 * or by a hub that says it has passed everything on. False before any exchange, and while any is set aside: an answer is
 * no place on the roster.
 */
export function isAllAtCity(sync: SyncState): boolean {
  if (sync.lastExchangeAt === null || sync.trouble !== null || sync.pending > 0) return false;
  if (sync.quarantined > 0 || sync.quarantinedAtCity > 0) return false;
  return sync.pendingAtCity === 0 || (sync.peer === 'hub' && sync.relay?.pending === 0);
}
