import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { Desk } from '../../kiosk/src/reception/desk.ts';
import type { openSimulatedKiosk, SimulatedKioskOptions } from './simulated-kiosk.ts';

const root = join(import.meta.dirname, '..', '..');
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
 * every three kiosks: each copy counts for itself. What has no such state (zod, the shared domain code) stays outside
 * and is loaded once; a copy costs a few megabytes, a process or a thread for each would cost thirty.
 */
export class KioskFleet {
  readonly #file: string;
  readonly desks: Desk[] = [];

  private constructor(file: string) {
    this.#file = file;
  }

  static async build(): Promise<KioskFleet> {
    const folder = join(root, '.cache', 'simulate');
    mkdirSync(folder, { recursive: true });
    const outfile = join(folder, `kiosk-${process.pid}.mjs`);
    await build({
      entryPoints: [join(import.meta.dirname, 'simulated-kiosk.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      minify: true,
      lineLimit: 200,
      mainFields: ['module', 'main'],
      conditions: ['import'],
      external: ['zod', 'rxjs', '@uketsuke/shared/*', 'dexie', '@noble/*', '@hpke/*', 'eventsource-parser'],
      logLevel: 'warning',
    });
    return new KioskFleet(outfile);
  }

  async open(options: SimulatedKioskOptions): Promise<Desk> {
    const copy = Math.floor(this.desks.length / KIOSKS_PER_COPY);
    const module: KioskModule = await import(`${pathToFileURL(this.#file).href}?copy=${copy}`);
    const desk = await module.openSimulatedKiosk(options);
    this.desks.push(desk);
    return desk;
  }

  async close(): Promise<void> {
    await Promise.all(this.desks.map((desk) => desk.close()));
  }

  /** Deletes what was built. */
  async remove(): Promise<void> {
    await rm(this.#file, { force: true });
  }
}
