import { expect, it } from 'vitest';
import { newResidentId } from '../identifiers/index.ts';
import type { Person } from '../person/index.ts';
import { seededBytes } from '../sample-households/index.ts';
import { searchFor, searchText } from './search.ts';

const person: Person = {
  residentId: newResidentId(seededBytes(1)),
  name: { written: '熊本 花子', kana: 'クマモト ハナコ' },
  sex: 'female',
  needs: [],
};

it.each(['花子', '熊本花子', '熊本　花子', 'くまもと', 'ｸﾏﾓﾄ ﾊﾅｺ', 'モトハ', ''])('finds by %j', (typed) => {
  expect(searchFor(typed)(searchText(person))).toBe(true);
});

it.each(['太郎', '花子熊本', '子クマ'])('does not find by %j', (typed) => {
  expect(searchFor(typed)(searchText(person))).toBe(false);
});

it('finds a person without a reading by the written name', () => {
  const { kana: _, ...written } = person.name;
  expect(searchFor('花子')(searchText({ ...person, name: written }))).toBe(true);
  expect(searchFor('はなこ')(searchText({ ...person, name: written }))).toBe(false);
});
