import { CardRefusedError, type CardTrust, openCard } from '@uketsuke/shared/card';
import { HybridClock } from '@uketsuke/shared/clock';
import type { ShelterFacts } from '@uketsuke/shared/contracts';
import { type EventId, newDeviceId, shelterIdSchema } from '@uketsuke/shared/identifiers';
import { Listeners } from '@uketsuke/shared/listeners';
import {
  type EventOf,
  type ReceptionEvent,
  type Recorder,
  recordEvent,
  type StayKind,
} from '@uketsuke/shared/reception';
import { decideAdmission, type RosterEntry, returningResidents, ShelterRoster } from '@uketsuke/shared/roster';
import { seededBytes } from '@uketsuke/shared/sample-households';
import type { Desk } from '../src/desk/desk.ts';
import type { DeskSnapshot, RecentAdmission } from '../src/desk/desk-view.ts';
import { WithdrawnDevices } from '../src/facts/withdrawn-devices.ts';
import type { Presented } from '../src/reception/admissions.ts';
import type { ScanOutcome, UndoOutcome } from '../src/reception/outcomes.ts';
import { NOTHING_SYNCED } from '../src/sync/sync-state.ts';
import { GalleryMyNumberDesk } from './gallery-my-number-desk.ts';

/** A desk in memory, for the tests of the screens: real cards and the real fold, but nothing durable. Never shipped. */
export class GalleryDesk implements Desk {
  readonly shelter: ShelterFacts = { shelterId: shelterIdSchema.parse('trial'), name: '白川小学校' };
  readonly deviceName = '受付1';
  readonly withdrawnDevices = new WithdrawnDevices();
  readonly cards = { scan: (text: string, stay: StayKind) => this.scan(text, stay) };
  readonly admissions = { undoLast: (expected?: EventId) => this.undoLast(expected) };
  readonly view = {
    snapshot: () => this.snapshot(),
    subscribe: (listener: () => void) => this.subscribe(listener),
  };
  readonly exports = { exportable: () => this.exportable(), countExportable: () => this.countExportable() };
  readonly peers = { setHub: async () => undefined };
  readonly myNumber = new GalleryMyNumberDesk(
    (presented) => this.#present(presented),
    () => this.#roster,
  );
  readonly #trust: CardTrust;
  readonly #identity: Recorder;
  readonly #clock: HybridClock;
  readonly #roster = new ShelterRoster();
  readonly #listeners = new Listeners();
  readonly #admissions: EventOf<'admitted'>[] = [];
  readonly #forced: ScanOutcome[] = [];
  #told: Pick<DeskSnapshot, 'sync' | 'clock'> = {
    sync: { ...NOTHING_SYNCED, peer: 'city' },
    clock: 'good',
  };
  #snapshot: DeskSnapshot;

  constructor(trust: CardTrust) {
    this.#trust = trust;
    const deviceId = newDeviceId(seededBytes(5));
    this.#identity = { shelterId: this.shelter.shelterId, deviceId, eventKey: seededBytes(6)(32) };
    this.#clock = new HybridClock(deviceId, () => Date.now());
    this.#snapshot = this.#newSnapshot();
  }

  snapshot(): DeskSnapshot {
    return this.#snapshot;
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.subscribe(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
  }

  async *exportable(): AsyncGenerator<ReceptionEvent> {
    yield* this.#admissions;
  }

  countExportable(): number {
    return this.#admissions.length;
  }

  /** The next scan, or card that is read, comes to this, whatever is shown. */
  force(outcome: ScanOutcome): void {
    this.#forced.push(outcome);
  }

  tell(told: Partial<Pick<DeskSnapshot, 'sync' | 'clock'>>): void {
    this.#told = { ...this.#told, ...told };
    this.#changed();
  }

  stepOut(): void {
    for (const admission of this.#admissions) {
      const residentIds = admission.body.household.members.map((member) => member.residentId);
      this.#roster.apply(recordEvent(this.#identity, this.#clock, Date.now(), 'stepped-out', { residentIds }));
    }
    this.#changed();
  }

  async scan(text: string, stay: StayKind): Promise<ScanOutcome> {
    const forced = this.#forced.shift();
    if (forced !== undefined) return forced;
    try {
      return await this.#admit(text, stay);
    } catch (error) {
      if (error instanceof CardRefusedError) return { kind: 'refused', refusal: error.code };
      throw error;
    }
  }

  async undoLast(expected?: EventId): Promise<UndoOutcome> {
    const last = this.#admissions.findLast((event) => !this.#roster.isVoided(event.id));
    if (last === undefined) return { kind: 'nothing-to-undo' };
    if (expected !== undefined && last.id !== expected) return { kind: 'overtaken' };
    this.#roster.apply(
      recordEvent(this.#identity, this.#clock, Date.now(), 'voided', { targetId: last.id, reason: 'undo' }),
    );
    this.#changed();
    const names = last.body.household.members.map((member) => member.name.written);
    return { kind: 'undone', eventId: last.id, names };
  }

  async #admit(text: string, stay: StayKind): Promise<ScanOutcome> {
    const { claims, expired } = await openCard(text, this.#trust, Date.now());
    const { cardId, issuerKeyId, household } = claims;
    const card = { cardId, issuerKeyId, expired };
    const read = { method: 'card-qr', assurance: 'card-presented', card } as const;
    return this.#present({ key: cardId, cardId, household, stay, read });
  }

  #present({ cardId, household, stay, read }: Presented): ScanOutcome {
    const forced = this.#forced.shift();
    if (forced !== undefined) return forced;
    const decision = decideAdmission(this.#roster, household);
    if (decision.kind === 'already-admitted') return this.#again(cardId, decision.entries);
    const event = recordEvent(this.#identity, this.#clock, Date.now(), 'admitted', {
      stay,
      ...read,
      household: decision.household,
    });
    this.#roster.apply(event);
    this.#admissions.push(event);
    this.#changed();
    const admitted = this.#entriesOf(event.id);
    const already = decision.kind === 'admit-rest' ? decision.already : [];
    return { kind: 'admitted', eventId: event.id, cardId, admitted, already, expired: read.card?.expired ?? false };
  }

  #again(cardId: Extract<ScanOutcome, { kind: 'returned' }>['cardId'], entries: readonly RosterEntry[]): ScanOutcome {
    const residentIds = [...returningResidents(entries)];
    if (residentIds.length === 0) return { kind: 'already-admitted', cardId, entries };
    const event = recordEvent(this.#identity, this.#clock, Date.now(), 'returned', { residentIds });
    this.#roster.apply(event);
    this.#changed();
    return { kind: 'returned', eventId: event.id, cardId, entries };
  }

  #entriesOf(admissionId: EventId): RosterEntry[] {
    return [...this.#roster.entries()].filter((entry) => entry.admissionId === admissionId);
  }

  #newSnapshot(): DeskSnapshot {
    const recent = this.#admissions
      .slice(-50)
      .reverse()
      .map((event) => this.#recentOf(event));
    return { counts: this.#roster.counts(), recent, ...this.#told };
  }

  #recentOf(event: EventOf<'admitted'>): RecentAdmission {
    return {
      eventId: event.id,
      admittedAt: event.occurredAt,
      names: event.body.household.members.map(({ name }) => ({ written: name.written, kana: name.kana })),
      voided: this.#roster.isVoided(event.id),
    };
  }

  #changed(): void {
    this.#snapshot = this.#newSnapshot();
    this.#listeners.publish();
  }
}
