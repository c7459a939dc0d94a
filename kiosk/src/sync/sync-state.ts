import type { RelayState } from '@uketsuke/shared/contracts';
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
  relay: null,
  trouble: null,
  hubTrouble: null,
};

/**
 * Why an exchange failed.
 * - `no-network`: this laptop is on no network
 * - `server-unreachable`: no answer at all: name not found, refused, silent, cut off
 * - `server-failing`: the peer answers that it cannot now (5xx), is busy, or refuses for an unforeseen reason
 * - `answers-strangely`: something answers that is not the peer: a proxy's error page, a Wi-Fi sign-in page
 * - `device-revoked`: HQ has withdrawn this device; it goes on admitting (SYN-7)
 * - `device-unknown`: the peer does not know this credential: enrolled elsewhere, or the server was replaced
 * - `store-failed`: this laptop's own store does not take or give what syncing needs
 * - `clock-off`: no answer and the clock is wrong, which makes TLS certificates look invalid
 */
export const SYNC_TROUBLES = [
  'no-network',
  'server-unreachable',
  'server-failing',
  'answers-strangely',
  'device-revoked',
  'device-unknown',
  'store-failed',
  'clock-off',
] as const;
export type SyncTrouble = (typeof SYNC_TROUBLES)[number];

/**
 * Whether all of this kiosk's own events are at the city, by what it was told: acknowledged by the city itself, or by
 * a hub that says it has passed everything on. False before any exchange.
 */
export function isAllAtCity(sync: SyncState): boolean {
  if (sync.lastExchangeAt === null || sync.trouble !== null || sync.pending > 0) return false;
  return sync.pendingAtCity === 0 || (sync.peer === 'hub' && sync.relay?.pending === 0);
}
