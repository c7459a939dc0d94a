import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HybridClock } from '../clock/hybrid-clock.ts';
import { deviceIdSchema, shelterIdSchema } from '../identifiers/identifiers.ts';
import type { Household } from '../person/person.ts';
import type { EventKind, EventOf, ReceptionEvent } from '../reception/events.ts';
import { recordEvent } from '../reception/record-event.ts';
import { sampleHouseholds } from '../sample-households/sample-households.ts';
import { foldEvents, type ShelterRoster } from './fold.ts';

const START = Date.UTC(2026, 10, 22, 1);
const HOUSEHOLDS = sampleHouseholds(5, 6);
const SHELTER = shelterIdSchema.parse('school-1');

/** A recording device for tests: every event one second after the last. */
function testRecorder(device: string, skewMs = 0) {
  let now = START + skewMs;
  const clock = new HybridClock(device, () => now);
  const identity = { shelterId: SHELTER, deviceId: deviceIdSchema.parse(device), eventKey: new Uint8Array(32) };
  const record = <Kind extends EventKind>(kind: Kind, body: EventOf<Kind>['body']): EventOf<Kind> => {
    now += 1_000;
    return recordEvent(identity, clock, now, kind, body);
  };
  return { record, admit: (household: Household) => record('admitted', admission(household)) };
}

function admission(household: Household): EventOf<'admitted'>['body'] {
  return { stay: 'shelter', method: 'card-qr', assurance: 'card-presented', household };
}

function household(position: number): Household {
  const found = HOUSEHOLDS[position % HOUSEHOLDS.length];
  if (found === undefined) throw new Error('no sample');
  return found;
}

function residents(of: Household) {
  return of.members.map((member) => member.residentId);
}

/** Everything the roster tells, in a form that can be compared. */
function told(roster: ShelterRoster) {
  const entries = [...roster.entries()].sort((left, right) => (left.residentId < right.residentId ? -1 : 1));
  return { entries, counts: roster.counts(), state: roster.state(), events: roster.eventCount };
}

/** A log of two devices with clocks apart, from a list of small choices. */
function logOf(
  choices: readonly { recorder: number; action: number; household: number; target: number }[],
): ReceptionEvent[] {
  const recorders = [testRecorder('desk1'), testRecorder('desk2', 36 * 3_600_000)];
  const log: ReceptionEvent[] = [];
  for (const choice of choices) {
    const recorder = recorders[choice.recorder];
    const group = household(choice.household);
    const target = log[choice.target % Math.max(1, log.length)];
    if (recorder === undefined) continue;
    const residentIds = residents(group);
    const actions: (() => ReceptionEvent)[] = [
      () => recorder.admit(group),
      () => recorder.admit({ ...group, members: group.members.slice(0, 1) }),
      () => recorder.record('stepped-out', { residentIds }),
      () => recorder.record('returned', { residentIds }),
      () => recorder.record('departed', { residentIds }),
      () => recorder.record('headcount-reported', { people: 3 }),
      () => recorder.record(choice.target % 2 === 0 ? 'opened' : 'closed', {}),
      () =>
        target === undefined
          ? recorder.admit(group)
          : recorder.record('voided', { targetId: target.id, reason: 'mistake' }),
      () =>
        target === undefined
          ? recorder.admit(group)
          : recorder.record('amended', {
              admissionId: target.id,
              household: { ...group, members: group.members.slice(-1) },
            }),
    ];
    log.push((actions[choice.action % actions.length] ?? (() => recorder.admit(group)))());
  }
  return log;
}

const choices = fc.array(
  fc.record({ recorder: fc.nat(1), action: fc.nat(8), household: fc.nat(5), target: fc.nat(30) }),
  {
    maxLength: 30,
  },
);

it('orders events by hybrid timestamp, never by the wall clock that people are shown (FLD-3)', () => {
  const { record, admit } = testRecorder('desk1');
  const residentIds = residents(household(0));
  const admitted = admit(household(0));
  const out = record('stepped-out', { residentIds });
  const back = { ...record('returned', { residentIds }), occurredAt: new Date(START - 3_600_000).toISOString() };
  const late = { ...out, occurredAt: new Date(START + 3_600_000).toISOString() };
  for (const order of [
    [admitted, late, back],
    [back, late, admitted],
  ]) {
    const roster = foldEvents(order);
    expect(residentIds.map((id) => roster.entry(id)?.presence)).toEqual(residentIds.map(() => 'present'));
  }
});

describe('the fold', () => {
  it('gives the same roster for any order of arrival (FLD-1)', () => {
    fc.assert(
      fc.property(choices, fc.array(fc.nat(), { minLength: 30, maxLength: 30 }), (chosen, weights) => {
        const log = logOf(chosen);
        const shuffled = log
          .map((event, at) => ({ event, weight: weights[at] ?? 0 }))
          .sort((a, b) => a.weight - b.weight);
        expect(told(foldEvents(shuffled.map(({ event }) => event)))).toEqual(told(foldEvents(log)));
      }),
    );
  });

  it('takes an event twice without change (FLD-2)', () => {
    fc.assert(
      fc.property(choices, (chosen) => {
        const log = logOf(chosen);
        expect(told(foldEvents([...log, ...log, ...log.toReversed()]))).toEqual(told(foldEvents(log)));
      }),
    );
  });

  it('keeps the running counts equal to the entries (FLD-1)', () => {
    fc.assert(
      fc.property(choices, (chosen) => {
        const roster = foldEvents(logOf(chosen));
        const presences = [...roster.entries()].map((entry) => entry.presence);
        expect(roster.counts().present).toBe(presences.filter((presence) => presence === 'present').length);
        expect(roster.counts().out).toBe(presences.filter((presence) => presence === 'out').length);
      }),
    );
  });
});

describe('stamps that lie ahead of their receipt (CLK-4)', () => {
  const YEARS = 2 * 365 * 86_400_000;

  it('are overtaken by what is recorded after they were received: a shelter closed by a fast laptop is opened again', () => {
    const [fast, right] = [testRecorder('desk1', YEARS), testRecorder('desk2')];
    const group = household(0);
    const log = [
      fast.admit(group),
      fast.record('departed', { residentIds: residents(group) }),
      fast.record('closed', {}),
    ];
    const bounds = new Map<string, number>(log.map(({ id }) => [id, START]));
    const later = [right.record('opened', {}), right.admit(group)];
    expect(foldEvents([...log, ...later]).state()).toBe('closed');
    const roster = foldEvents([...log, ...later], bounds);
    expect([roster.state(), roster.counts().present]).toEqual(['open', group.members.length]);
    // What one desk recorded stays in its order.
    expect(foldEvents(log, bounds).counts().present).toBe(0);
    expect(foldEvents(log, bounds).state()).toBe('closed');
  });

  it('give the same roster, whenever the receipts become known (FLD-1)', () => {
    const receipts = fc.array(fc.integer({ min: -50_000, max: 200_000_000 }), { minLength: 30, maxLength: 30 });
    fc.assert(
      fc.property(choices, receipts, fc.array(fc.nat(1), { minLength: 30, maxLength: 30 }), (chosen, at, when) => {
        const log = logOf(chosen);
        const bounds = new Map<string, number>(log.map(({ id }, position) => [id, START + (at[position] ?? 0)]));
        const early = new Map([...bounds].filter((_, position) => when[position] === 1));
        const roster = foldEvents(log, early);
        for (const [id, bound] of bounds) roster.bound(id, bound);
        expect(told(roster)).toEqual(told(foldEvents(log.toReversed(), bounds)));
      }),
    );
  });
});

describe('admission', () => {
  it('counts a person once however often admitted, and keeps the first time (RCP-4, FLD-4)', () => {
    const [here, there] = [testRecorder('desk1'), testRecorder('desk2', 5_000)];
    const first = here.admit(household(1));
    const roster = foldEvents([there.admit(household(1)), first]);
    const [residentId] = residents(household(1));
    const entry = residentId && roster.entry(residentId);
    expect(roster.counts().admitted).toBe(household(1).members.length);
    expect(entry && [entry.admissionId, entry.repeatedAdmissions]).toEqual([first.id, 1]);
  });

  it('is taken back by a void, whichever of the two arrives first (RCP-5)', () => {
    const recorder = testRecorder('desk1');
    const admitted = recorder.admit(household(0));
    const voided = recorder.record('voided', { targetId: admitted.id, reason: 'undo' });
    for (const log of [
      [admitted, voided],
      [voided, admitted],
    ]) {
      expect(foldEvents(log).counts().admitted).toBe(0);
      expect([...foldEvents(log).entries()]).toEqual([]);
    }
  });

  it('cannot be brought back by voiding the void (RCP-5)', () => {
    const recorder = testRecorder('desk1');
    const admitted = recorder.admit(household(0));
    const voided = recorder.record('voided', { targetId: admitted.id, reason: 'undo' });
    const again = recorder.record('voided', { targetId: voided.id, reason: 'mistake' });
    expect(foldEvents([admitted, voided, again]).counts().admitted).toBe(0);
  });

  it('counts again after leaving', () => {
    const recorder = testRecorder('desk1');
    const group = household(2);
    const log: ReceptionEvent[] = [
      recorder.admit(group),
      recorder.record('departed', { residentIds: residents(group) }),
    ];
    expect(foldEvents(log).counts().admitted).toBe(0);
    log.push(recorder.admit(group));
    expect(foldEvents(log).counts().present).toBe(group.members.length);
  });

  it('follows an amendment that names who really came', () => {
    const recorder = testRecorder('desk1');
    const [pair] = sampleHouseholds(9, 1, 2);
    if (pair === undefined) throw new Error('no sample');
    const admitted = recorder.admit(pair);
    const onlyFirst = { ...pair, members: pair.members.slice(0, 1) };
    const amended = recorder.record('amended', { admissionId: admitted.id, household: onlyFirst });
    expect(foldEvents([amended, admitted]).counts().admitted).toBe(1);
    const undone = recorder.record('voided', { targetId: amended.id, reason: 'mistake' });
    expect(foldEvents([undone, amended, admitted]).counts().admitted).toBe(2);
  });
});

describe('a shelter', () => {
  it('is unknown until it says or admits something (FLD-6)', () => {
    const recorder = testRecorder('desk1');
    expect(foldEvents([]).state()).toBe('unknown');
    expect(foldEvents([recorder.admit(household(0))]).state()).toBe('open');
    expect(foldEvents([recorder.record('opened', {}), recorder.record('closed', {})]).state()).toBe('closed');
  });

  it('counts people reported without names, until voided', () => {
    const recorder = testRecorder('desk1');
    const report = recorder.record('headcount-reported', { people: 4 });
    expect(foldEvents([report]).counts()).toMatchObject({ headcount: 4, admitted: 0 });
    expect(
      foldEvents([report, recorder.record('voided', { targetId: report.id, reason: 'mistake' })]).counts().headcount,
    ).toBe(0);
  });
});
