import { describe, expect, it } from 'vitest';
import type { SeedReport } from '../../testbed/fuzz/crew-messages.ts';
import { ACTION_KINDS, planOf } from '../../testbed/fuzz/plan.ts';
import { runSeeds } from '../../testbed/fuzz/run-seeds.ts';
import { FOUND_SEEDS } from './found-seeds.ts';

const SEEDS = 200;
/** Seeds mostly wait: for time-outs, for pauses. */
const JOBS = 4;
const LONGEST_MS = 30 * 60_000;

/** What failed, with the seed and what happened in it. */
function failuresOf(reports: readonly SeedReport[]) {
  return reports
    .filter(({ complaints }) => complaints.length > 0)
    .map(({ seed, complaints, log }) => ({ seed, complaints, log }));
}

async function reportsOf(seeds: readonly number[]): Promise<SeedReport[]> {
  const reports: SeedReport[] = [];
  await runSeeds({ seeds, jobs: JOBS, onResult: (report) => reports.push(report) });
  return reports;
}

describe('kiosks, hub and city after trouble of every kind (SYN-1, SYN-5, SYN-6, SYN-8, SYN-9, SYN-10, BAK-2, DUR-2)', () => {
  it('makes the same plan of the same seed', () => {
    expect(planOf(7)).toEqual(planOf(7));
    expect(planOf(7).actions).not.toEqual(planOf(8).actions);
  });

  it(
    `all tell the same, and nothing acknowledged is missing: ${SEEDS} seeds`,
    async () => {
      const reports = await reportsOf(Array.from({ length: SEEDS }, (_, at) => at + 1));
      const sum = (kind: string) => reports.reduce((times, { counts }) => times + (counts[kind] ?? 0), 0);
      const counts = Object.fromEntries(ACTION_KINDS.map((kind) => [kind, sum(kind)]));
      console.log(`${reports.length} seeds; actions that took effect: ${JSON.stringify(counts)}`);
      expect(failuresOf(reports)).toEqual([]);
      expect(reports).toHaveLength(SEEDS);
      for (const kind of ACTION_KINDS) expect(counts[kind], kind).toBeGreaterThanOrEqual(SEEDS / 20);
    },
    LONGEST_MS,
  );

  it.each(FOUND_SEEDS)('seed $seed, which once failed: $found', async ({ seed }) => {
    expect(failuresOf(await reportsOf([seed]))).toEqual([]);
  });
});
