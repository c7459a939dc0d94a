import { birthDatePrecision } from '../person/birth-date.ts';
import { foldForSearch } from '../person/kana.ts';
import type { Person } from '../person/person.ts';

/** How likely two records are the same person. Nothing is ever merged on `probable`: a person decides. */
export type Match = 'same' | 'probable' | 'different';

/**
 * Key under which records of probably the same person meet: reading of the name, and birth date known to the
 * day. `undefined` where either is missing, as a name alone matches strangers.
 */
export function probableMatchKey(person: Person): string | undefined {
  if (person.birthDate === undefined || birthDatePrecision(person.birthDate) !== 'day') return undefined;
  if (person.name.kana === undefined) return undefined;
  return `${foldForSearch(person.name.kana)}|${person.birthDate}`;
}

/** Compares two records: the same resident id is the same person; the same reading, birth date and sex probably is. */
export function matchPersons(left: Person, right: Person): Match {
  if (left.residentId === right.residentId) return 'same';
  const key = probableMatchKey(left);
  if (key === undefined || key !== probableMatchKey(right)) return 'different';
  const sexesContradict = left.sex !== right.sex && left.sex !== 'unstated' && right.sex !== 'unstated';
  return sexesContradict ? 'different' : 'probable';
}

/** The text under which a search finds a person: written name and reading, folded. */
export function searchText(person: Person): string {
  return `${foldForSearch(person.name.written)}\n${foldForSearch(person.name.kana ?? '')}`;
}
