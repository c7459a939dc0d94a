import type { ShelterSummary } from '@uketsuke/shared/contracts';

const NAMED_MAX = 12;

/** Names of shelters that never reported, the first of them, and how many more there are. */
export function silentShelters(summaries: readonly Pick<ShelterSummary, 'shelter' | 'lastReportAt'>[]): {
  readonly names: readonly string[];
  readonly others: number;
} {
  const silent = summaries.filter(({ lastReportAt }) => lastReportAt === null).map(({ shelter }) => shelter.name);
  return { names: silent.slice(0, NAMED_MAX), others: Math.max(0, silent.length - NAMED_MAX) };
}
