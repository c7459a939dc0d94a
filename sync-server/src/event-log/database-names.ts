import type { ShelterId } from '@uketsuke/shared/identifiers';

/** What kiosks sent and the server could not take. */
export const QUARANTINE_DATABASE = 'quarantine';

/** The event log of one shelter. One database each, so that what a kiosk pulls holds its own shelter's changes only. */
export function receptionDatabase(shelterId: ShelterId): string {
  return `reception-${shelterId}`;
}
