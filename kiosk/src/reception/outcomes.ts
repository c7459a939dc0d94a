import type { CardRefusal } from '@uketsuke/shared/errors';
import type { CardId, EventId } from '@uketsuke/shared/identifiers';
import type { Doubt, RosterEntry } from '@uketsuke/shared/roster';

/** Why an event is not on both disks: nothing was recorded (DUR-3). */
export type RecordFailure = 'disk-full' | 'journal-failed' | 'store-failed';

/** What became of a card that was shown to the desk. */
export type ScanOutcome =
  | {
      readonly kind: 'admitted';
      readonly eventId: EventId;
      /** Of a QR card. */
      readonly cardId: CardId | null;
      readonly admitted: readonly RosterEntry[];
      /** Members of the same card who were here before. */
      readonly already: readonly RosterEntry[];
      /** Not known while the clock that says so is known to be wrong (CRD-5). */
      readonly expired: boolean | 'not-known';
    }
  | {
      readonly kind: 'returned';
      readonly eventId: EventId;
      /** Of a QR card. */
      readonly cardId: CardId | null;
      readonly entries: readonly RosterEntry[];
    }
  | {
      readonly kind: 'already-admitted';
      /** Of a QR card. */
      readonly cardId: CardId | null;
      readonly entries: readonly RosterEntry[];
    }
  | { readonly kind: 'refused'; readonly refusal: CardRefusal }
  | { readonly kind: 'not-recorded'; readonly reason: RecordFailure };

/** What showing a card comes to at first. */
export type PresentedOutcome =
  | ScanOutcome
  /** Nobody was admitted: a person has to say first whether these are people who are here already (FLD-4). */
  | { readonly kind: 'probably-here'; readonly doubts: readonly Doubt[] };

/** What became of taking the last admission back (RCP-5). */
export type UndoOutcome =
  | { readonly kind: 'undone'; readonly eventId: EventId; readonly names: readonly string[] }
  | { readonly kind: 'nothing-to-undo' }
  | { readonly kind: 'overtaken' }
  | { readonly kind: 'not-recorded'; readonly reason: RecordFailure };
