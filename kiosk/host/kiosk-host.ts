import type { KioskCardReader } from './card-reader/card-reader.ts';
import type { HOST_CALLS, HostFunctions } from './host-calls.ts';

type Calls = HostFunctions<typeof HOST_CALLS>;

/**
 * What the kiosk's user interface needs from the machine it runs on. Two implementations over the same code:
 * Electron (main process and preload) and the browser host (a Node process on loopback, spoken to over an
 * authenticated WebSocket). Every method may reject with KioskHostError.
 */
export interface KioskHost extends Omit<Calls, 'cardReader'> {
  readonly cardReader: KioskCardReader;
}

/** Under this path of the page's own origin the host passes requests on to the hub in use. */
export const HUB_PATH = '/peer/hub';

export type HostInfo = Awaited<ReturnType<Calls['info']>>;
export type KioskVault = Calls['vault'];
export type KioskJournal = Calls['journal'];
export type JournalPage = Awaited<ReturnType<KioskJournal['read']>>;
