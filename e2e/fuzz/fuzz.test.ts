import { beforeAll, describe, expect, it } from 'vitest';
import type { SeedReport } from '../../testbed/fuzz/crew-messages.ts';
import { FOUND_SEEDS } from '../../testbed/fuzz/found-seeds.ts';
import { ACTION_KINDS, planOf } from '../../testbed/fuzz/plan.ts';
import { countsOf, failuresOf, reportsOf } from '../../testbed/fuzz/reports.ts';

/** Some; `npm run test:long` runs two hundred. */
const SEEDS = 4;

const seedsUpTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1);

it('makes the same plan of the same seed', () => {
  expect(planOf(7)).toEqual(planOf(7));
  expect(planOf(7).actions).not.toEqual(planOf(8).actions);
});

describe('kiosks, hub and city after trouble of every kind (SYN-1, SYN-5, SYN-6, SYN-8, SYN-9, SYN-10, BAK-2, DUR-2)', () => {
  const seeds = [...new Set([...seedsUpTo(SEEDS), ...FOUND_SEEDS.map(({ seed }) => seed)])];
  let reports: SeedReport[];
  beforeAll(async () => {
    reports = await reportsOf(seeds);
  });

  it(`all tell the same, and nothing acknowledged is missing: seeds up to ${SEEDS}`, () => {
    console.log(`actions that took effect: ${JSON.stringify(countsOf(reports, ACTION_KINDS))}`);
    expect(failuresOf(reports)).toEqual([]);
    expect(reports.map(({ seed }) => seed).toSorted((left, right) => left - right)).toEqual(
      seeds.toSorted((left, right) => left - right),
    );
  });

  it.each(FOUND_SEEDS)('seed $seed, which once failed: $found', ({ seed }) => {
    const its = reports.filter((report) => report.seed === seed);
    expect(its).toHaveLength(1);
    expect(failuresOf(its)).toEqual([]);
  });
});
