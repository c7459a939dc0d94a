import type { HybridClock } from '../clock/hybrid-clock.ts';
import { type DeviceId, type EventId, eventIdOf, type ResidentId, type ShelterId } from '../identifiers/identifiers.ts';
import type { Household } from '../person/person.ts';
import { authenticateEvent } from './authenticity.ts';
import { type EventKind, type EventOf, type ReceptionEvent, schemaVersionOf, type UnsealedEvent } from './events.ts';
import { isAdmitted, type RosterEntry, type ShelterRoster } from './fold.ts';

/** What an event needs to know about the desk that records it. */
export interface DeskIdentity {
  readonly shelterId: ShelterId;
  readonly deviceId: DeviceId;
  /** HMAC key of the device, EVENT_KEY_BYTES long. */
  readonly eventKey: Uint8Array;
  readonly recordedBy?: string;
}

/** Makes a finished event of the given kind: stamped by the clock, timed by `now` (ms since 1970 UTC), authenticated. */
export function recordEvent<Kind extends EventKind>(
  desk: DeskIdentity,
  clock: HybridClock,
  now: number,
  kind: Kind,
  body: EventOf<Kind>['body'],
): EventOf<Kind> {
  const hlc = clock.tick();
  const event = {
    schema: schemaVersionOf(kind),
    id: eventIdOf(hlc),
    shelterId: desk.shelterId,
    deviceId: desk.deviceId,
    hlc,
    occurredAt: new Date(now).toISOString(),
    ...(desk.recordedBy === undefined ? {} : { recordedBy: desk.recordedBy }),
    kind,
    body,
  };
  return authenticateEvent(event as UnsealedEvent, desk.eventKey) as ReceptionEvent as EventOf<Kind>;
}

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
