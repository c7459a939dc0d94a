import {
  type CardRefusal,
  CardRefusedError,
  type OpenedCard,
  openCard,
  SCAN_MAX_CHARACTERS,
} from '@uketsuke/shared/card';
import type { CardId, EventId, ResidentId } from '@uketsuke/shared/identifiers';
import type { ShelterFacts } from '@uketsuke/shared/protocol';
import {
  decideAdmission,
  type EventOf,
  lastUndoable,
  type ReceptionEvent,
  type RosterEntry,
  recordEvent,
  returningResidents,
  type StayKind,
} from '@uketsuke/shared/reception';
import type { KioskCardTrust } from './card-trust.ts';
import type { ClockState } from './clock-check.ts';
import type { Desk, DeskSnapshot, ExportChoice, RecentAdmission, ScanOutcome, UndoOutcome } from './desk.ts';
import type { EventLog } from './event-log.ts';
import { traceFailure } from './failure-trace.ts';
import type { SyncState } from './sync-state.ts';

const RECENT_SHOWN = 50;

/** What a scan comes to once its events are durable; the same events are used when the first try failed (RCP-8). */
interface Draft {
  readonly events: readonly ReceptionEvent[];
  readonly outcome: () => ScanOutcome;
}

export interface DeskParts {
  readonly shelter: ShelterFacts;
  readonly deviceName: string;
  readonly log: EventLog;
  readonly trust: KioskCardTrust;
  readonly now: () => number;
  readonly syncState: () => SyncState;
  readonly clockState: () => ClockState;
  /** Something was recorded and is to be synced. */
  readonly onRecorded: () => void;
  readonly useHub: (baseUrl: string | null) => Promise<void>;
  readonly onClose: () => Promise<void>;
}

/** The desk over an open event log. */
export class DeskService implements Desk {
  readonly shelter: ShelterFacts;
  readonly deviceName: string;
  readonly #parts: DeskParts;
  readonly #scanning = new Map<string, Promise<ScanOutcome>>();
  readonly #unfinished = new Map<CardId, Draft>();
  readonly #listeners = new Set<() => void>();
  #unfinishedUndo: EventOf<'voided'> | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #snapshot: DeskSnapshot | null = null;
  #lastUsedAt = 0;

  constructor(parts: DeskParts) {
    this.shelter = parts.shelter;
    this.deviceName = parts.deviceName;
    this.#parts = parts;
  }

  /** When something was last shown to the desk, ms since 1970 UTC. */
  get lastUsedAt(): number {
    return this.#lastUsedAt;
  }

  scan(text: string, stay: StayKind): Promise<ScanOutcome> {
    const key = text.slice(0, SCAN_MAX_CHARACTERS + 1);
    const running = this.#scanning.get(key);
    if (running !== undefined) return running;
    this.#lastUsedAt = this.#parts.now();
    const scan = this.#scan(key, stay)
      .catch((error: unknown): ScanOutcome => {
        traceFailure('scan', error);
        return { kind: 'not-recorded', reason: 'store-failed' };
      })
      .finally(() => this.#scanning.delete(key));
    this.#scanning.set(key, scan);
    return scan;
  }

  async undoLast(): Promise<UndoOutcome> {
    this.#lastUsedAt = this.#parts.now();
    return this.#inTurn(() => this.#undo()).catch(() => ({ kind: 'not-recorded', reason: 'store-failed' }));
  }

  snapshot(): DeskSnapshot {
    this.#snapshot ??= {
      counts: this.#parts.log.roster.counts(),
      recent: this.#recent(),
      sync: this.#parts.syncState(),
      clock: this.#parts.clockState(),
    };
    return this.#snapshot;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  useHub(baseUrl: string | null): Promise<void> {
    return this.#parts.useHub(baseUrl);
  }

  exportable(which: ExportChoice): AsyncIterable<ReceptionEvent> {
    return this.#parts.log.exportable(which);
  }

  countExportable(which: ExportChoice): number {
    return this.#parts.log.exportableIds(which).length;
  }

  /** Tells the listeners that the next snapshot differs. */
  changed(): void {
    this.#snapshot = null;
    for (const listener of this.#listeners) listener();
  }

  async close(): Promise<void> {
    await this.#turn;
    await this.#parts.onClose();
  }

  async #scan(text: string, stay: StayKind): Promise<ScanOutcome> {
    const card = await this.#openCard(text);
    if (typeof card === 'string') return { kind: 'refused', refusal: card };
    return this.#inTurn(() => this.#admit(card, stay));
  }

  async #openCard(text: string): Promise<OpenedCard | CardRefusal> {
    try {
      return await openCard(text, this.#parts.trust, this.#parts.now());
    } catch (error) {
      if (error instanceof CardRefusedError) return error.code;
      throw error;
    }
  }

  async #admit(card: OpenedCard, stay: StayKind): Promise<ScanOutcome> {
    const { cardId } = card.claims;
    const draft = this.#unfinished.get(cardId) ?? this.#draft(card, stay);
    const failure = await this.#parts.log.record(draft.events);
    if (failure !== null) {
      this.#unfinished.set(cardId, draft);
      return { kind: 'not-recorded', reason: failure };
    }
    this.#unfinished.delete(cardId);
    if (draft.events.length > 0) this.#recorded();
    return draft.outcome();
  }

  #draft(card: OpenedCard, stay: StayKind): Draft {
    const { cardId, household, issuerKeyId } = card.claims;
    const decision = decideAdmission(this.#parts.log.roster, household);
    const here = decision.kind === 'admit' ? [] : decision.kind === 'admit-rest' ? decision.already : decision.entries;
    const returning = returningResidents(here);
    const returned = returning.length === 0 ? [] : [this.#event('returned', { residentIds: [...returning] })];
    if (decision.kind === 'already-admitted') {
      const [event] = returned;
      const hereIds = here.map((entry) => entry.residentId);
      const outcome = (): ScanOutcome =>
        event === undefined
          ? { kind: 'already-admitted', cardId, entries: this.#entries(hereIds) }
          : { kind: 'returned', eventId: event.id, cardId, entries: this.#entries(hereIds) };
      return { events: returned, outcome };
    }
    const admitted = this.#event('admitted', {
      stay,
      method: 'card-qr',
      assurance: 'card-presented',
      card: { cardId, issuerKeyId, expired: card.expired },
      household: decision.household,
    });
    const outcome = (): ScanOutcome => ({
      kind: 'admitted',
      eventId: admitted.id,
      cardId,
      admitted: this.#entries(decision.household.members.map((member) => member.residentId)),
      already: this.#entries(here.map((entry) => entry.residentId)),
      expired: card.expired,
    });
    return { events: [admitted, ...returned], outcome };
  }

  async #undo(): Promise<UndoOutcome> {
    const { roster, ownAdmissions } = this.#parts.log;
    const targetId = lastUndoable(ownAdmissions, roster);
    if (targetId === undefined) return { kind: 'nothing-to-undo' };
    const before = this.#unfinishedUndo;
    const undo =
      before?.body.targetId === targetId ? before : this.#event('voided', { targetId, reason: 'undo' as const });
    const failure = await this.#parts.log.record([undo]);
    if (failure !== null) {
      this.#unfinishedUndo = undo;
      return { kind: 'not-recorded', reason: failure };
    }
    this.#unfinishedUndo = null;
    this.#recorded();
    return { kind: 'undone', eventId: targetId, names: this.#namesOf(targetId) };
  }

  #event<Kind extends 'admitted' | 'returned' | 'voided'>(kind: Kind, body: EventOf<Kind>['body']): EventOf<Kind> {
    const { log, now } = this.#parts;
    return recordEvent(log.identity, log.clock, now(), kind, body);
  }

  #entries(residentIds: readonly ResidentId[]): RosterEntry[] {
    return residentIds.flatMap((residentId) => this.#parts.log.roster.entry(residentId) ?? []);
  }

  #namesOf(admissionId: EventId): string[] {
    const members = this.#parts.log.roster.householdOf(admissionId)?.members ?? [];
    return members.map((member) => member.name.written);
  }

  #recent(): RecentAdmission[] {
    const { roster, ownAdmissions } = this.#parts.log;
    return ownAdmissions
      .slice(-RECENT_SHOWN)
      .toReversed()
      .map((event) => ({
        eventId: event.id,
        admittedAt: event.occurredAt,
        names: event.body.household.members.map(({ name }) => ({ written: name.written, kana: name.kana })),
        voided: roster.isVoided(event.id),
      }));
  }

  #recorded(): void {
    this.#parts.onRecorded();
    this.changed();
  }

  /** Decisions are taken one after another: each sees what the one before recorded. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}
