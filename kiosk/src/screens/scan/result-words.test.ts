import { CARD_REFUSALS } from '@uketsuke/shared/errors';
import { cardIdSchema, eventIdSchema } from '@uketsuke/shared/identifiers';
import { NEED_CODES } from '@uketsuke/shared/person';
import type { RosterEntry } from '@uketsuke/shared/roster';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { beforeAll, describe, expect, it } from 'vitest';
import { KIOSK_LANGUAGES, startLanguages } from '../../i18n/index.ts';
import type { Told } from '../../reception/desk-line.ts';
import { wordsOf } from './result-words.ts';

const eventId = eventIdSchema.parse('ev:0199aabbccdd-0000-desk1');
const cardId = cardIdSchema.parse('ABCDEFGH');
const entries = sampleHouseholds(3, 1, 3).flatMap((household) =>
  household.members.map(
    (person): RosterEntry => ({
      residentId: person.residentId,
      person,
      address: household.address,
      presence: 'present',
      stay: 'shelter',
      assurance: 'card-presented',
      admissionId: eventId,
      admittedAt: '2026-11-22T01:03:00.000Z',
      since: '2026-11-22T01:03:00.000Z',
      repeatedAdmissions: 0,
      householdResidentIds: household.members.map((member) => member.residentId),
    }),
  ),
);
const REASONS = ['disk-full', 'journal-failed', 'store-failed'] as const;

const EVERY_RESULT: readonly Told[] = [
  { about: 'scan', outcome: { kind: 'admitted', eventId, cardId, admitted: entries, already: [], expired: false } },
  { about: 'scan', outcome: { kind: 'admitted', eventId, cardId, admitted: entries, already: entries, expired: true } },
  { about: 'scan', outcome: { kind: 'returned', eventId, cardId, entries } },
  { about: 'scan', outcome: { kind: 'already-admitted', cardId, entries } },
  ...CARD_REFUSALS.map((refusal): Told => ({ about: 'scan', outcome: { kind: 'refused', refusal } })),
  ...REASONS.map((reason): Told => ({ about: 'scan', outcome: { kind: 'not-recorded', reason } })),
  ...REASONS.map((reason): Told => ({ about: 'undo', outcome: { kind: 'not-recorded', reason } })),
  { about: 'undo', outcome: { kind: 'undone', eventId, names: ['山田 太郎'] } },
  { about: 'undo', outcome: { kind: 'nothing-to-undo' } },
  { about: 'undo', outcome: { kind: 'overtaken' } },
];

describe.each(KIOSK_LANGUAGES)('the words of a result in %s', (language) => {
  let translate: Awaited<ReturnType<typeof startLanguages>>;
  beforeAll(async () => {
    const memory = { getItem: () => language, setItem: () => undefined };
    translate = await startLanguages(memory, { documentElement: { lang: '' }, title: '' });
  });

  it('exist for every outcome, every refusal and every reason', () => {
    for (const told of EVERY_RESULT) {
      const words = wordsOf(told);
      for (const key of [words.title, words.next, words.remark]) {
        if (key !== null) expect(translate.exists(key, { fallbackLng: [] }), key).toBe(true);
      }
    }
  });

  it('say what to do next whenever it is not a plain admission', () => {
    for (const told of EVERY_RESULT) {
      const words = wordsOf(told);
      if (words.kind !== 'admitted') expect(words.next, words.title).not.toBeNull();
    }
  });

  it('differ for every refusal and every reason', () => {
    const bad = EVERY_RESULT.map(wordsOf).filter((words) => words.look === 'bad');
    const titles = bad.map((words) => translate.t(words.title));
    expect(new Set(titles).size).toBe(CARD_REFUSALS.length + REASONS.length + 1);
  });

  it('exist for every need', () => {
    for (const { kind, detail } of NEED_CODES) {
      expect(translate.exists(`terms.need.${kind}/${detail}`, { fallbackLng: [] }), `${kind}/${detail}`).toBe(true);
    }
  });
});

describe('a result', () => {
  it('is good only when it was recorded (DUR-1, DUR-3)', () => {
    const good = EVERY_RESULT.map(wordsOf).filter((words) => words.look === 'good');
    expect(good.every((words) => words.kind === 'admitted' && words.next === null)).toBe(true);
    expect(EVERY_RESULT.map(wordsOf).filter((words) => words.kind === 'not-recorded')).toSatisfy(
      (list: ReturnType<typeof wordsOf>[]) => list.length === 6 && list.every((words) => words.look === 'bad'),
    );
  });

  it('says that the clock is wrong, and not that the card has expired, while that is not known (CRD-5)', () => {
    const outcome = {
      kind: 'admitted',
      eventId,
      cardId,
      admitted: entries,
      already: [],
      expired: 'not-known',
    } as const;
    expect(wordsOf({ about: 'scan', outcome })).toMatchObject({ look: 'good', remark: 'reception.expiryNotKnown' });
  });

  it('shows an expired card as admitted with a remark (CRD-5)', () => {
    const told: Told = {
      about: 'scan',
      outcome: { kind: 'admitted', eventId, cardId, admitted: entries, already: [], expired: true },
    };
    expect(wordsOf(told)).toMatchObject({ look: 'good', remark: 'reception.expired' });
  });

  it('shows the time beside those who are already admitted (RCP-4)', () => {
    const words = wordsOf({ about: 'scan', outcome: { kind: 'already-admitted', cardId, entries } });
    expect(words).toMatchObject({ look: 'attention', named: { as: 'entries', showTimes: true, entries } });
  });
});
