import { CardRefusedError, type OpenedCard, openCard, SCAN_MAX_CHARACTERS } from '@uketsuke/shared/card';
import type { ShelterFacts } from '@uketsuke/shared/contracts';
import type { CardRefusal } from '@uketsuke/shared/errors';
import type { EventId } from '@uketsuke/shared/identifiers';
import { Listeners } from '@uketsuke/shared/listeners';
import type { ReceptionEvent, StayKind } from '@uketsuke/shared/reception';
import type { KioskCardTrust } from '../facts/card-trust.ts';
import type { WithdrawnDevices } from '../facts/withdrawn-devices.ts';
import { traceFailure } from '../failure-trace.ts';
import type { MyNumberDesk } from '../my-number-card/my-number-desk.ts';
import type { Admissions } from '../reception/admissions.ts';
import type { EventLog } from '../reception/event-log.ts';
import type { ScanOutcome, UndoOutcome } from '../reception/outcomes.ts';
import type { ExportChoice } from '../store/acknowledgements.ts';
import type { SyncState } from '../sync/sync-state.ts';
import type { ClockState } from './clock-check.ts';
import type { Desk, DeskSnapshot, RecentAdmission } from './desk.ts';

const RECENT_SHOWN = 50;

export interface DeskParts {
  readonly shelter: ShelterFacts;
  readonly deviceName: string;
  readonly log: EventLog;
  readonly trust: KioskCardTrust;
  readonly admissions: Admissions;
  readonly myNumber: MyNumberDesk;
  readonly now: () => number;
  readonly syncState: () => SyncState;
  readonly clockState: () => ClockState;
  readonly setHub: (baseUrl: string | null) => Promise<void>;
  readonly onClose: () => Promise<void>;
}

/** The desk over an open event log. */
export class DeskService implements Desk {
  readonly shelter: ShelterFacts;
  readonly deviceName: string;
  readonly myNumber: MyNumberDesk;
  readonly withdrawnDevices: WithdrawnDevices;
  readonly #parts: DeskParts;
  readonly #scanning = new Map<string, Promise<ScanOutcome>>();
  readonly #listeners = new Listeners();
  #snapshot: DeskSnapshot | null = null;
  #lastUsedAt = 0;

  constructor(parts: DeskParts) {
    this.shelter = parts.shelter;
    this.deviceName = parts.deviceName;
    this.myNumber = parts.myNumber;
    this.withdrawnDevices = parts.trust.withdrawnDevices;
    this.#parts = parts;
  }

  /** When something was last shown to the desk, ms since 1970 UTC. */
  get lastUsedAt(): number {
    return this.#lastUsedAt;
  }

  /** Something was shown to the desk now. */
  used(): void {
    this.#lastUsedAt = this.#parts.now();
  }

  scan(text: string, stay: StayKind): Promise<ScanOutcome> {
    const key = text.slice(0, SCAN_MAX_CHARACTERS + 1);
    const running = this.#scanning.get(key);
    if (running !== undefined) return running;
    this.used();
    const scan = this.#scan(key, stay)
      .catch((error: unknown): ScanOutcome => {
        traceFailure('scan', error);
        return { kind: 'not-recorded', reason: 'store-failed' };
      })
      .finally(() => this.#scanning.delete(key));
    this.#scanning.set(key, scan);
    return scan;
  }

  async undoLast(expected?: EventId): Promise<UndoOutcome> {
    this.used();
    return this.#parts.admissions.undoLast(expected).catch(() => ({ kind: 'not-recorded', reason: 'store-failed' }));
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
    return this.#listeners.subscribe(listener);
  }

  setHub(baseUrl: string | null): Promise<void> {
    return this.#parts.setHub(baseUrl);
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
    this.#listeners.publish();
  }

  async close(): Promise<void> {
    await this.#parts.admissions.settled();
    await this.#parts.onClose();
  }

  async #scan(text: string, stay: StayKind): Promise<ScanOutcome> {
    const card = await this.#openCard(text);
    if (typeof card === 'string') return { kind: 'refused', refusal: card };
    const { cardId, household, issuerKeyId } = card.claims;
    return this.#parts.admissions.present({
      key: `card:${cardId}`,
      cardId,
      household,
      stay,
      read: {
        method: 'card-qr',
        assurance: 'card-presented',
        card: { cardId, issuerKeyId, expired: card.expired },
      },
    });
  }

  async #openCard(text: string): Promise<OpenedCard | CardRefusal> {
    try {
      return await openCard(text, this.#parts.trust, this.#parts.now());
    } catch (error) {
      if (error instanceof CardRefusedError) return error.code;
      throw error;
    }
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
}
