import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { launchChromium } from '../stage/chromium.ts';
import { endProcessesOf } from './end-processes.ts';

/** Without a camera: the cards come from the scanner. */
const NO_CAMERA = '--use-fake-device-for-media-stream=device-count=0';

/** Chromium with its profile, and so IndexedDB, in a folder of a disk whose power is cut. */
export class BrowserOnDisk {
  readonly #profile: string;
  #context: BrowserContext | null = null;

  constructor(profile: string) {
    this.#profile = profile;
  }

  async start(): Promise<Page> {
    forgetRunningBrowser(this.#profile);
    this.#context = await launchChromium({ profile: this.#profile, more: [NO_CAMERA] });
    return this.#context.pages()[0] ?? this.#context.newPage();
  }

  /** Ends all its processes at once. What the page had said before has arrived when this resolves. */
  async kill(): Promise<void> {
    const context = this.#context;
    if (context === null) return;
    this.#context = null;
    const closed = new Promise<void>((resolve) => context.once('close', () => resolve()));
    await endProcessesOf(this.#profile);
    await closed;
  }
}

/** A browser that lost power leaves a lock that names a process id, which another program may have by now. */
function forgetRunningBrowser(profile: string): void {
  try {
    for (const name of readdirSync(profile)) if (name.startsWith('Singleton')) rmSync(join(profile, name));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

/**
 * Ids of the events in the page's IndexedDB, read past RxDB; none when there is no such database, null when Chromium
 * finds it damaged (it then throws it away).
 */
export function storedEventIds(page: Page): Promise<string[] | null> {
  return page.evaluate(async () => {
    const settled = <Result>(request: IDBRequest<Result>) =>
      new Promise<Result>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    try {
      const all = await indexedDB.databases();
      const name = all.map((one) => one.name ?? '').find((one) => /^rxdb-dexie-.*--events$/.test(one));
      if (name === undefined) return [];
      const database = await settled(indexedDB.open(name));
      const keys = await settled(database.transaction('docs').objectStore('docs').getAllKeys());
      database.close();
      return keys.map(String);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'UnknownError') return null;
      throw error;
    }
  });
}
