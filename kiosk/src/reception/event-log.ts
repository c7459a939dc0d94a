import { ClockDriftError, HybridClock } from '@uketsuke/shared/clock';
import { type EnrolmentResponse, PUSH_MAX_EVENTS } from '@uketsuke/shared/contracts';
import type { EventId, RandomBytes } from '@uketsuke/shared/identifiers';
import { type JournalEntry, sealEventForKiosk, sealJournalEntry, unsealEventForKiosk } from '@uketsuke/shared/journal';
import type { EventOf, ReceptionEvent, Recorder } from '@uketsuke/shared/reception';
import { ShelterRoster } from '@uketsuke/shared/roster';
import {
  type DataKey,
  fromBase64url,
  importDataKey,
  importSealingPublicKey,
  type SealingKey,
} from '@uketsuke/shared/sealing';
import { Turn } from '@uketsuke/shared/turn';
import type { KioskJournal } from '../../host/kiosk-host.ts';
import { KioskHostError } from '../../host/kiosk-host-error.ts';
import { traceFailure } from '../failure-trace.ts';
import { Acknowledgements, type ExportChoice } from '../store/acknowledgements.ts';
import type { PeerName } from '../store/documents.ts';
import type { KioskStore } from '../store/kiosk-store.ts';
import type { KioskSecrets } from './kiosk-secrets.ts';
import type { RecordFailure } from './outcomes.ts';
import { RecentEvents } from './recent-events.ts';

const EXPORT_PAGE = 500;
/** As many as one push carries. */
const RECENT_EVENTS = PUSH_MAX_EVENTS;

/** How far an event has come on its way to both disks. */
interface Underway {
  readonly sealed: string;
  stored: boolean;
  journaled: boolean;
}

/** Something that is computed from the events of the log: it takes in each once, in any order. */
export interface EventFold {
  apply(event: ReceptionEvent): unknown;
  /** Learns what bounds an event's place (CLK-4), before or after it has taken it in. */
  bound(eventId: EventId, bound: number): unknown;
}

/** The events to write on a USB stick. Exporting acknowledges nothing (SYN-10). */
export interface EventExport {
  /**
   * The events in the order of their stamps: those that the city's server has not acknowledged to this kiosk, also
   * other desks' (SYN-8), or all of the shelter that this kiosk knows. One that cannot be read is left out. Iterating
   * rejects with StoreError when the store cannot be read.
   */
  exportable(which: ExportChoice): AsyncIterable<ReceptionEvent>;
  /** How many events `exportable` would give now. */
  countExportable(which: ExportChoice): number;
}

export interface EventLogParts {
  readonly secrets: KioskSecrets;
  readonly store: KioskStore;
  /** Null only in simulations: without a journal nothing outlives the store (DUR-1). */
  readonly journal: KioskJournal | null;
  readonly now: () => number;
  readonly random: RandomBytes;
  /** What is to be folded besides the roster. */
  readonly folds?: readonly EventFold[];
}

/**
 * The desk's event log: the events on both disks, their fold in memory, the clock above them, and which of them each
 * peer holds.
 */
export class EventLog implements EventExport {
  readonly roster = new ShelterRoster();
  readonly acknowledgements = new Acknowledgements();
  readonly clock: HybridClock;
  readonly identity: Recorder;
  /** This desk's admissions in the order of the clock. */
  readonly ownAdmissions: EventOf<'admitted'>[] = [];
  readonly store: KioskStore;
  /** Ids of documents of the store that cannot be read; they are written anew when their events come again. */
  readonly damaged = new Set<string>();
  readonly #folds: readonly EventFold[];
  readonly #journal: KioskJournal | null;
  readonly #random: RandomBytes;
  readonly #dataKey: DataKey;
  readonly #recoveryKey: SealingKey;
  readonly #underway = new Map<EventId, Underway>();
  readonly #recent = new RecentEvents(RECENT_EVENTS);
  readonly #pulls = new Turn();
  #latestOwnAt: string | undefined;
  #sawStampFarAhead = false;

  private constructor(parts: EventLogParts, enrolment: EnrolmentResponse, dataKey: DataKey, recoveryKey: SealingKey) {
    this.store = parts.store;
    this.#folds = [this.roster, ...(parts.folds ?? [])];
    this.#journal = parts.journal;
    this.#random = parts.random;
    this.#dataKey = dataKey;
    this.#recoveryKey = recoveryKey;
    this.clock = new HybridClock(enrolment.deviceId, parts.now);
    this.identity = {
      shelterId: enrolment.shelter.shelterId,
      deviceId: enrolment.deviceId,
      eventKey: fromBase64url(enrolment.eventKey),
    };
  }

  static async of(parts: EventLogParts): Promise<EventLog> {
    const { enrolment, dataKey } = parts.secrets;
    const [key, recoveryKey] = await Promise.all([
      importDataKey(fromBase64url(dataKey)),
      importSealingPublicKey(fromBase64url(enrolment.recoveryPublicKey)),
    ]);
    return new EventLog(parts, enrolment, key, recoveryKey);
  }

  /** When this desk last recorded something, by the clock it had then, UTC. */
  get latestOwnAt(): string | undefined {
    return this.#latestOwnAt;
  }

  /** Whether an event is stamped more than three days ahead of this laptop's clock (CLK-3). */
  get sawStampFarAhead(): boolean {
    return this.#sawStampFarAhead;
  }

  isOwn(event: { readonly deviceId: string }): boolean {
    return event.deviceId === this.identity.deviceId;
  }

  /**
   * Makes events durable in the store and in the journal, in parallel, and only then folds them in (DUR-1). After a
   * failure the same events can be given again; what is done is not done twice (RCP-8).
   * @returns null, or why it failed
   */
  async record(events: readonly ReceptionEvent[]): Promise<RecordFailure | null> {
    const failures = await Promise.all(events.map((event) => this.#makeDurable(event)));
    const failure = failures.find((one) => one !== null) ?? null;
    if (failure !== null) return failure;
    for (const event of events) {
      this.#underway.delete(event.id);
      this.#recent.add(event);
      this.takeIn(event, null);
    }
    return null;
  }

  /**
   * Takes in events from a peer: stores those that are new, merges their stamps, folds them, and notes that the peer
   * has them; one that it had put aside has been released there (SYN-13). Pages of two peers are taken in one after
   * another: an event that comes by two ways is one event (SYN-9).
   * @param bounds what bounds the places of some of them (CLK-4)
   * @throws StoreError
   */
  takePulled(
    peer: PeerName,
    events: readonly ReceptionEvent[],
    generation: number,
    bounds: ReadonlyMap<EventId, number> = new Map(),
  ): Promise<void> {
    return this.#pulls.run(() => this.#takePulled(peer, events, generation, bounds));
  }

  async #takePulled(
    peer: PeerName,
    events: readonly ReceptionEvent[],
    generation: number,
    bounds: ReadonlyMap<EventId, number>,
  ): Promise<void> {
    const acknowledgements = this.acknowledgements.peer(peer);
    if (acknowledgements === null) return;
    const fresh = events.filter((event) => !this.roster.has(event.id) && !this.#underway.has(event.id));
    const known = events.filter(({ id }) => acknowledgements.isMissing(id) || acknowledgements.isQuarantined(id));
    // That the city sent an event is noted in the event's own document; for any other peer there is a receipt.
    const isFromCity = peer === 'city';
    await this.#storePulled(fresh, isFromCity ? generation : 0);
    const noted = isFromCity ? known : [...known, ...fresh];
    await this.store.putReceipts(
      peer,
      noted.map(({ id }) => ({ id, generation, outcome: 'already-had' })),
    );
    if (bounds.size > 0) await this.store.putBounds([...bounds].map(([id, ms]) => ({ id, ms })));
    for (const [id, ms] of bounds) this.bound(id, ms);
    for (const event of fresh) this.takeIn(event, peer);
    for (const event of known) acknowledgements.acknowledge(event.id);
  }

  async #storePulled(events: readonly ReceptionEvent[], cityGeneration: number): Promise<void> {
    const documents = await Promise.all(
      events.map(async (event) => ({
        id: event.id,
        deviceId: event.deviceId,
        sealed: await this.seal(event),
        cityGeneration,
      })),
    );
    await this.store.addEvents(documents.filter(({ id }) => !this.damaged.has(id)));
    await this.store.replaceEvents(documents.filter(({ id }) => this.damaged.has(id)));
    for (const { id } of documents) this.damaged.delete(id);
  }

  /** Folds in an event that is in the store; `at` is the peer that is known to have it. */
  takeIn(event: ReceptionEvent, at: PeerName | null): void {
    const own = this.isOwn(event);
    this.#mergeStamp(event, own);
    for (const fold of this.#folds) fold.apply(event);
    this.acknowledgements.add(event.id, { own, occurredAt: event.occurredAt }, at);
    if (!own) return;
    if (this.#latestOwnAt === undefined || event.occurredAt > this.#latestOwnAt) this.#latestOwnAt = event.occurredAt;
    if (event.kind === 'admitted') this.#addOwnAdmission(event);
  }

  /** Tells the folds what bounds an event's place. */
  bound(eventId: EventId, bound: number): void {
    for (const fold of this.#folds) fold.bound(eventId, bound);
  }

  seal(event: ReceptionEvent): Promise<string> {
    return sealEventForKiosk(event, this.#dataKey, this.#random);
  }

  /** @throws UnsealError, EventFormatError */
  unseal(document: { readonly id: EventId; readonly sealed: string }): Promise<ReceptionEvent> {
    return unsealEventForKiosk(document.id, document.sealed, this.#dataKey);
  }

  journalEntry(event: ReceptionEvent, sealed: string): Promise<JournalEntry> {
    return sealJournalEntry(event, sealed, this.#recoveryKey);
  }

  countExportable(which: ExportChoice): number {
    return this.acknowledgements.ids(which).length;
  }

  async *exportable(which: ExportChoice): AsyncGenerator<ReceptionEvent> {
    const ids = this.acknowledgements.ids(which);
    for (let at = 0; at < ids.length; at += EXPORT_PAGE) {
      const events = await this.#readAll(ids.slice(at, at + EXPORT_PAGE));
      yield* events.values();
    }
  }

  /**
   * The events of the ids that `next` gives, in that order. One that cannot be read (damaged on the disk since the
   * start: the next start restores it from the journal) is given to `onUnreadable`, which must keep it from coming
   * again. Empty only when `next` gives nothing. @throws StoreError
   */
  async nextReadable(
    next: () => readonly EventId[],
    onUnreadable: (id: EventId) => void,
  ): Promise<readonly ReceptionEvent[]> {
    for (;;) {
      const ids = next();
      if (ids.length === 0) return [];
      const events = await this.#readAll(ids);
      for (const id of ids) if (!events.has(id)) onUnreadable(id);
      if (events.size > 0) return [...events.values()];
    }
  }

  /** The events of these ids, in their order; those that cannot be read are left out. */
  async #readAll(ids: readonly EventId[]): Promise<Map<EventId, ReceptionEvent>> {
    const toRead = ids.filter((id) => this.#recent.get(id) === undefined);
    const stored = toRead.length === 0 ? [] : await this.store.eventsById(toRead);
    const documents = new Map(stored.map((document) => [document.id, document]));
    const events = await Promise.all(
      ids.map((id) => {
        const document = documents.get(id);
        return this.#recent.get(id) ?? (document === undefined ? null : this.unseal(document).catch(() => null));
      }),
    );
    return new Map(events.flatMap((event) => (event === null ? [] : [[event.id, event]])));
  }

  async #makeDurable(event: ReceptionEvent): Promise<RecordFailure | null> {
    const underway = this.#underway.get(event.id) ?? {
      sealed: await this.seal(event),
      stored: false,
      journaled: false,
    };
    this.#underway.set(event.id, underway);
    const [stored, journaled] = await Promise.allSettled([this.#store(event, underway), this.#write(event, underway)]);
    if (stored.status === 'rejected') traceFailure('store', stored.reason);
    if (journaled.status === 'rejected') traceFailure('journal', journaled.reason);
    if (journaled.status === 'rejected') return journalFailure(journaled.reason);
    return stored.status === 'rejected' ? 'store-failed' : null;
  }

  async #store(event: ReceptionEvent, underway: Underway): Promise<void> {
    if (underway.stored) return;
    await this.store.addEvents([
      { id: event.id, deviceId: event.deviceId, sealed: underway.sealed, cityGeneration: 0 },
    ]);
    underway.stored = true;
  }

  async #write(event: ReceptionEvent, underway: Underway): Promise<void> {
    if (underway.journaled || this.#journal === null) return;
    await this.#journal.append(await this.journalEntry(event, underway.sealed));
    underway.journaled = true;
  }

  #mergeStamp(event: ReceptionEvent, own: boolean): void {
    try {
      if (own) this.clock.resume(event.hlc);
      else this.clock.merge(event.hlc);
    } catch (error) {
      if (!(error instanceof ClockDriftError)) throw error;
      this.#sawStampFarAhead = true;
    }
  }

  #addOwnAdmission(event: EventOf<'admitted'>): void {
    const list = this.ownAdmissions;
    let at = list.length;
    while (at > 0 && (list[at - 1]?.hlc ?? '') > event.hlc) at -= 1;
    if (list[at - 1]?.id !== event.id) list.splice(at, 0, event);
  }
}

function journalFailure(reason: unknown): RecordFailure {
  return reason instanceof KioskHostError && reason.code === 'disk-full' ? 'disk-full' : 'journal-failed';
}
