import type { ShelterFacts } from '@uketsuke/shared/contracts';
import type { EventId } from '@uketsuke/shared/identifiers';
import type { ReceptionEvent, StayKind } from '@uketsuke/shared/reception';
import type { ShelterCounts } from '@uketsuke/shared/roster';
import type { WithdrawnDevices } from '../facts/withdrawn-devices.ts';
import type { MyNumberDesk } from '../my-number-card/my-number-desk.ts';
import type { ScanOutcome, UndoOutcome } from '../reception/outcomes.ts';
import type { ExportChoice } from '../store/acknowledgements.ts';
import type { SyncState } from '../sync/sync-state.ts';

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

  /** My Number cards on the reader. */
  readonly myNumber: MyNumberDesk;
  readonly withdrawnDevices: WithdrawnDevices;

  /**
   * Voids this desk's latest admission that is not voided yet (RCP-5). Never rejects.
   * @param expected the admission that is meant; another one, which came meanwhile, is not voided
   */
  undoLast(expected?: EventId): Promise<UndoOutcome>;

  /** Counts, last admissions and sync state; a new object on every change. */
  snapshot(): DeskSnapshot;
  subscribe(listener: () => void): () => void;

  /**
   * Sets the shelter's hub, or forgets it with null, while the desk is open; the desk opened next asks the host. A hub
   * put in another's place is known by its epoch. Resolves when it is in use, whether it answers or not.
   * @param baseUrl where the page sends requests for the hub, without a slash at the end: `<page origin>/peer/hub`
   */
  setHub(baseUrl: string | null): Promise<void>;

  /**
   * The events to write on a USB stick, in the order of their stamps: those that the city's server has not acknowledged
   * to this kiosk, also other desks' (SYN-8), or all of the shelter that this kiosk knows. Exporting acknowledges
   * nothing (SYN-10). Iterating rejects with StoreError when the store cannot be read.
   */
  exportable(which: ExportChoice): AsyncIterable<ReceptionEvent>;
  /** How many events `exportable` would give now. */
  countExportable(which: ExportChoice): number;

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
