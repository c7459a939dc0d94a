import type { EventId } from '@uketsuke/shared/identifiers';
import type { Listeners } from '@uketsuke/shared/listeners';
import type { ShelterCounts } from '@uketsuke/shared/roster';
import type { EventLog } from '../reception/event-log.ts';
import type { SyncState } from '../sync/sync-state.ts';
import type { ClockState } from './clock-check.ts';

const RECENT_SHOWN = 50;

/** Counts, last admissions and how syncing stands. */
export interface DeskSnapshot {
  readonly counts: ShelterCounts;
  /** This desk's latest admissions, newest first, at most 50. */
  readonly recent: readonly RecentAdmission[];
  readonly sync: SyncState;
  /** Why the laptop's clock seems wrong, if it does. */
  readonly clock: ClockState;
}

export interface RecentAdmission {
  readonly eventId: EventId;
  readonly admittedAt: string;
  readonly names: readonly { readonly written: string; readonly kana: string | undefined }[];
  readonly voided: boolean;
}

export interface DeskViewParts {
  readonly log: EventLog;
  readonly syncState: () => SyncState;
  readonly clockState: () => ClockState;
  /** Published at every change of log, syncing or clock. */
  readonly changes: Listeners;
}

/** What the screens see of the desk's records. */
export class DeskView {
  readonly #parts: DeskViewParts;
  #snapshot: DeskSnapshot | null = null;

  constructor(parts: DeskViewParts) {
    this.#parts = parts;
    parts.changes.subscribe(() => {
      this.#snapshot = null;
    });
  }

  /** A new object after every change, the same in between. */
  readonly snapshot = (): DeskSnapshot => {
    this.#snapshot ??= {
      counts: this.#parts.log.roster.counts(),
      recent: this.#recent(),
      sync: this.#parts.syncState(),
      clock: this.#parts.clockState(),
    };
    return this.#snapshot;
  };

  /** @returns ends the subscription */
  readonly subscribe = (listener: () => void): (() => void) => this.#parts.changes.subscribe(listener);

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
