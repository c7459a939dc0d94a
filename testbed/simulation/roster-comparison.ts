import type { RosterPerson } from '@uketsuke/shared/contracts';

export interface Comparison {
  /** Acknowledged by a kiosk and not on HQ's roster of that shelter. */
  readonly lost: number;
  /** On HQ's roster more often than acknowledged: listed or admitted twice, or never acknowledged at all. */
  readonly duplicated: number;
}

/**
 * Compares HQ's roster with what kiosks acknowledged.
 * @param acknowledged shelter of every resident whose admission a kiosk acknowledged
 * @param roster every entry that HQ shows, of all shelters
 */
export function compareRoster(
  acknowledged: ReadonlyMap<string, string>,
  roster: Iterable<Pick<RosterPerson, 'residentId' | 'shelterId' | 'repeatedAdmissions'>>,
): Comparison {
  const missing = new Set(acknowledged.keys());
  let duplicated = 0;
  for (const { residentId, shelterId, repeatedAdmissions } of roster) {
    const isFirst = acknowledged.get(residentId) === shelterId && missing.delete(residentId);
    duplicated += repeatedAdmissions + (isFirst ? 0 : 1);
  }
  return { lost: missing.size, duplicated };
}
