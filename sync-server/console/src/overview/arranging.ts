import type { ShelterSummary } from '@uketsuke/shared/contracts';
import { foldForSearch } from '@uketsuke/shared/person';

/** Columns of the overview that can be sorted by. */
export const SORT_COLUMNS = [
  'name',
  'state',
  'admitted',
  'present',
  'out',
  'headcount',
  'stayShelter',
  'stayCar',
  'stayHome',
  'lastReport',
  'duplicates',
  'quarantined',
] as const;
export type SortColumn = (typeof SORT_COLUMNS)[number];

export interface Arrangement {
  readonly column: SortColumn;
  readonly direction: 'ascending' | 'descending';
}

export interface ShelterFilter {
  /** Part of a name, kana or address; empty for all. */
  readonly words: string;
  readonly show: 'all' | 'open' | 'closed' | 'unknown' | 'attention';
}

const STATE_ORDER = { open: 0, unknown: 1, closed: 2 } as const;

/** The shelters in the order asked for. What is unknown comes last in either direction; equals stand by name. */
export function arrange(shelters: readonly ShelterSummary[], arrangement: Arrangement): ShelterSummary[] {
  const collator = new Intl.Collator('ja');
  const sign = arrangement.direction === 'ascending' ? 1 : -1;
  const byName = (left: ShelterSummary, right: ShelterSummary) => collator.compare(nameKey(left), nameKey(right));
  return shelters.toSorted((left, right) => {
    if (arrangement.column === 'name') return sign * byName(left, right);
    const a = figureOf(left, arrangement.column);
    const b = figureOf(right, arrangement.column);
    if (a === null || b === null) return Number(a === null) - Number(b === null) || byName(left, right);
    return sign * (a - b) || byName(left, right);
  });
}

/** The shelters the filter lets through. `attention`: duplicates, quarantined documents or an unknown state. */
export function filterShelters(shelters: readonly ShelterSummary[], filter: ShelterFilter): ShelterSummary[] {
  const words = foldForSearch(filter.words);
  return shelters.filter((summary) => isShown(summary, filter.show) && mentions(summary, words));
}

function isShown(summary: ShelterSummary, show: ShelterFilter['show']): boolean {
  if (show === 'all') return true;
  if (show !== 'attention') return summary.state === show;
  return summary.state === 'unknown' || (summary.duplicates ?? 0) > 0 || (summary.quarantined ?? 0) > 0;
}

function mentions({ shelter }: ShelterSummary, words: string): boolean {
  if (words === '') return true;
  return [shelter.name, shelter.kana, shelter.address].some(
    (text) => text !== undefined && foldForSearch(text).includes(words),
  );
}

function nameKey({ shelter }: ShelterSummary): string {
  return shelter.kana ?? shelter.name;
}

function figureOf(summary: ShelterSummary, column: Exclude<SortColumn, 'name'>): number | null {
  switch (column) {
    case 'state':
      return STATE_ORDER[summary.state];
    case 'lastReport':
      return summary.lastReportAt === null ? null : Date.parse(summary.lastReportAt);
    case 'duplicates':
    case 'quarantined':
      return summary[column];
    case 'stayShelter':
      return summary.counts?.byStay.shelter ?? null;
    case 'stayCar':
      return summary.counts?.byStay.car ?? null;
    case 'stayHome':
      return summary.counts?.byStay.home ?? null;
    default:
      return summary.counts?.[column] ?? null;
  }
}
