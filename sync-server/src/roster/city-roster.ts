import { isDeepStrictEqual } from 'node:util';
import type { PersonDetail, RosterPage, RosterPerson, ShelterFacts, ShelterSummary } from '@uketsuke/shared/contracts';
import type { ResidentId, ShelterId } from '@uketsuke/shared/identifiers';
import { Listeners } from '@uketsuke/shared/listeners';
import {
  DuplicateIndex,
  isAdmitted,
  KanaOrder,
  matchPersons,
  type OrderedPage,
  type OrderedResident,
  placeOf,
  probableMatchKeys,
  type RosterEntry,
} from '@uketsuke/shared/roster';
import type { LogProjection } from '../event-log/log-projection.ts';
import type { ReceivedEvent } from '../event-log/stored-event.ts';
import { type IndexedResident, ShelterProjection } from './shelter-projection.ts';

/** The shelters somebody may see (SEC-4). */
export type Visible = (shelterId: ShelterId) => boolean;

/** Everyone at every shelter: a fold over all event logs, kept in memory. It never asks a database or a clock. */
export class CityRoster implements LogProjection {
  readonly #shelters = new Map<ShelterId, ShelterProjection>();
  readonly #names = new Map<ShelterId, string>();
  readonly #known = new Map<ResidentId, Set<ShelterId>>();
  readonly #duplicates = new DuplicateIndex();
  readonly #order = new KanaOrder();
  readonly #listeners = new Listeners<[shelterIds: ReadonlySet<ShelterId>]>();

  /** Calls back with the shelters whose summary or roster changed. */
  onChange(listener: (shelterIds: ReadonlySet<ShelterId>) => void): void {
    this.#listeners.subscribe(listener);
  }

  /** Makes a shelter known. Until its log was read, the roster is not complete. */
  addShelter(shelter: ShelterFacts): void {
    this.#names.set(shelter.shelterId, shelter.name);
    this.#projectionOf(shelter.shelterId);
  }

  /** Takes in events of one shelter, in any order and any number of times. */
  apply(shelterId: ShelterId, events: readonly ReceivedEvent[]): void {
    if (events.length === 0) return;
    const projection = this.#projectionOf(shelterId);
    const concerned = new Set<ResidentId>();
    for (const event of events) for (const residentId of projection.apply(event)) concerned.add(residentId);
    this.#reindex(shelterId, projection, concerned);
  }

  /** The shelter's log was read to its end. */
  completed(shelterId: ShelterId): void {
    const projection = this.#projectionOf(shelterId);
    if (projection.isComplete) return;
    projection.isComplete = true;
    this.#listeners.publish(new Set([shelterId]));
  }

  /** Forgets a shelter's events, to be read again from the beginning: its log was replaced. */
  restart(shelterId: ShelterId): void {
    const projection = this.#shelters.get(shelterId);
    if (projection === undefined) return;
    const fresh = new ShelterProjection(projection.indexed);
    this.#shelters.set(shelterId, fresh);
    this.#reindex(shelterId, fresh, new Set(projection.indexed.keys()));
  }

  /** Whether every log was read to its end: before that, numbers are not known. */
  get isComplete(): boolean {
    return [...this.#shelters.values()].every((projection) => projection.isComplete);
  }

  /** Events and entries held, for metrics. */
  size(): { events: number; entries: number } {
    let events = 0;
    for (const { roster } of this.#shelters.values()) events += roster.eventCount;
    return { events, entries: this.#order.size };
  }

  /** One shelter as HQ's list shows it; unknown is null, not zero. */
  summary(shelter: ShelterFacts, isVisible: Visible, quarantined: number | null): ShelterSummary {
    const projection = this.#shelters.get(shelter.shelterId);
    const known = projection?.isComplete && projection.roster.eventCount > 0 ? projection : undefined;
    const duplicatesKnown = known !== undefined && this.isComplete;
    return {
      shelter,
      state: known?.roster.state() ?? 'unknown',
      counts: known?.roster.counts() ?? null,
      lastReportAt: known?.lastReportAt ?? null,
      duplicates: duplicatesKnown ? this.#duplicatesAt(shelter.shelterId, isVisible) : null,
      quarantined,
    };
  }

  /** People of the visible shelters whose name contains `query`, in the order of their readings. */
  search(isVisible: Visible, query: string, cursor: string | null, limit: number): RosterPage {
    return this.#page(this.#order.page(isVisible, query, cursor, limit), isVisible);
  }

  /** One shelter's people in the order of their readings; duplicates at the visible shelters are shown. */
  people(shelterId: ShelterId, isVisible: Visible, cursor: string | null, limit: number): RosterPage {
    return this.#page(
      this.#order.page((each) => each === shelterId, '', cursor, limit),
      isVisible,
    );
  }

  #page(page: OrderedPage, isVisible: Visible): RosterPage {
    const people = page.residents.flatMap((each) => this.#person(each.shelterId, each.residentId, isVisible) ?? []);
    return { people, total: page.total, cursor: page.cursor };
  }

  /** Every visible entry of a resident, latest admission first, and who came with them; undefined when there is none. */
  detail(residentId: ResidentId, isVisible: Visible): PersonDetail | undefined {
    const shelterIds = [...(this.#known.get(residentId) ?? [])].filter(isVisible);
    const entries = shelterIds
      .flatMap((shelterId) => this.#person(shelterId, residentId, isVisible) ?? [])
      .sort(latestFirst);
    if (entries.length === 0) return undefined;
    const household = entries.flatMap(({ shelterId }) => {
      const together = this.#entry(shelterId, residentId)?.householdResidentIds ?? [];
      return together.filter((id) => id !== residentId).flatMap((id) => this.#person(shelterId, id, isVisible) ?? []);
    });
    return { entries, household };
  }

  /** A log may be read before its shelter is made known. */
  #projectionOf(shelterId: ShelterId): ShelterProjection {
    const present = this.#shelters.get(shelterId);
    if (present !== undefined) return present;
    const projection = new ShelterProjection();
    this.#shelters.set(shelterId, projection);
    this.#listeners.publish(new Set([shelterId]));
    return projection;
  }

  #reindex(shelterId: ShelterId, projection: ShelterProjection, concerned: ReadonlySet<ResidentId>): void {
    const changed = new Set([shelterId]);
    const added: OrderedResident[] = [];
    const removed = new Set<OrderedResident>();
    for (const residentId of concerned) {
      const before = projection.indexed.get(residentId);
      const after = describe(shelterId, projection.roster.entry(residentId), before);
      const matchKeys = new Set([...(before?.matchKeys ?? []), ...(after?.matchKeys ?? [])]);
      for (const other of this.#duplicates.underKeys([...matchKeys])) changed.add(other.shelterId);
      for (const other of this.#duplicates.sheltersOf(residentId)) changed.add(other);
      this.#replaceAdmission({ shelterId, residentId }, before, after);
      if (before !== undefined && before.place !== after?.place) removed.add(before.place);
      if (after !== undefined && before?.place !== after.place) added.push(after.place);
      if (after === undefined) projection.indexed.delete(residentId);
      else projection.indexed.set(residentId, after);
      this.#noteKnown(shelterId, residentId, after !== undefined);
    }
    this.#order.update(added, removed);
    this.#listeners.publish(changed);
  }

  #replaceAdmission(
    admission: { shelterId: ShelterId; residentId: ResidentId },
    before: IndexedResident | undefined,
    after: IndexedResident | undefined,
  ): void {
    if (before?.admitted === after?.admitted && isDeepStrictEqual(before?.matchKeys, after?.matchKeys)) return;
    if (before?.admitted) this.#duplicates.remove(admission, before.matchKeys);
    if (after?.admitted) this.#duplicates.add(admission, after.matchKeys);
  }

  #noteKnown(shelterId: ShelterId, residentId: ResidentId, isKnown: boolean): void {
    const shelters = this.#known.get(residentId) ?? new Set();
    if (isKnown) this.#known.set(residentId, shelters.add(shelterId));
    else if (shelters.delete(shelterId) && shelters.size === 0) this.#known.delete(residentId);
  }

  #entry(shelterId: ShelterId, residentId: ResidentId): RosterEntry | undefined {
    return this.#shelters.get(shelterId)?.roster.entry(residentId);
  }

  #person(shelterId: ShelterId, residentId: ResidentId, isVisible: Visible): RosterPerson | undefined {
    const projection = this.#shelters.get(shelterId);
    const entry = projection?.roster.entry(residentId);
    if (projection === undefined || entry === undefined) return undefined;
    return {
      residentId,
      shelterId,
      shelterName: this.#nameOf(shelterId),
      person: entry.person,
      address: entry.address ?? null,
      presence: entry.presence,
      stay: entry.stay,
      assurance: entry.assurance,
      admissionId: entry.admissionId,
      admittedAt: entry.admittedAt,
      since: entry.since,
      repeatedAdmissions: entry.repeatedAdmissions,
      clockDoubtful: projection.isClockDoubtful(entry.admissionId),
      duplicates: this.#duplicatesOf(shelterId, entry, isVisible),
    };
  }

  /** How many residents of the shelter are, or probably are, admitted a second time at a visible one (FLD-5). */
  #duplicatesAt(shelterId: ShelterId, isVisible: Visible): number {
    let count = 0;
    for (const residentId of this.#duplicates.candidatesAt(shelterId)) {
      const entry = this.#entry(shelterId, residentId);
      if (entry !== undefined && this.#duplicatesOf(shelterId, entry, isVisible).length > 0) count += 1;
    }
    return count;
  }

  /**
   * Where else the same or probably the same person is admitted, at this shelter or another visible one; latest
   * admission first (FLD-5). Who came together is not compared: twins may be entered alike.
   */
  #duplicatesOf(shelterId: ShelterId, entry: RosterEntry, isVisible: Visible): RosterPerson['duplicates'] {
    const candidates = new Map<string, { shelterId: ShelterId; residentId: ResidentId }>();
    for (const other of this.#duplicates.sheltersOf(entry.residentId)) {
      candidates.set(`${other}/${entry.residentId}`, { shelterId: other, residentId: entry.residentId });
    }
    const matchKeys = this.#shelters.get(shelterId)?.indexed.get(entry.residentId)?.matchKeys ?? [];
    for (const other of this.#duplicates.underKeys(matchKeys)) {
      candidates.set(`${other.shelterId}/${other.residentId}`, other);
    }
    return [...candidates.values()]
      .filter((other) => other.shelterId !== shelterId || other.residentId !== entry.residentId)
      .filter((other) => isVisible(other.shelterId))
      .flatMap((other) => this.#duplicate(entry, other.shelterId, other.residentId) ?? [])
      .sort(latestFirst)
      .map(({ admissionId: _order, ...duplicate }) => duplicate);
  }

  #duplicate(entry: RosterEntry, shelterId: ShelterId, residentId: ResidentId) {
    const other = this.#entry(shelterId, residentId);
    const match = other === undefined ? 'different' : matchPersons(entry.person, other.person);
    if (other === undefined || match === 'different' || other.admissionId === entry.admissionId) return undefined;
    const { admittedAt, admissionId } = other;
    return { shelterId, shelterName: this.#nameOf(shelterId), residentId, admittedAt, match, admissionId };
  }

  #nameOf(shelterId: ShelterId): string {
    return this.#names.get(shelterId) ?? shelterId;
  }
}

function describe(
  shelterId: ShelterId,
  entry: RosterEntry | undefined,
  before: IndexedResident | undefined,
): IndexedResident | undefined {
  if (entry === undefined) return undefined;
  const place = placeOf(shelterId, entry.residentId, entry.person);
  const isUnmoved = before?.place.text === place.text && before.place.sortKey === place.sortKey;
  return {
    place: isUnmoved ? before.place : place,
    matchKeys: probableMatchKeys(entry.person),
    admitted: isAdmitted(entry),
  };
}

/** By hybrid timestamp, which an admission's id carries (FLD-3). */
function latestFirst(left: { readonly admissionId: string }, right: { readonly admissionId: string }): number {
  const [leftTime, rightTime] = [left.admissionId, right.admissionId];
  if (leftTime === rightTime) return 0;
  return leftTime < rightTime ? 1 : -1;
}
