import type { EventId, ResidentId } from '../identifiers/identifiers.ts';
import type { Household } from '../person/person.ts';
import type { ReceptionEvent } from '../reception/events.ts';
import { isAdmitted, type RosterEntry, type ShelterRoster } from './fold.ts';

/** What showing a household at the desk comes to. */
export type AdmissionDecision =
  | { readonly kind: 'admit'; readonly household: Household }
  | { readonly kind: 'already-admitted'; readonly entries: readonly RosterEntry[] }
  | { readonly kind: 'admit-rest'; readonly household: Household; readonly already: readonly RosterEntry[] };

/**
 * Decides what to do with a household: admit all, admit those not yet here, or say that all are here already
 * (RCP-4). Someone who stepped out counts as here: use `returned` for them.
 */
export function decideAdmission(roster: ShelterRoster, household: Household): AdmissionDecision {
  const already: RosterEntry[] = [];
  const rest: Household['members'] = [];
  for (const member of household.members) {
    const entry = roster.entry(member.residentId);
    if (entry !== undefined && isAdmitted(entry)) already.push(entry);
    else rest.push(member);
  }
  if (rest.length === 0) return { kind: 'already-admitted', entries: already };
  if (already.length === 0) return { kind: 'admit', household };
  return { kind: 'admit-rest', household: { ...household, members: rest }, already };
}

/** Residents of a household who stepped out and now stand at the desk again. */
export function returningResidents(entries: readonly RosterEntry[]): readonly ResidentId[] {
  return entries.filter((entry) => entry.presence === 'out').map((entry) => entry.residentId);
}

/** The latest event of this desk that can be undone: an admission not voided yet. */
export function lastUndoable(recent: readonly ReceptionEvent[], roster: ShelterRoster): EventId | undefined {
  return recent.findLast((event) => event.kind === 'admitted' && !roster.isVoided(event.id))?.id;
}
