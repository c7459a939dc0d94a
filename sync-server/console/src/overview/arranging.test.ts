import { type ShelterSummary, shelterSummarySchema } from '@uketsuke/shared/contracts';
import { describe, expect, it } from 'vitest';
import { type Arrangement, arrange, filterShelters } from './arranging.ts';

function shelter(name: string, kana: string | undefined, admitted: number | null, over: object = {}): ShelterSummary {
  const known = admitted === null ? 0 : admitted;
  return shelterSummarySchema.parse({
    shelter: { shelterId: `s${name.length}x`, name, kana, address: '熊本市中央区' },
    state: admitted === null ? 'unknown' : 'open',
    counts:
      admitted === null
        ? null
        : { admitted, present: known, out: 0, headcount: 0, byStay: { shelter: known, car: 0, home: 0 } },
    lastReportAt: null,
    duplicates: admitted === null ? null : 0,
    quarantined: admitted === null ? null : 0,
    ...over,
  });
}

const all = [
  shelter('健軍小学校', 'ケングンショウガッコウ', 120),
  shelter('出水中学校', 'イズミチュウガッコウ', null),
  shelter('春日公民館', 'カスガコウミンカン', 7),
];
const names = (shelters: readonly ShelterSummary[]) => shelters.map((summary) => summary.shelter.name);

describe('the order of the overview', () => {
  it.each<[Arrangement, string[]]>([
    [{ column: 'name', direction: 'ascending' }, ['出水中学校', '春日公民館', '健軍小学校']],
    [{ column: 'admitted', direction: 'ascending' }, ['春日公民館', '健軍小学校', '出水中学校']],
    [{ column: 'admitted', direction: 'descending' }, ['健軍小学校', '春日公民館', '出水中学校']],
  ])('%j puts the unknown last', (arrangement, expected) => {
    expect(names(arrange(all, arrangement))).toEqual(expected);
  });
});

describe('the filter of the overview', () => {
  it.each([
    ['けんぐん', ['健軍小学校']],
    ['ｶｽｶﾞ', ['春日公民館']],
    ['公民館', ['春日公民館']],
    ['中央区', ['健軍小学校', '出水中学校', '春日公民館']],
    ['', ['健軍小学校', '出水中学校', '春日公民館']],
  ])('%s', (words, expected) => {
    expect(names(filterShelters(all, { words, show: 'all' }))).toEqual(expected);
  });

  it('finds what needs attention: unknown, duplicates, quarantined', () => {
    const doubled = shelter('西原公園', undefined, 3, { duplicates: 1 });
    const aside = shelter('画図公園', undefined, 3, { quarantined: 2 });
    expect(names(filterShelters([...all, doubled, aside], { words: '', show: 'attention' }))).toEqual([
      '出水中学校',
      '西原公園',
      '画図公園',
    ]);
  });
});
