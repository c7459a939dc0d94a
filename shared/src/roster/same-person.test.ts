import { describe, expect, it } from 'vitest';
import { HybridClock } from '../clock/index.ts';
import { deviceIdSchema, shelterIdSchema } from '../identifiers/index.ts';
import type { Household, Person } from '../person/person.ts';
import { recordEvent } from '../reception/index.ts';
import { sampleHouseholds, seededBytes } from '../sample-households/sample-households.ts';
import { ShelterRoster } from './fold.ts';
import { allOthers, allTheSame, asAnswered, doubtsAbout } from './same-person.ts';

const people = sampleHouseholds(21, 12, 1).flatMap(({ members }) => members);
const [sample, ...strangers] = people;
if (sample === undefined) throw new Error('no sample');
const template: Person = sample;
let serial = 0;

/** A person of this name, always under another resident id. */
function person(written: string, birthDate = '1984-04-04', kana?: string): Person {
  const { residentId } = strangers[serial % strangers.length] ?? template;
  serial += 1;
  return {
    ...template,
    residentId,
    sex: 'unstated',
    name: { written, ...(kana === undefined ? {} : { kana }) },
    birthDate: birthDate as Person['birthDate'],
  };
}

function rosterOf(...households: Household[]): ShelterRoster {
  const deviceId = deviceIdSchema.parse('desk1');
  const identity = { shelterId: shelterIdSchema.parse('43101-a'), deviceId, eventKey: seededBytes(3)(32) };
  const clock = new HybridClock(deviceId, () => 0);
  const roster = new ShelterRoster();
  for (const household of households) {
    roster.apply(
      recordEvent(identity, clock, 0, 'admitted', {
        stay: 'shelter',
        method: 'card-qr',
        assurance: 'card-presented',
        household,
      }),
    );
  }
  return roster;
}

describe('people at the desk who resemble some who are here (FLD-4, FLD-7)', () => {
  it.each([
    ['the same characters', '中村 健一', '中村 健一'],
    ['another form of a character', '髙橋 花子', '高橋 花子'],
    ['渡邉 for 渡辺', '渡邉 一郎', '渡辺 一郎'],
    ['Latin words in another order', 'MARIA SANTOS', 'Santos María'],
  ])('are in doubt: %s', (_what, here, shown) => {
    const there = person(here);
    const member = person(shown);
    const doubts = doubtsAbout(rosterOf({ members: [there] }), { members: [member] });
    expect(doubts).toMatchObject([{ member, entries: [{ residentId: there.residentId }] }]);
  });

  it('are not, of another birth date or name, of an unknown birth date, or under their own resident id', () => {
    const there = person('中村 健一');
    const roster = rosterOf({ members: [there] });
    const unknown = person('中村 健一', '1984');
    const members = [person('中村 健一', '1984-04-05'), person('中村 健二'), unknown, there];
    expect(doubtsAbout(roster, { members })).toEqual([]);
  });

  it('are not in doubt with those who came on their own card, as twins of one name are two', () => {
    const [one, other] = [person('赤ちゃん', '2026-11-20'), person('赤ちゃん', '2026-11-20')];
    expect(doubtsAbout(rosterOf({ members: [one] }), { members: [one, other] })).toEqual([]);
  });

  it('become those who are here where a person says so, each another, and nobody is dropped', () => {
    const [one, other] = [person('赤ちゃん', '2026-11-20'), person('赤ちゃん', '2026-11-20')];
    const roster = rosterOf({ members: [one] }, { members: [other] });
    const household = { members: [person('赤ちゃん', '2026-11-20'), person('赤ちゃん', '2026-11-20')] };
    const doubts = doubtsAbout(roster, household);
    const ids = (answered: Household) => answered.members.map(({ residentId }) => residentId);
    expect(ids(asAnswered(roster, household, allTheSame(doubts)))).toEqual([one.residentId, other.residentId]);
    expect(asAnswered(roster, household, allOthers(doubts))).toEqual(household);
    const both = new Map(household.members.map(({ residentId }) => [residentId, one.residentId]));
    expect(ids(asAnswered(roster, household, both))).toEqual([one.residentId, household.members[1]?.residentId]);
  });

  it('are somebody else where there are fewer here than came', () => {
    const roster = rosterOf({ members: [person('赤ちゃん', '2026-11-20')] });
    const household = { members: [person('赤ちゃん', '2026-11-20'), person('赤ちゃん', '2026-11-20')] };
    expect(
      [...allTheSame(doubtsAbout(roster, household)).values()].filter((who) => who === 'somebody-else'),
    ).toHaveLength(1);
  });
});
