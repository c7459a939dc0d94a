import type { ShelterSummary } from '@uketsuke/shared/contracts';

/** A sum over shelters of which some may not be known. Unknown is not zero (FLD-6). */
export interface PartialSum {
  /** The sum of what is known; null when nothing is. */
  readonly sum: number | null;
  /** How many shelters are missing from it. */
  readonly unknown: number;
}

export interface Totals {
  readonly shelters: number;
  readonly open: number;
  readonly closed: number;
  readonly stateUnknown: number;
  readonly admitted: PartialSum;
  readonly present: PartialSum;
  readonly out: PartialSum;
  readonly headcount: PartialSum;
  readonly duplicates: PartialSum;
  readonly quarantined: PartialSum;
}

/** Totals over the shelters given, each saying how many shelters it lacks. */
export function totalsOf(shelters: readonly ShelterSummary[]): Totals {
  const inState = (state: ShelterSummary['state']) => shelters.filter((summary) => summary.state === state).length;
  return {
    shelters: shelters.length,
    open: inState('open'),
    closed: inState('closed'),
    stateUnknown: inState('unknown'),
    admitted: sumOf(shelters.map((summary) => summary.counts?.admitted ?? null)),
    present: sumOf(shelters.map((summary) => summary.counts?.present ?? null)),
    out: sumOf(shelters.map((summary) => summary.counts?.out ?? null)),
    headcount: sumOf(shelters.map((summary) => summary.counts?.headcount ?? null)),
    duplicates: sumOf(shelters.map((summary) => summary.duplicates)),
    quarantined: sumOf(shelters.map((summary) => summary.quarantined)),
  };
}

/** Sums what is known; without any part the sum is zero, with only unknown parts it is unknown. */
export function sumOf(parts: readonly (number | null)[]): PartialSum {
  const known = parts.filter((part) => part !== null);
  const unknown = parts.length - known.length;
  return { sum: known.length === 0 && unknown > 0 ? null : known.reduce((sum, part) => sum + part, 0), unknown };
}
