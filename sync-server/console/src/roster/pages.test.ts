import { type RosterPage, type RosterPerson, rosterPersonSchema } from '@uketsuke/shared/contracts';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { describe, expect, it } from 'vitest';
import { fetchPeople, PAGE_SIZE } from './pages.ts';

const everyone: RosterPerson[] = sampleHouseholds(7, 250, 1).map((household) =>
  rosterPersonSchema.parse({
    residentId: household.members[0]?.residentId,
    shelterId: 's1',
    shelterName: '城東小学校',
    person: household.members[0],
    address: null,
    presence: 'present',
    stay: 'shelter',
    assurance: 'card-presented',
    admissionId: 'ev:0199aaaaaaaa-0000-dabcd',
    admittedAt: '2026-11-22T07:00:00.000Z',
    since: '2026-11-22T07:00:00.000Z',
    repeatedAdmissions: 0,
    clockDoubtful: false,
    duplicates: [],
  }),
);

async function fetchPage(cursor: string | null, limit: number): Promise<RosterPage> {
  const from = cursor === null ? 0 : Number(cursor);
  const end = from + limit;
  return {
    people: everyone.slice(from, end),
    total: everyone.length,
    cursor: end < everyone.length ? String(end) : null,
  };
}

describe('fetching a list of people', () => {
  it.each([
    [1, PAGE_SIZE, true],
    [PAGE_SIZE + 1, 2 * PAGE_SIZE, true],
    [3 * PAGE_SIZE, 250, false],
  ])('%i wanted gives %i', async (wanted, given, more) => {
    const shown = await fetchPeople(fetchPage, wanted);
    expect(shown.people).toHaveLength(given);
    expect(shown).toMatchObject({ total: 250, more });
  });

  it('shows nobody twice who moved from one page to the next meanwhile', async () => {
    const shown = await fetchPeople(async (cursor, limit) => {
      const page = await fetchPage(cursor, limit);
      return cursor === null
        ? page
        : { ...page, people: [...everyone.slice(PAGE_SIZE - 1, PAGE_SIZE), ...page.people] };
    }, 200);
    expect(new Set(shown.people.map((person) => person.residentId)).size).toBe(shown.people.length);
  });
});
