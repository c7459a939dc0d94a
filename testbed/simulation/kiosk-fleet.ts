import type { Desk } from '../../kiosk/src/desk/desk.ts';
import type { openSimulatedKiosk, SimulatedKioskOptions } from './simulated-kiosk.ts';

const KIOSK_COLLECTIONS = 4;
/** The most collections RxDB opens at a time without its premium plugins. */
const COLLECTIONS_MAX = 13;
const KIOSKS_PER_COPY = Math.floor(COLLECTIONS_MAX / KIOSK_COLLECTIONS);

interface KioskModule {
  readonly openSimulatedKiosk: typeof openSimulatedKiosk;
}

/**
 * Opens any number of kiosks in this process. RxDB counts its open collections in a variable of its module and
 * allows 13. So the kiosk's code and RxDB are built into one file, which is imported again under another address for
 * every three kiosks: each copy counts for itself. What has no such state (zod, the shared domain code) stays in
 * files of its own and is loaded once; a copy costs a few megabytes, a process or a thread for each would cost thirty.
 */
export class KioskFleet {
  readonly desks: Desk[] = [];
  readonly #address: string;

  /** @param address of the built file of simulated-kiosk.ts */
  constructor(address: string) {
    this.#address = address;
  }

  async open(options: SimulatedKioskOptions): Promise<Desk> {
    const copy = Math.floor(this.desks.length / KIOSKS_PER_COPY);
    const module: KioskModule = await import(`${this.#address}?copy=${copy}`);
    const desk = await module.openSimulatedKiosk(options);
    this.desks.push(desk);
    return desk;
  }

  async close(): Promise<void> {
    await Promise.all(this.desks.map((desk) => desk.close()));
  }
}
