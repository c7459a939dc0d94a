import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HybridClock } from '../clock/hybrid-clock.ts';
import { cardIdSchema, deviceIdSchema, shelterIdSchema } from '../identifiers/identifiers.ts';
import { linkIdSchema } from '../my-number-card/directory-key.ts';
import { decideAdmission, lastUndoable } from '../roster/admission.ts';
import { foldEvents } from '../roster/fold.ts';
import { matchPersons, probableMatchKeys } from '../roster/matching.ts';
import { searchFor, searchText } from '../roster/search.ts';
import { sampleHouseholds, seededBytes } from '../sample-households/sample-households.ts';
import { canonicalJson } from '../sealing/canonical-json.ts';
import { authenticText } from './authenticity.ts';
import { EVENT_SCHEMA_VERSION, EventFormatError, parseReceptionEvent, type ReceptionEvent } from './events.ts';
import { recordEvent } from './record-event.ts';

const NOW = Date.UTC(2026, 10, 22);
const KEY = seededBytes(1)(32);
const CARD = cardIdSchema.parse('ABCDEFGH');
const LINK = linkIdSchema.parse('AAAAAAAAAAAAAAAAAAAAAA');
const [FAMILY, OTHERS] = sampleHouseholds(3, 2, 3);
const WITH_NEEDS = sampleHouseholds(4, 40).find((household) =>
  household.members.some((member) => member.needs.length > 0),
);
const RECORDER = {
  shelterId: shelterIdSchema.parse('school-1'),
  deviceId: deviceIdSchema.parse('desk1'),
  eventKey: KEY,
};

/** Judged with the platform's HMAC, as the server does; the events are made with the portable one. */
function isAuthentic(event: ReceptionEvent, key: Uint8Array): boolean {
  return authenticText(event, key, (own, text) => createHmac('sha256', own).update(text).digest('base64url')) !== null;
}

function admit(clock = new HybridClock('desk1', () => NOW), household = FAMILY) {
  if (household === undefined) throw new Error('no sample');
  return recordEvent(RECORDER, clock, NOW, 'admitted', {
    stay: 'car',
    method: 'card-qr',
    assurance: 'card-presented',
    household,
  });
}

describe('a reception event', () => {
  it('survives JSON unchanged and is authentic (RCP-1, RCP-6)', () => {
    const event = admit();
    const read = parseReceptionEvent(JSON.parse(JSON.stringify(event)));
    expect(read).toEqual(event);
    expect(isAuthentic(read, KEY)).toBe(true);
  });

  it('is named by its stamp, and no two of a device alike, whatever its wall clock does (RCP-2)', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -3_600_000, max: 3_600_000 }), { minLength: 2, maxLength: 40 }),
        (jumps) => {
          let now = NOW;
          const clock = new HybridClock('desk1', () => now);
          const events = jumps.map((jump) => {
            now += jump;
            return admit(clock);
          });
          expect(events.map(({ id }) => id)).toEqual(events.map(({ hlc }) => `ev:${hlc}`));
          expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
        },
      ),
    );
  });

  it('once parsed, stands in the order of canonical JSON, so that checking it is cheap (RCP-6)', () => {
    const clock = new HybridClock('desk1', () => NOW);
    const residentIds = (FAMILY?.members ?? []).map((member) => member.residentId);
    const { id: targetId } = admit(clock);
    const whole = { ...RECORDER, recordedBy: '受付 太郎' };
    const items = [{ quantity: 3, item: '毛布' }];
    const events = [
      recordEvent(whole, clock, NOW, 'admitted', {
        ...admit(clock, WITH_NEEDS).body,
        card: { issuerKeyId: 1, cardId: CARD, expired: false },
      }),
      recordEvent(whole, clock, NOW, 'amended', { household: admit(clock).body.household, admissionId: targetId }),
      recordEvent(whole, clock, NOW, 'transferred', { toShelterId: RECORDER.shelterId, residentIds, remark: '病院へ' }),
      recordEvent(whole, clock, NOW, 'stepped-out', { residentIds, remark: '買い物' }),
      recordEvent(whole, clock, NOW, 'voided', { targetId, reason: 'undo' }),
      recordEvent(whole, clock, NOW, 'headcount-reported', { remark: '車の中', people: 3 }),
      recordEvent(whole, clock, NOW, 'supplies-requested', { items }),
      recordEvent(whole, clock, NOW, 'opened', {}),
      recordEvent(whole, clock, NOW, 'card-linked', { sealed: 'c2VhbGVk', linkId: LINK, keyId: 2 }),
      recordEvent(whole, clock, NOW, 'card-unlinked', { linkId: LINK, keyId: 2 }),
    ];
    for (const event of events) {
      const parsed = parseReceptionEvent(JSON.parse(JSON.stringify(event)));
      expect(JSON.stringify(parsed)).toBe(canonicalJson(event));
    }
  });

  it('is not authentic under another key or after any change (RCP-6)', () => {
    const event = admit();
    expect(isAuthentic(event, seededBytes(2)(32))).toBe(false);
    expect(isAuthentic({ ...event, occurredAt: '2026-11-23T00:00:00.000Z' }, KEY)).toBe(false);
    expect(isAuthentic({ ...event, body: { ...event.body, stay: 'home' } }, KEY)).toBe(false);
    expect(isAuthentic({ ...event, mac: event.mac.slice(1) }, KEY)).toBe(false);
  });

  it('is authentic whatever the order of its members', () => {
    const event = admit();
    const reordered = parseReceptionEvent(Object.fromEntries(Object.entries(event).toReversed()));
    expect(isAuthentic(reordered, KEY)).toBe(true);
  });

  it.each([
    ['nothing', null, 'event-malformed'],
    ['a list', [], 'event-malformed'],
    ['no version', { id: 'x' }, 'event-malformed'],
    ['a newer version', { ...admit(), schema: 99 }, 'event-too-new'],
    ['an unknown kind', { ...admit(), kind: 'teleported' }, 'event-malformed'],
    ['an unknown member', { ...admit(), extra: 1 }, 'event-malformed'],
    ['another id than its stamp', { ...admit(), id: 'ev:000000000000-0000-desk1' }, 'event-malformed'],
    ['the stamp of another device', { ...admit(), deviceId: 'desk2' }, 'event-malformed'],
    ['nobody admitted', { ...admit(), body: { ...admit().body, household: { members: [] } } }, 'event-malformed'],
    ['a control character in a name', withName('佐藤\u0000太郎'), 'event-malformed'],
    ['a direction override in a name', withName('佐藤\u202e太郎'), 'event-malformed'],
    ['a date that is none', { ...admit(), occurredAt: '2026-02-30T00:00:00.000Z' }, 'event-malformed'],
  ])('with %s is refused', (_what, document, code) => {
    expect(refusal(document)).toBe(code);
  });

  it('is written in the version that brought its kind, so that older servers go on taking in the rest', () => {
    const clock = new HybridClock('desk1', () => NOW);
    const linked = recordEvent(RECORDER, clock, NOW, 'card-linked', { keyId: 1, linkId: LINK, sealed: 'c2VhbGVk' });
    expect([admit(clock).schema, linked.schema]).toEqual([1, 3]);
    // As version 2 wrote it, without a proof.
    expect(parseReceptionEvent({ ...linked, schema: 2 })).toEqual({ ...linked, schema: 2 });
    expect(parseReceptionEvent(linked)).toEqual(linked);
    // What a program of version 1 does with it: the version is looked at first, and the event set aside as too new.
    expect(refusal({ ...linked, schema: EVENT_SCHEMA_VERSION + 1 })).toBe('event-too-new');
    expect(refusal({ ...linked, schema: 1 })).toBe('event-malformed');
    expect(refusal({ ...admit(clock), schema: 2 })).toBe('event-malformed');
  });

  it('of a registered My Number card changes no roster', () => {
    const clock = new HybridClock('desk1', () => NOW);
    const link = { keyId: 1, linkId: LINK };
    const linked = recordEvent(RECORDER, clock, NOW, 'card-linked', { ...link, sealed: 'c2VhbGVk' });
    const unlinked = recordEvent(RECORDER, clock, NOW, 'card-unlinked', link);
    const admission = admit(clock);
    const roster = foldEvents([linked, admission, unlinked]);
    expect([...roster.entries()]).toEqual([...foldEvents([admission]).entries()]);
    expect(roster.counts()).toEqual(foldEvents([admission]).counts());
  });

  it('refuses any JSON without naming values', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(refusal(value)).toMatch(/^event-/);
      }),
    );
    const leak = { ...admit(), body: { secret: '佐藤 花子' } };
    expect(() => parseReceptionEvent(leak)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('佐藤') }),
    );
  });
});

describe('deciding an admission (RCP-4)', () => {
  it('admits all, then none, then those who were missing', () => {
    if (FAMILY === undefined || OTHERS === undefined) throw new Error('no sample');
    const first = { ...FAMILY, members: FAMILY.members.slice(0, 1) };
    expect(decideAdmission(foldEvents([]), FAMILY)).toEqual({ kind: 'admit', household: FAMILY });
    expect(decideAdmission(foldEvents([admit()]), FAMILY).kind).toBe('already-admitted');
    const partly = decideAdmission(foldEvents([admit(undefined, first)]), FAMILY);
    expect(partly).toMatchObject({ kind: 'admit-rest', household: { members: FAMILY.members.slice(1) } });
    expect(decideAdmission(foldEvents([admit()]), OTHERS).kind).toBe('admit');
  });

  it('undoes the latest admission that is not undone (RCP-5)', () => {
    const clock = new HybridClock('desk1', () => NOW);
    const events = [admit(clock), admit(clock, OTHERS)] as const;
    expect(lastUndoable(events, foldEvents(events))).toBe(events[1].id);
    const undo = recordEvent(RECORDER, clock, NOW, 'voided', { targetId: events[1].id, reason: 'undo' });
    expect(lastUndoable([...events, undo], foldEvents([...events, undo]))).toBe(events[0].id);
  });
});

describe('matching people', () => {
  const person = FAMILY?.members[0];
  if (person === undefined) throw new Error('no sample');
  const other = { ...person, residentId: OTHERS?.members[0]?.residentId ?? person.residentId };

  it('knows the same resident by id, a probable one by reading and birth date (FLD-5)', () => {
    expect(matchPersons(person, { ...person, needs: [] })).toBe('same');
    expect(matchPersons(person, { ...other, name: { written: '別の字', kana: ` ${person.name.kana} ` } })).toBe(
      'probable',
    );
  });

  it('does not guess from a name alone, an uncertain date or contradicting sexes', () => {
    const { birthDate: _unknown, ...undated } = other;
    expect(matchPersons(person, undated)).toBe('different');
    expect(matchPersons({ ...person, sex: 'male' }, { ...other, sex: 'female' })).toBe('different');
  });

  it('goes by the name as written where a reading is unknown, as it is on a My Number card (FLD-5)', () => {
    const { kana, written } = person.name;
    const byCard = { ...other, name: { written: written.replace(' ', '') } };
    expect(kana).toBeDefined();
    expect([matchPersons(person, byCard), matchPersons(byCard, person)]).toEqual(['probable', 'probable']);
    expect(probableMatchKeys(person).filter((key) => probableMatchKeys(byCard).includes(key))).toHaveLength(1);
    // The same characters, read otherwise.
    expect(matchPersons(person, { ...other, name: { written, kana: 'ベツ ジン' } })).toBe('different');
    expect(matchPersons(byCard, { ...person, name: { written: '別 人' } })).toBe('different');
  });

  it('finds by hiragana, half-width kana and without spaces', () => {
    const text = searchText({ ...person, name: { written: '佐藤 花子', kana: 'サトウ ハナコ' } });
    for (const typed of ['さとうはなこ', 'ｻﾄｳﾊﾅｺ', 'サトウ ハナコ', '佐藤花子'])
      expect(searchFor(typed)(text)).toBe(true);
  });
});

function withName(written: string) {
  const event = admit();
  const members = event.body.household.members.map((member) => ({ ...member, name: { written } }));
  return { ...event, body: { ...event.body, household: { members } } };
}

function refusal(document: unknown): string {
  try {
    parseReceptionEvent(document);
    return 'accepted';
  } catch (error) {
    if (error instanceof EventFormatError) return error.code;
    throw error;
  }
}
