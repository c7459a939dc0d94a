import type { ShelterFacts } from '@uketsuke/shared/contracts';
import type { WithdrawnDevices } from '../facts/withdrawn-devices.ts';
import type { MyNumberDesk } from '../my-number-card/my-number-desk.ts';
import type { Admissions } from '../reception/admissions.ts';
import type { EventExport } from '../reception/event-log.ts';
import type { QrCards } from '../reception/qr-cards.ts';
import type { PeerSyncing } from '../sync/peer-syncing.ts';
import type { DeskView } from './desk-view.ts';

/** An unlocked kiosk's desk: its parts, each for the screens that need it. What it records is durable and synced. */
export interface Desk {
  readonly shelter: ShelterFacts;
  readonly deviceName: string;
  /** Residents' QR cards. */
  readonly cards: Pick<QrCards, 'scan'>;
  /** My Number cards on the reader. */
  readonly myNumber: MyNumberDesk;
  /** Taking admissions back, and whatever else is decided at the desk. */
  readonly admissions: Pick<Admissions, 'undoLast'>;
  /** Who is here, and how syncing stands. */
  readonly view: Pick<DeskView, 'snapshot' | 'subscribe'>;
  /** The shelter's events, to be carried away on a USB stick (SYN-10). */
  readonly exports: EventExport;
  /** Which hub the desk syncs with. */
  readonly peers: Pick<PeerSyncing, 'setHub'>;
  readonly withdrawnDevices: WithdrawnDevices;
  /** Waits for what is being recorded, stops syncing and closes the store. */
  close(): Promise<void>;
}
