import { HybridClock } from '@uketsuke/shared/clock';
import {
  type DeviceId,
  deviceIdSchema,
  newResidentId,
  type ShelterId,
  shelterIdSchema,
} from '@uketsuke/shared/identifiers';
import type { Household } from '@uketsuke/shared/person';
import { type EventKind, type EventOf, type ReceptionEvent, recordEvent } from '@uketsuke/shared/reception';
import { sampleHouseholds, seededBytes } from '@uketsuke/shared/sample-households';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CityRoster } from './city-roster.ts';
import { isClockDoubtful } from './shelter-projection.ts';

const NOW = Date.UTC(2026, 10, 22, 1);
const RECEIVED = '2026-11-22T01:00:00.000Z';
const everywhere = () => true;
const [FAMILY, OTHERS] = sampleHouseholds(5, 2, 3);
if (FAMILY === undefined || OTHERS === undefined) throw new Error('no sample');

class Kiosk {
  readonly shelterId: ShelterId;
  readonly deviceId: DeviceId;
  readonly facts;
  readonly #clock: HybridClock;
  #now = NOW;

  constructor(name: string) {
    this.shelterId = shelterIdSchema.parse(name);
    this.deviceId = deviceIdSchema.parse(`desk${name}`);
    this.facts = { shelterId: this.shelterId, name: `避難所 ${name}` };
    this.#clock = new HybridClock(this.deviceId, () => this.#now);
  }

  record<Kind extends EventKind>(kind: Kind, body: EventOf<Kind>['body']): EventOf<Kind> {
    this.#now += 60_000;
    return recordEvent({ ...this, eventKey: seededBytes(1)(32) }, this.#clock, this.#now, kind, body);
  }

  admit(household: Household, later = 0): EventOf<'admitted'> {
    this.#now += later;
    return this.record('admitted', { stay: 'shelter', method: 'card-qr', assurance: 'card-presented', household });
  }
}

function cityOf(...kiosks: Kiosk[]) {
  const changed: string[][] = [];
  const city = new CityRoster();
  city.onChange((shelterIds) => changed.push([...shelterIds].sort()));
  for (const kiosk of kiosks) city.addShelter(kiosk.facts);
  const take = (kiosk: Kiosk, ...events: ReceptionEvent[]) =>
    city.apply(
      kiosk.shelterId,
      events.map((event) => ({ event, receivedAt: RECEIVED })),
    );
  const complete = () => {
    for (const kiosk of kiosks) city.completed(kiosk.shelterId);
  };
  return { city, take, complete, changed };
}

describe('numbers of a shelter', () => {
  it('are unknown, not zero, until its log was read and something came', () => {
    const kiosk = new Kiosk('a1');
    const { city, take, complete } = cityOf(kiosk);
    const unknown = { state: 'unknown', counts: null, lastReportAt: null, duplicates: null };
    expect(city.summary(kiosk.facts, everywhere, 0)).toMatchObject(unknown);
    take(kiosk, kiosk.admit(FAMILY));
    expect(city.summary(kiosk.facts, everywhere, 0)).toMatchObject(unknown);
    complete();
    expect(city.isComplete).toBe(true);
    expect(city.summary(kiosk.facts, everywhere, 2)).toEqual({
      shelter: kiosk.facts,
      state: 'open',
      counts: { admitted: 3, present: 3, out: 0, headcount: 0, byStay: { shelter: 3, car: 0, home: 0 } },
      lastReportAt: RECEIVED,
      duplicates: 0,
      quarantined: 2,
    });
    city.restart(kiosk.shelterId);
    expect(city.summary(kiosk.facts, everywhere, 0)).toMatchObject(unknown);
    expect(city.search(everywhere, '', null, 50).total).toBe(0);
  });
});

describe('the same person at two shelters (FLD-5)', () => {
  const [first, second] = [new Kiosk('b1'), new Kiosk('b2')];
  const early = first.admit(FAMILY);
  const late = second.admit(FAMILY, 3_600_000);

  it('is flagged at both, latest admission first, and not any more after an undo (RCP-5)', () => {
    const { city, take, complete, changed } = cityOf(first, second);
    take(first, early);
    take(second, late);
    complete();
    const residentId = FAMILY.members[0]?.residentId;
    if (residentId === undefined) throw new Error('no sample');
    for (const kiosk of [first, second]) expect(city.summary(kiosk.facts, everywhere, 0).duplicates).toBe(3);
    const detail = city.detail(residentId, everywhere);
    expect(detail?.entries.map((entry) => entry.shelterId)).toEqual([second.shelterId, first.shelterId]);
    expect(detail?.entries[1]?.duplicates).toEqual([
      { shelterId: second.shelterId, shelterName: '避難所 b2', residentId, admittedAt: late.occurredAt, match: 'same' },
    ]);
    expect(detail?.household).toHaveLength(4);
    take(second, second.record('voided', { targetId: late.id, reason: 'undo' }));
    expect(changed.at(-1)).toEqual([first.shelterId, second.shelterId]);
    for (const kiosk of [first, second]) expect(city.summary(kiosk.facts, everywhere, 0).duplicates).toBe(0);
    expect(city.detail(residentId, everywhere)?.entries).toEqual([expect.objectContaining({ duplicates: [] })]);
  });

  it('is not shown to who may not see the other shelter (SEC-4)', () => {
    const { city, take, complete } = cityOf(first, second);
    take(first, early);
    take(second, late);
    complete();
    const own = (shelterId: ShelterId) => shelterId === first.shelterId;
    expect(city.summary(first.facts, own, 0).duplicates).toBe(0);
    const people = city.people(first.shelterId, own, null, 50).people;
    expect(people.flatMap((person) => person.duplicates)).toEqual([]);
  });

  it('is probable by reading and birth date; never when the sexes contradict; never merged', () => {
    const [member, other] = [FAMILY.members[0], OTHERS.members[0]];
    if (member === undefined || other === undefined) throw new Error('no sample');
    const { city, take, complete } = cityOf(first, second);
    const likely = { ...member, residentId: other.residentId };
    take(first, first.admit({ members: [{ ...member, sex: 'female' }] }));
    take(second, second.admit({ members: [{ ...likely, sex: 'unstated' }] }));
    complete();
    expect(city.people(first.shelterId, everywhere, null, 9).people[0]?.duplicates).toMatchObject([
      { match: 'probable', residentId: other.residentId },
    ]);
    expect(city.summary(first.facts, everywhere, 0).duplicates).toBe(1);
    const amended = second.record('amended', { admissionId: second.admit(OTHERS).id, household: OTHERS });
    take(second, amended, second.admit({ members: [{ ...likely, sex: 'male' }] }));
    expect(city.people(first.shelterId, everywhere, null, 9).people[0]?.duplicates).toEqual([]);
  });

  it('is probable at one shelter, too, when a family came with two cards; of one card nobody is a double', () => {
    const again: Household = {
      members: FAMILY.members.map((member, at) => ({ ...member, residentId: newResidentId(seededBytes(90 + at)) })),
    };
    const { city, take, complete } = cityOf(first);
    take(first, first.admit(FAMILY));
    complete();
    expect(city.summary(first.facts, everywhere, 0).duplicates).toBe(0);
    take(first, first.admit(again, 60_000));
    expect(city.summary(first.facts, everywhere, 0).duplicates).toBe(2 * FAMILY.members.length);
    expect(
      city.people(first.shelterId, everywhere, null, 50).people.map(({ duplicates }) => duplicates.length),
    ).toEqual(Array.from({ length: 2 * FAMILY.members.length }, () => 1));
  });

  it('is probable by the written name where a My Number card gave no reading, and not any more after an undo', () => {
    const [member, other] = [FAMILY.members[0], OTHERS.members[0]];
    if (member === undefined || other === undefined) throw new Error('no sample');
    const { city, take, complete } = cityOf(first, second);
    const byCard = { ...member, name: { written: member.name.written }, residentId: other.residentId };
    const admission = second.admit({ members: [byCard] });
    take(first, first.admit({ members: [member] }));
    take(second, admission);
    complete();
    const duplicates = () => city.people(first.shelterId, everywhere, null, 9).people[0]?.duplicates;
    expect(duplicates()).toMatchObject([{ match: 'probable', residentId: other.residentId }]);
    take(second, second.record('voided', { targetId: admission.id, reason: 'undo' }));
    expect(duplicates()).toEqual([]);
  });
});

describe('the roster of the city', () => {
  it('depends on the set of events only, not on order or repetition (FLD-1, FLD-2)', () => {
    const [one, two] = [new Kiosk('c1'), new Kiosk('c2')];
    const admissions = [one.admit(FAMILY), two.admit(FAMILY), one.admit(OTHERS)] as const;
    const someone = FAMILY.members.slice(0, 1).map((member) => member.residentId);
    const all: [Kiosk, ReceptionEvent][] = [
      ...admissions.map((event): [Kiosk, ReceptionEvent] => [event.deviceId === one.deviceId ? one : two, event]),
      [one, one.record('stepped-out', { residentIds: someone })],
      [two, two.record('departed', { residentIds: someone })],
      [one, one.record('amended', { admissionId: admissions[2].id, household: { members: OTHERS.members.slice(1) } })],
      [two, two.record('voided', { targetId: admissions[1].id, reason: 'mistake' })],
      [one, one.record('headcount-reported', { people: 4 })],
      [two, two.record('closed', {})],
    ];
    const pictureOf = (events: readonly [Kiosk, ReceptionEvent][]) => {
      const { city, take, complete } = cityOf(one, two);
      for (const [kiosk, event] of events) take(kiosk, event);
      complete();
      const summaries = [one, two].map((kiosk) => city.summary(kiosk.facts, everywhere, 0));
      return { summaries, page: city.search(everywhere, '', null, 200) };
    };
    const picture = pictureOf(all);
    expect(picture.page.total).toBe(5);
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), fc.subarray(all), (shuffled, again) => {
        expect(pictureOf([...shuffled, ...again])).toEqual(picture);
      }),
    );
  });
});

describe('a doubtful clock', () => {
  it.each([
    ['2026-11-22T01:00:00.000Z', false],
    ['2026-11-22T01:09:00.000Z', false],
    ['2026-11-22T01:11:00.000Z', true],
    ['2026-11-10T01:00:00.000Z', false],
    ['2019-12-31T23:59:59.000Z', true],
    ['1970-01-01T00:00:00.000Z', true],
  ])('at %s is %s', (occurredAt, doubtful) => {
    expect(isClockDoubtful(occurredAt, RECEIVED)).toBe(doubtful);
  });
});
