import { comparableText, comparableWords } from '../names/index.ts';
import type { Person } from '../person/person.ts';
import { dateSought } from './date-sought.ts';

/** Kanji and kana typed in one piece, as in 佐藤はなこ: the name as written and its reading stand apart. */
const SCRIPT_CHANGE = /(?<=\p{Script=Han})(?=[ァ-ヺー])|(?<=[ァ-ヺー])(?=\p{Script=Han})/u;

/** The text under which a search finds a person: written name, reading and birth date, as they are compared (FLD-7). */
export function searchText({ name, birthDate }: Person): string {
  return `${comparableText(name.written)}\n${comparableText(name.kana ?? '')}\n${birthDate ?? ''}`;
}

/**
 * Says of such texts whether a search finds them: those that contain every word typed, in any order, however it is
 * written; dates as 1984-04-04, 1984/4/4, 昭和59年4月4日 or S59.4.4. Nothing typed finds everyone.
 */
export function searchFor(typed: string): (text: string) => boolean {
  const { date, rest } = dateSought(typed);
  const words = comparableWords(rest).flatMap((word) => word.split(SCRIPT_CHANGE));
  const sought = date === null ? words : [date, ...words];
  return (text) => sought.every((word) => text.includes(word));
}
