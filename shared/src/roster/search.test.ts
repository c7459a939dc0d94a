import { expect, it } from 'vitest';
import { newResidentId } from '../identifiers/index.ts';
import { birthDateSchema, type Person } from '../person/index.ts';
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

it.each(['太郎', '花子熊本', '熊本 太郎'])('does not find by %j', (typed) => {
  expect(searchFor(typed)(searchText(person))).toBe(false);
});

const named = (written: string, kana?: string): string =>
  searchText({
    ...person,
    birthDate: birthDateSchema.parse('1984-04-04'),
    name: kana === undefined ? { written } : { written, kana },
  });

it.each([
  ['高橋', named('髙橋 花子')],
  ['髙橋', named('高橋 花子')],
  ['santos maria', named('MARIA SANTOS')],
  ['nguyen', named('NGUYỄN VĂN AN')],
  ['花子 佐藤', named('佐藤 花子', 'サトウ ハナコ')],
  ['佐藤 はなこ', named('佐藤 花子', 'サトウ ハナコ')],
  ['佐藤はなこ', named('佐藤 花子', 'サトウ ハナコ')],
  ['さとー', named('佐藤 花子', 'サトウ ハナコ')],
])('finds by every word of %j, however it is written and in any order (FLD-7)', (typed, text) => {
  expect(searchFor(typed)(text)).toBe(true);
});

it.each(['1984-04-04', '19840404', '1984/4/4', '1984年4月4日', '昭和59年4月4日', 'S59.4.4', '1984', '佐藤 1984/4'])(
  'finds by the birth date as %j (FLD-7)',
  (typed) => {
    const text = named('佐藤 花子', 'サトウ ハナコ');
    expect(searchFor(typed)(text)).toBe(true);
    expect(searchFor(typed)(text.replace('1984-04-04', '1985-05-05'))).toBe(false);
  },
);

it('finds a person without a reading by the written name', () => {
  const { kana: _, ...written } = person.name;
  expect(searchFor('花子')(searchText({ ...person, name: written }))).toBe(true);
  expect(searchFor('はなこ')(searchText({ ...person, name: written }))).toBe(false);
});
