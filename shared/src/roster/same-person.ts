import type { ResidentId } from '../identifiers/identifiers.ts';
import type { Household, Person } from '../person/person.ts';
import { isAdmitted, type RosterEntry, type ShelterRoster } from './fold.ts';
import { matchPersons } from './matching.ts';

/** A member of a household at the desk, and who is here that probably is the same person under another resident id. */
export interface Doubt {
  readonly member: Person;
  readonly entries: readonly RosterEntry[];
}

/** Who of those here a member is, by resident id, or nobody of them. */
export type WhoItIs = ResidentId | 'somebody-else';

/** What a person said of each member in doubt, by resident id. */
export type Answers = ReadonlyMap<ResidentId, WhoItIs>;

export const NO_ANSWERS: Answers = new Map();

/** Members of a household about whom a person has to say who they are before anybody is admitted (FLD-4). */
export function doubtsAbout(roster: ShelterRoster, { members }: Household): readonly Doubt[] {
  const fresh = members.filter(({ residentId }) => !roster.isAdmitted(residentId));
  const birthDates = new Set(fresh.map(({ birthDate }) => birthDate));
  const own = new Set(members.map(({ residentId }) => residentId));
  const found = new Map<ResidentId, RosterEntry[]>();
  for (const entry of roster.entries()) {
    // Most of a large shelter is told apart by this, before any name is compared.
    if (!birthDates.has(entry.person.birthDate) || !isAdmitted(entry) || own.has(entry.residentId)) continue;
    for (const member of fresh) {
      if (matchPersons(member, entry.person) !== 'probable') continue;
      found.set(member.residentId, [...(found.get(member.residentId) ?? []), entry]);
    }
  }
  return fresh.flatMap((member) => {
    const entries = found.get(member.residentId);
    return entries === undefined ? [] : [{ member, entries }];
  });
}

/** That all in doubt are those whom they resemble: each somebody of their own, as far as there are enough. */
export function allTheSame(doubts: readonly Doubt[]): Answers {
  const taken = new Set<ResidentId>();
  const answers = new Map<ResidentId, WhoItIs>();
  for (const { member, entries } of doubts) {
    const entry = entries.find(({ residentId }) => !taken.has(residentId));
    if (entry !== undefined) taken.add(entry.residentId);
    answers.set(member.residentId, entry?.residentId ?? 'somebody-else');
  }
  return answers;
}

/** That nobody in doubt is anybody of those here. */
export function allOthers(doubts: readonly Doubt[]): Answers {
  return new Map(doubts.map(({ member }) => [member.residentId, 'somebody-else'] as const));
}

/**
 * The household as a person said who is in it: who is somebody of those here stands in it as the roster has them.
 * Nobody is dropped: of two members who are said to be one and the same, the second stays who they were.
 */
export function asAnswered(roster: ShelterRoster, household: Household, answers: Answers): Household {
  const taken = new Set(household.members.map(({ residentId }) => residentId));
  const members = household.members.map((member) => {
    const who = answers.get(member.residentId);
    const entry = who === undefined || who === 'somebody-else' ? undefined : roster.entry(who);
    if (roster.isAdmitted(member.residentId)) return member;
    if (entry === undefined || !isAdmitted(entry) || taken.has(entry.residentId)) return member;
    taken.add(entry.residentId);
    return entry.person;
  });
  return { ...household, members };
}
