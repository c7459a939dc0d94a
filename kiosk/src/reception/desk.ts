import type { CardRefusal } from '@uketsuke/shared/card';
import type { CardId, EventId } from '@uketsuke/shared/identifiers';
import type { ShelterFacts } from '@uketsuke/shared/protocol';
import type { RosterEntry, ShelterCounts, StayKind } from '@uketsuke/shared/reception';

/**
 * The desk as the screens see it: everything durable, decided and synced behind it. One exists per unlocked kiosk.
 */
export interface Desk {
  readonly shelter: ShelterFacts;
  readonly deviceName: string;

  /**
   * Takes what a camera or scanner read. Resolves only after the admission is durable in the store and in the
   * journal (DUR-1), or when it is refused or could not be recorded. Never rejects.
   */
  scan(text: string, stay: StayKind): Promise<ScanOutcome>;

  /** Voids this desk's latest admission that is not voided yet (RCP-5). Never rejects. */
  undoLast(): Promise<UndoOutcome>;

  /** Counts, last admissions and sync state; a new object on every change. */
  snapshot(): DeskSnapshot;
  subscribe(listener: () => void): () => void;

  /** Stops syncing and closes the store. */
  close(): Promise<void>;
}

export interface DeskSnapshot {
  readonly counts: ShelterCounts;
  /** This desk's latest admissions, newest first, at most 50. */
  readonly recent: readonly RecentAdmission[];
  readonly sync: SyncState;
  /** Why the laptop's clock seems wrong, if it does. */
  readonly clock: 'good' | 'behind' | 'ahead';
}

export interface RecentAdmission {
  readonly eventId: EventId;
  readonly admittedAt: string;
  readonly names: readonly { readonly written: string; readonly kana: string | undefined }[];
  readonly voided: boolean;
}

/** Synced means acknowledged by the server for that id; nothing else counts (SYN-1). */
export interface SyncState {
  readonly pending: number;
  /** When the oldest pending event was recorded, UTC; null when none is pending. */
  readonly oldestPendingAt: string | null;
  /** Last exchange with the server that worked, UTC; null when none did since the program started. */
  readonly lastExchangeAt: string | null;
  /** Events the server put aside as unacceptable. */
  readonly quarantined: number;
  readonly trouble: SyncTrouble | null;
}

export type SyncTrouble = 'no-network' | 'server-unreachable' | 'server-failing' | 'device-revoked' | 'clock-off';

export type ScanOutcome =
  | {
      readonly kind: 'admitted';
      readonly eventId: EventId;
      readonly cardId: CardId;
      readonly admitted: readonly RosterEntry[];
      /** Members of the same card who were here before. */
      readonly already: readonly RosterEntry[];
      readonly expired: boolean;
    }
  | {
      readonly kind: 'returned';
      readonly eventId: EventId;
      readonly cardId: CardId;
      readonly entries: readonly RosterEntry[];
    }
  | { readonly kind: 'already-admitted'; readonly cardId: CardId; readonly entries: readonly RosterEntry[] }
  | { readonly kind: 'refused'; readonly refusal: CardRefusal }
  | { readonly kind: 'not-recorded'; readonly reason: 'disk-full' | 'journal-failed' | 'store-failed' };

export type UndoOutcome =
  | { readonly kind: 'undone'; readonly eventId: EventId; readonly names: readonly string[] }
  | { readonly kind: 'nothing-to-undo' }
  | { readonly kind: 'not-recorded'; readonly reason: 'disk-full' | 'journal-failed' | 'store-failed' };
