import { isSameText, nameKeys } from '../names/index.ts';
import { birthDatePrecision } from '../person/birth-date.ts';
import type { Person, PersonName } from '../person/person.ts';

/** How likely two records are the same person. Nothing is ever merged on `probable`: a person decides. */
export type Match = 'same' | 'probable' | 'different';

/**
 * Keys under which records of probably the same person meet: birth date known to the day, with the reading of the name
 * and, because a My Number card has no reading, with the name as written. None without a whole birth date, as a name
 * alone matches strangers.
 */
export function probableMatchKeys(person: Person): readonly string[] {
  const { birthDate, name } = person;
  if (birthDate === undefined || birthDatePrecision(birthDate) !== 'day') return [];
  const written = nameKeys(name.written).map((key) => `written|${key}|${birthDate}`);
  const kana = name.kana === undefined ? [] : nameKeys(name.kana).map((key) => `kana|${key}|${birthDate}`);
  return [...kana, ...written];
}

/**
 * Compares two records: the same resident id is the same person; the same whole birth date, the same name and no
 * contradicting sex probably is. Names are compared by their readings; where one has none, as written. How a name is
 * written does not matter (FLD-7).
 */
export function matchPersons(left: Person, right: Person): Match {
  if (left.residentId === right.residentId) return 'same';
  const { birthDate } = left;
  if (birthDate === undefined || birthDatePrecision(birthDate) !== 'day') return 'different';
  if (birthDate !== right.birthDate || !isSameName(left.name, right.name)) return 'different';
  const sexesContradict = left.sex !== right.sex && left.sex !== 'unstated' && right.sex !== 'unstated';
  return sexesContradict ? 'different' : 'probable';
}

/** With both readings known, other readings of the same characters are other people. */
function isSameName(left: PersonName, right: PersonName): boolean {
  if (left.kana !== undefined && right.kana !== undefined) {
    return isSameText(left.kana, right.kana);
  }
  return isSameText(left.written, right.written);
}
