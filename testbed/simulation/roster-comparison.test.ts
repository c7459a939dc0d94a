import { residentIdSchema, shelterIdSchema } from '@uketsuke/shared/identifiers';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { describe, expect, it } from 'vitest';
import { compareRoster } from './roster-comparison.ts';

const school = shelterIdSchema.parse('school-1');
const hall = shelterIdSchema.parse('hall-1');
const [one, two] = sampleHouseholds(1, 2, 1).map(({ members }) => residentIdSchema.parse(members[0]?.residentId));
if (one === undefined || two === undefined) throw new Error('no samples');
const acknowledged = new Map([
  [one, school],
  [two, school],
]);
const entry = (residentId: typeof one, shelterId = school, repeatedAdmissions = 0) => ({
  residentId,
  shelterId,
  repeatedAdmissions,
});

describe('comparing HQ’s roster with what kiosks acknowledged', () => {
  it('finds nothing when they agree', () => {
    expect(compareRoster(acknowledged, [entry(two), entry(one)])).toEqual({ lost: 0, duplicated: 0 });
  });

  it('counts who is not on the roster, or only at another shelter', () => {
    expect(compareRoster(acknowledged, [entry(one)])).toEqual({ lost: 1, duplicated: 0 });
    expect(compareRoster(acknowledged, [entry(one), entry(two, hall)])).toEqual({ lost: 1, duplicated: 1 });
  });

  it('counts who is listed or admitted twice, and who was never admitted', () => {
    expect(compareRoster(acknowledged, [entry(one), entry(two), entry(two)]).duplicated).toBe(1);
    expect(compareRoster(acknowledged, [entry(one), entry(two, school, 2)]).duplicated).toBe(2);
    expect(compareRoster(new Map([[one, school]]), [entry(one), entry(two)]).duplicated).toBe(1);
  });
});
