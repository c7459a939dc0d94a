import { issuedCardSchema } from '@uketsuke/shared/contracts';
import { declaredHouseholdSchema } from '@uketsuke/shared/person';
import { describe, expect, it } from 'vitest';
import { readStoredCard, storedCardOf, storedCardText } from './stored-card.ts';
import { isReplaceable, lastValidDayMs, validityOf } from './validity.ts';

const issued = issuedCardSchema.parse({
  cardId: 'ABCDEFG2',
  code: 'UKE1AAAA',
  residentIds: ['AAAAAAAAAAAA', 'BBBBBBBBBBBB'],
  issuedAt: '2026-11-22T00:00:00.000Z',
  expiresAt: '2031-11-22T00:00:00.000Z',
  managementToken: 'x'.repeat(43),
});
const household = declaredHouseholdSchema.parse({
  members: [
    { name: { written: '熊本 花子' }, sex: 'female', needs: [] },
    { name: { written: '熊本 太郎' }, sex: 'male', needs: [], residentId: 'BBBBBBBBBBBB' },
  ],
});
const card = storedCardOf(issued, household, '2026-11-22T07:00:00.000Z');

describe('the stored card', () => {
  it('carries the resident ids of the answer, in order', () => {
    expect(card.household.members.map((member) => member.residentId)).toEqual(issued.residentIds);
  });

  it('is read back as written', () => {
    expect(readStoredCard(storedCardText(card))).toEqual({ kind: 'card', card });
  });

  it('is told from none, from a damaged one and from one of a newer app', () => {
    expect(readStoredCard(null)).toEqual({ kind: 'none' });
    const text = storedCardText(card);
    expect(readStoredCard(text.slice(0, -5))).toEqual({ kind: 'unreadable', reason: 'damaged' });
    expect(readStoredCard('{"version":1}')).toEqual({ kind: 'unreadable', reason: 'damaged' });
    expect(readStoredCard('null')).toEqual({ kind: 'unreadable', reason: 'damaged' });
    const newer = JSON.stringify({ ...card, version: 2, wallets: [] });
    expect(readStoredCard(newer)).toEqual({ kind: 'unreadable', reason: 'newer' });
  });
});

describe('how a card stands (CRD-5)', () => {
  const at = (text: string) => Date.parse(text);
  it.each([
    ['2026-11-22T07:00:00Z', 'valid'],
    ['2031-08-20T00:00:00Z', 'valid'],
    ['2031-08-25T00:00:00Z', 'expiring'],
    ['2031-11-21T23:59:59Z', 'expiring'],
    ['2031-11-22T00:00:00Z', 'expired'],
  ])('at %s it is %s', (moment, validity) => {
    expect(validityOf(card, at(moment))).toBe(validity);
  });

  it.each(['revoked', 'unknown', 'expired'] as const)("the server's word %s stands", (state) => {
    const said = { ...card, lastState: { ...card.lastState, state } };
    expect(validityOf(said, at('2026-11-22T07:00:00Z'))).toBe(state);
    expect(isReplaceable(said)).toBe(state === 'expired');
  });

  it('names the last day in Japan on which it is valid all day', () => {
    expect(new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Tokyo' }).format(lastValidDayMs(card))).toBe(
      '2031-11-21',
    );
  });
});
