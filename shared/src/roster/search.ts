import { foldForSearch } from '../person/kana.ts';
import type { Person } from '../person/person.ts';

/** The text under which a search finds a person: written name and reading, folded. */
export function searchText(person: Person): string {
  return `${foldForSearch(person.name.written)}\n${foldForSearch(person.name.kana ?? '')}`;
}

/**
 * Says of such texts whether a search finds them: those that contain what was typed, hiragana or katakana, half-width or
 * not, with spaces or without. Nothing typed finds everyone.
 */
export function searchFor(typed: string): (text: string) => boolean {
  const sought = foldForSearch(typed);
  return (text) => text.includes(sought);
}
