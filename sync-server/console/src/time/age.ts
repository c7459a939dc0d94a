/** How long ago, in the unit people say it in. */
export interface Age {
  readonly unit: 'now' | 'minutes' | 'hours' | 'days';
  readonly count: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A shelter in use reports more often than this; an older report is marked as old. */
export const OLD_REPORT_MS = 30 * MINUTE_MS;

/** The age at `now` (ms since 1970 UTC) of a moment (ISO 8601, UTC). A moment to come counts as now. */
export function ageAt(moment: string, now: number): Age {
  const elapsed = Math.max(0, now - Date.parse(moment));
  if (elapsed < MINUTE_MS) return { unit: 'now', count: 0 };
  if (elapsed < HOUR_MS) return { unit: 'minutes', count: Math.floor(elapsed / MINUTE_MS) };
  if (elapsed < DAY_MS) return { unit: 'hours', count: Math.floor(elapsed / HOUR_MS) };
  return { unit: 'days', count: Math.floor(elapsed / DAY_MS) };
}

/** Whether a report of this moment is too old to be taken for the present state. */
export function isOldReport(moment: string, now: number): boolean {
  return now - Date.parse(moment) > OLD_REPORT_MS;
}
