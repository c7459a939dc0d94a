import { type ShelterSummary, shelterSummarySchema } from '@uketsuke/shared/contracts';
import { describe, expect, it } from 'vitest';
import { sumOf, totalsOf } from './totals.ts';

function summary(over: object): ShelterSummary {
  return shelterSummarySchema.parse({
    shelter: { shelterId: 's1', name: '城東小学校' },
    state: 'open',
    counts: { admitted: 40, present: 35, out: 5, headcount: 3, byStay: { shelter: 30, car: 8, home: 2 } },
    lastReportAt: '2026-11-22T07:00:00.000Z',
    duplicates: 2,
    quarantined: 1,
    ...over,
  });
}

const UNKNOWN = { state: 'unknown', counts: null, lastReportAt: null, duplicates: null, quarantined: null };

describe('sums with unknown parts (FLD-6)', () => {
  it.each([
    [[], { sum: 0, unknown: 0 }],
    [[3, 4], { sum: 7, unknown: 0 }],
    [[3, null, 4, null], { sum: 7, unknown: 2 }],
    [[null, null], { sum: null, unknown: 2 }],
    [[0, null], { sum: 0, unknown: 1 }],
  ] as const)('%j', (parts, expected) => {
    expect(sumOf(parts)).toEqual(expected);
  });
});

describe('the totals of the overview', () => {
  it('leave unknown shelters out and say how many', () => {
    const totals = totalsOf([summary({}), summary({ state: 'closed' }), summary(UNKNOWN)]);
    expect(totals).toMatchObject({ shelters: 3, open: 1, closed: 1, stateUnknown: 1 });
    expect(totals.admitted).toEqual({ sum: 80, unknown: 1 });
    expect(totals.duplicates).toEqual({ sum: 4, unknown: 1 });
  });

  it('are unknown, not zero, when no shelter is known', () => {
    expect(totalsOf([summary(UNKNOWN)]).admitted).toEqual({ sum: null, unknown: 1 });
  });
});
