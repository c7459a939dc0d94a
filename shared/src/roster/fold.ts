import type { EventId, ResidentId } from '../identifiers/identifiers.ts';
import type { Address, Household, Person } from '../person/person.ts';
import type { Assurance, EventOf, ReceptionEvent, StayKind } from '../reception/events.ts';
import { EventOrder } from './event-order.ts';

/**
 * The roster is a fold over the event log. Any order of arrival gives the same roster, and an event seen
 * twice changes nothing (FLD-1, FLD-2): every answer is computed from the set of events seen, ordered by
 * hybrid timestamp, as far as the city's receipt lets it count (CLK-4), never from the order in which they came.
 */

/** Where a resident of the roster is now. */
export type Presence = 'present' | 'out' | 'departed' | 'transferred';

/** One resident of one shelter, as the log tells it. Times are UTC, ISO 8601. */
export interface RosterEntry {
  readonly residentId: ResidentId;
  readonly person: Person;
  readonly address: Address | undefined;
  readonly presence: Presence;
  readonly stay: StayKind;
  readonly assurance: Assurance;
  /** The admission that counts: the first one of the present stay. */
  readonly admissionId: EventId;
  readonly admittedAt: string;
  /** When the presence last changed. */
  readonly since: string;
  /** Further admissions during the same stay; they are shown, not counted (RCP-4). */
  readonly repeatedAdmissions: number;
  /** Everyone admitted together in the admission that counts. */
  readonly householdResidentIds: readonly ResidentId[];
}

/** Whether the shelter is open, as last reported; `unknown` when it never said. */
export type ShelterState = 'open' | 'closed' | 'unknown';

export interface ShelterCounts {
  /** Residents admitted and not departed or transferred: present + out. */
  readonly admitted: number;
  readonly present: number;
  readonly out: number;
  /** People counted without names. */
  readonly headcount: number;
  /** Admitted residents by kind of stay. */
  readonly byStay: Readonly<Record<StayKind, number>>;
}

type ResidentEvent = EventOf<'admitted' | 'stepped-out' | 'returned' | 'departed' | 'transferred'>;
type ShelterEvent = EventOf<'opened' | 'closed' | 'status-reported' | 'supplies-requested'>;

/** The fold of one shelter's events. Feed it with `apply`; ask it at any time. */
export class ShelterRoster {
  readonly #seen = new Set<string>();
  readonly #voided = new Set<string>();
  readonly #admissions = new Map<string, EventOf<'admitted'>>();
  readonly #amendments = new Map<string, EventOf<'amended'>[]>();
  readonly #timelines = new Map<ResidentId, ResidentEvent[]>();
  readonly #headcounts = new Map<string, EventOf<'headcount-reported'>>();
  readonly #shelterEvents: ShelterEvent[] = [];
  readonly #targets = new Map<string, ReceptionEvent>();
  readonly #order = new EventOrder();
  readonly #entries = new Map<ResidentId, RosterEntry>();
  readonly #tally = { present: 0, out: 0, byStay: { shelter: 0, car: 0, home: 0 } };

  /**
   * Takes in one event; returns the residents whose entry may have changed. A second time changes nothing.
   * @param bound what the city's receipt bounds its place to, where it is known (see receipt-bound.ts)
   */
  apply(event: ReceptionEvent, bound?: number): readonly ResidentId[] {
    if (this.#seen.has(event.id)) return bound === undefined ? [] : this.bound(event.id, bound);
    this.#seen.add(event.id);
    if (bound !== undefined) this.#order.bound(event.id, bound);
    const affected = this.#record(event);
    for (const residentId of affected) this.#recompute(residentId);
    return affected;
  }

  /** Learns when the city received an event whose stamp lies ahead of that; the event may come later. */
  bound(eventId: string, bound: number): readonly ResidentId[] {
    if (!this.#order.bound(eventId, bound)) return [];
    this.#order.sort(this.#shelterEvents);
    const affected = this.#residentsOf(this.#targets.get(eventId));
    for (const list of this.#amendments.values()) if (list.some(({ id }) => id === eventId)) this.#order.sort(list);
    for (const residentId of affected) {
      this.#order.sort(this.#timelines.get(residentId) ?? []);
      this.#recompute(residentId);
    }
    return affected;
  }

  /** Number of different events seen. */
  get eventCount(): number {
    return this.#seen.size;
  }

  has(eventId: string): boolean {
    return this.#seen.has(eventId);
  }

  isVoided(eventId: string): boolean {
    return this.#voided.has(eventId);
  }

  /** The entry of a resident who was ever admitted here (voided admissions do not count). */
  entry(residentId: ResidentId): RosterEntry | undefined {
    return this.#entries.get(residentId);
  }

  entries(): IterableIterator<RosterEntry> {
    return this.#entries.values();
  }

  /** The household of an admission with its latest amendment; `undefined` for an unknown admission. */
  householdOf(admissionId: string): Household | undefined {
    const admission = this.#admissions.get(admissionId);
    return admission && this.#effectiveHousehold(admission);
  }

  /** Whether the resident is here or only stepped out. */
  isAdmitted(residentId: ResidentId): boolean {
    return isAdmitted(this.#entries.get(residentId));
  }

  counts(): ShelterCounts {
    const { present, out } = this.#tally;
    return { admitted: present + out, present, out, headcount: this.#headcount(), byStay: { ...this.#tally.byStay } };
  }

  /** Open or closed by the latest report; an admission also shows that a shelter is in use (FLD-6). */
  state(): ShelterState {
    const latest = this.#latestShelterEvent('opened', 'closed');
    if (latest !== undefined) return latest.kind === 'closed' ? 'closed' : 'open';
    return this.#entries.size > 0 ? 'open' : 'unknown';
  }

  /** The latest event of the given kinds that is not voided. */
  #latestShelterEvent(...kinds: ShelterEvent['kind'][]): ShelterEvent | undefined {
    return this.#shelterEvents.findLast((event) => kinds.includes(event.kind) && !this.#voided.has(event.id));
  }

  #record(event: ReceptionEvent): readonly ResidentId[] {
    switch (event.kind) {
      case 'admitted':
        this.#targets.set(event.id, event);
        this.#admissions.set(event.id, event);
        return this.#recordMembers(event);
      case 'amended':
        this.#targets.set(event.id, event);
        this.#order.insert(listOf(this.#amendments, event.body.admissionId), event);
        return this.#recordAmendment(event);
      case 'stepped-out':
      case 'returned':
      case 'departed':
      case 'transferred':
        this.#targets.set(event.id, event);
        for (const residentId of event.body.residentIds) this.#order.insert(listOf(this.#timelines, residentId), event);
        return event.body.residentIds;
      case 'voided':
        this.#voided.add(event.body.targetId);
        return this.#residentsOf(this.#targets.get(event.body.targetId));
      case 'headcount-reported':
        this.#headcounts.set(event.id, event);
        return [];
      case 'opened':
      case 'closed':
      case 'status-reported':
      case 'supplies-requested':
        this.#order.insert(this.#shelterEvents, event);
        return [];
      // The card directory's matter, not the roster's.
      case 'card-linked':
      case 'card-unlinked':
        return [];
    }
  }

  /** Enters an admission into the timelines of everyone it or an amendment of it names. */
  #recordMembers(admission: EventOf<'admitted'>): readonly ResidentId[] {
    const residentIds = this.#residentsOf(admission);
    for (const residentId of residentIds) this.#order.insert(listOf(this.#timelines, residentId), admission);
    return residentIds;
  }

  #recordAmendment(amendment: EventOf<'amended'>): readonly ResidentId[] {
    const admission = this.#admissions.get(amendment.body.admissionId);
    if (admission === undefined) return [];
    for (const member of amendment.body.household.members) {
      const timeline = listOf(this.#timelines, member.residentId);
      if (!timeline.includes(admission)) this.#order.insert(timeline, admission);
    }
    return this.#residentsOf(admission);
  }

  /** Every resident an event can concern, whatever amendments are voided. */
  #residentsOf(event: ReceptionEvent | undefined): readonly ResidentId[] {
    if (event === undefined) return [];
    switch (event.kind) {
      case 'admitted': {
        const amendments = this.#amendments.get(event.id) ?? [];
        const households = [event.body.household, ...amendments.map((amendment) => amendment.body.household)];
        return [...new Set(households.flatMap((household) => household.members.map((member) => member.residentId)))];
      }
      case 'amended':
        return this.#residentsOf(this.#admissions.get(event.body.admissionId));
      case 'stepped-out':
      case 'returned':
      case 'departed':
      case 'transferred':
        return event.body.residentIds;
      default:
        return [];
    }
  }

  #effectiveHousehold(admission: EventOf<'admitted'>): Household {
    const amendment = this.#amendments.get(admission.id)?.findLast((candidate) => !this.#voided.has(candidate.id));
    return amendment?.body.household ?? admission.body.household;
  }

  #recompute(residentId: ResidentId): void {
    let entry: RosterEntry | undefined;
    for (const event of this.#timelines.get(residentId) ?? []) {
      if (!this.#voided.has(event.id)) entry = this.#step(entry, event, residentId);
    }
    this.#count(this.#entries.get(residentId), -1);
    this.#count(entry, 1);
    if (entry === undefined) this.#entries.delete(residentId);
    else this.#entries.set(residentId, entry);
  }

  #count(entry: RosterEntry | undefined, change: 1 | -1): void {
    if (entry?.presence !== 'present' && entry?.presence !== 'out') return;
    this.#tally[entry.presence] += change;
    this.#tally.byStay[entry.stay] += change;
  }

  #headcount(): number {
    let people = 0;
    for (const [id, event] of this.#headcounts) if (!this.#voided.has(id)) people += event.body.people;
    return people;
  }

  #step(entry: RosterEntry | undefined, event: ResidentEvent, residentId: ResidentId): RosterEntry | undefined {
    if (event.kind === 'admitted') return this.#admit(entry, event, residentId);
    if (entry === undefined) return undefined;
    const presence = PRESENCE_AFTER[event.kind];
    if (presence === 'present' && !isAdmitted(entry)) return entry;
    return presence === entry.presence ? entry : { ...entry, presence, since: event.occurredAt };
  }

  #admit(
    entry: RosterEntry | undefined,
    admission: EventOf<'admitted'>,
    residentId: ResidentId,
  ): RosterEntry | undefined {
    const household = this.#effectiveHousehold(admission);
    const person = household.members.find((member) => member.residentId === residentId);
    if (person === undefined) return entry;
    const told = { person, address: household.address, stay: admission.body.stay };
    if (entry !== undefined && isAdmitted(entry)) {
      const back = entry.presence === 'out' ? { presence: 'present' as const, since: admission.occurredAt } : {};
      return { ...entry, ...told, ...back, repeatedAdmissions: entry.repeatedAdmissions + 1 };
    }
    return {
      ...told,
      residentId,
      presence: 'present',
      assurance: admission.body.assurance,
      admissionId: admission.id,
      admittedAt: admission.occurredAt,
      since: admission.occurredAt,
      repeatedAdmissions: 0,
      householdResidentIds: household.members.map((member) => member.residentId),
    };
  }
}

const PRESENCE_AFTER = {
  'stepped-out': 'out',
  returned: 'present',
  departed: 'departed',
  transferred: 'transferred',
} as const satisfies Record<Exclude<ResidentEvent['kind'], 'admitted'>, Presence>;

/** The roster of a set of events, in whatever order they are given, and of what bounds their places. */
export function foldEvents(
  events: Iterable<ReceptionEvent>,
  bounds: ReadonlyMap<string, number> = new Map(),
): ShelterRoster {
  const roster = new ShelterRoster();
  for (const event of events) roster.apply(event, bounds.get(event.id));
  return roster;
}

/** Whether the entry is of someone here or only stepped out. */
export function isAdmitted(entry: RosterEntry | undefined): boolean {
  return entry !== undefined && (entry.presence === 'present' || entry.presence === 'out');
}

function listOf<Key, Item>(lists: Map<Key, Item[]>, key: Key): Item[] {
  const existing = lists.get(key);
  if (existing !== undefined) return existing;
  const created: Item[] = [];
  lists.set(key, created);
  return created;
}
