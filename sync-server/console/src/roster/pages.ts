import type { RosterPage, RosterPerson } from '@uketsuke/shared/contracts';

/** People asked for in one request. */
export const PAGE_SIZE = 100;

/** The first so many people of a list, and whether there are more. */
export interface PeopleShown {
  readonly people: readonly RosterPerson[];
  readonly total: number;
  readonly more: boolean;
}

/**
 * Fetches pages from the beginning until at least `wanted` people are there or the list ends. Starting over each
 * time keeps what is shown one consistent list while people come and go.
 */
export async function fetchPeople(
  fetchPage: (cursor: string | null, limit: number) => Promise<RosterPage>,
  wanted: number,
): Promise<PeopleShown> {
  const people: RosterPerson[] = [];
  let cursor: string | null = null;
  let total = 0;
  do {
    const page: RosterPage = await fetchPage(cursor, PAGE_SIZE);
    people.push(...page.people);
    total = page.total;
    cursor = page.cursor;
  } while (cursor !== null && people.length < wanted);
  return { people: withoutRepeats(people), total, more: cursor !== null };
}

/** Someone who moved between two pages during the fetch is shown once. */
function withoutRepeats(people: readonly RosterPerson[]): RosterPerson[] {
  return [...new Map(people.map((person) => [rowKey(person), person])).values()];
}

/** Names a row of a list of people: the same resident can stand at two shelters. */
export function rowKey(person: RosterPerson): string {
  return `${person.shelterId}/${person.residentId}`;
}
