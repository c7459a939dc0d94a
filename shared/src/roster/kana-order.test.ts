import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ShelterId, shelterIdSchema } from '../identifiers/index.ts';
import { comparableText } from '../names/index.ts';
import { sampleHouseholds } from '../sample-households/index.ts';
import { KanaOrder, type OrderedResident, placeOf } from './kana-order.ts';

const HERE = shelterIdSchema.parse('here');
const THERE = shelterIdSchema.parse('there');
const everywhere = () => true;

function places(count: number, shelterId: ShelterId = HERE, seed = 1): OrderedResident[] {
  return sampleHouseholds(seed, count)
    .flatMap((household) => household.members)
    .map((person) => placeOf(shelterId, person.residentId, person));
}

function allPages(order: KanaOrder, query: string, limit: number, between: (page: number) => void = () => {}) {
  const found: OrderedResident[] = [];
  let cursor: string | null = null;
  let page = 0;
  do {
    const answer = order.page(everywhere, query, cursor, limit);
    found.push(...answer.residents);
    cursor = answer.cursor;
    between(page);
    page += 1;
  } while (cursor !== null);
  return found;
}

describe('the order of readings', () => {
  it('is the same however people come and go', () => {
    const people = places(60);
    fc.assert(
      fc.property(fc.shuffledSubarray(people), fc.nat(20), (shuffled, size) => {
        const order = new KanaOrder();
        for (let at = 0; at < shuffled.length; at += size + 1)
          order.update(shuffled.slice(at, at + size + 1), new Set());
        const atOnce = new KanaOrder();
        atOnce.update(people, new Set());
        const gone = new Set(people.filter((each) => !shuffled.includes(each)));
        atOnce.update([], gone);
        const listed = allPages(order, '', 7);
        expect(listed).toEqual(allPages(atOnce, '', 200));
        expect(listed).toHaveLength(shuffled.length);
      }),
    );
  });

  it('is that of Japanese collation', () => {
    const order = new KanaOrder();
    order.update(places(100), new Set());
    const keys = allPages(order, '', 50).map((each) => each.sortKey);
    expect(keys).toEqual([...keys].sort(new Intl.Collator('ja').compare));
  });

  it('pages on from where it was when people come and go between the pages', () => {
    const order = new KanaOrder();
    const people = places(60);
    order.update(people, new Set());
    const before = allPages(order, '', 200);
    const [first, second] = before;
    if (first === undefined || second === undefined) throw new Error('nobody');
    const seen = allPages(order, '', 10, (page) => {
      if (page === 0) order.update([], new Set([first, second]));
    });
    expect(seen).toEqual(before);
    expect(order.page(everywhere, '', `5.AAAAAAAAAAAA.gone`, 5).residents).toHaveLength(5);
  });
});

describe('searching', () => {
  const order = new KanaOrder();
  order.update([...places(100), ...places(20, THERE, 2)], new Set());

  it.each(['サトウ', 'さとう', 'ｻﾄｳ', ' サトウ '])('finds %j by any way to write the reading', (query) => {
    const found = allPages(order, query, 50);
    expect(found.length).toBeGreaterThan(0);
    expect(found.every((each) => each.text.includes(comparableText('サトウ')))).toBe(true);
  });

  it('finds by a part of the written name, across the space, and nobody by nonsense', () => {
    const [someone] = places(100);
    const written = someone?.text.split('\n')[0] ?? '';
    expect(allPages(order, written, 50)).toContainEqual(someone);
    expect(allPages(order, written.slice(1), 50)).toContainEqual(someone);
    expect(order.page(everywhere, '存在しない名前', null, 50)).toEqual({ residents: [], total: 0, cursor: null });
  });

  it('sees the visible shelters only (SEC-4)', () => {
    const page = order.page((shelterId) => shelterId === THERE, '', null, 200);
    expect(page.total).toBe(places(20, THERE, 2).length);
    expect(page.residents.every((each) => each.shelterId === THERE)).toBe(true);
  });
});
