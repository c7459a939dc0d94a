import { expect, it } from 'vitest';
import { ACTION_KINDS } from '../../testbed/fuzz/plan.ts';
import { countsOf, failuresOf, reportsOf } from '../../testbed/fuzz/reports.ts';

const SEEDS = 200;
const LONGEST_MS = 60 * 60_000;

it(
  `kiosks, hub and city all tell the same, and nothing acknowledged is missing: ${SEEDS} seeds (SYN-1, SYN-5, SYN-6, SYN-8, SYN-9, SYN-10, BAK-2, DUR-2)`,
  async () => {
    const reports = await reportsOf(Array.from({ length: SEEDS }, (_, at) => at + 1));
    const counts = countsOf(reports, ACTION_KINDS);
    console.log(`${reports.length} seeds; actions that took effect: ${JSON.stringify(counts)}`);
    expect(failuresOf(reports)).toEqual([]);
    expect(reports).toHaveLength(SEEDS);
    for (const kind of ACTION_KINDS) expect(counts[kind], kind).toBeGreaterThanOrEqual(SEEDS / 20);
  },
  LONGEST_MS,
);
