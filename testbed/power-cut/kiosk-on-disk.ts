import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { BrowserOnDisk, storedEventIds } from './browser-on-disk.ts';
import { wholeJournalIds } from './whole-journal-ids.ts';

const KIOSK = join(import.meta.dirname, '..', '..', 'kiosk');
/** The built kiosk: the host's program, the page, and what says that they are modules. */
const PROGRAM_FILES = ['dist-host', 'dist', 'package.json'];
const SHOWN_WITHIN_MS = 60_000;
const BETWEEN_MS = 5;

/** A result as the screen showed it. */
export interface Shown {
  readonly kind: string;
  readonly eventId: string | null;
  readonly cardId: string | null;
}

declare global {
  interface Window {
    /** Given to the page by the test. */
    readonly tellShown: (shown: Shown) => Promise<void>;
  }
}

/** Where a kiosk keeps its files on a disk. */
export function hostDataOn(disk: string): string {
  return join(disk, 'kiosk');
}

/**
 * The built kiosk with everything it keeps on one disk: Chromium's profile and the browser host's data. Host and
 * browser are processes of their own, so both go when the power goes.
 */
export class KioskOnDisk {
  /** What the screen has shown since the last start, in order. */
  shown: Shown[] = [];
  readonly #disk: string;
  readonly #program: string;
  readonly #port: number;
  readonly #browser: BrowserOnDisk;
  #host: ChildProcess | null = null;
  #page: Page | null = null;

  private constructor(disk: string, program: string, port: number) {
    this.#disk = disk;
    this.#program = program;
    this.#port = port;
    this.#browser = new BrowserOnDisk(join(disk, 'profile'));
  }

  /**
   * Takes a copy of the built kiosk, so that a build meanwhile does not change it.
   * @param disk folder of the disk, where `hostDataOn` holds the data of an enrolled kiosk
   */
  static async on(disk: string): Promise<KioskOnDisk> {
    if (!existsSync(join(KIOSK, 'dist-host', 'main.js')) || !existsSync(join(KIOSK, 'dist', 'index.html'))) {
      throw new Error('The kiosk is not built: run `npm run build` first.');
    }
    const program = mkdtempSync(join(tmpdir(), 'uketsuke-power-cut-kiosk-'));
    for (const name of PROGRAM_FILES) cpSync(join(KIOSK, name), join(program, name), { recursive: true });
    return new KioskOnDisk(disk, program, await freePort());
  }

  /** Ids of the whole lines in the journal's file; it can be read while nothing runs. */
  journaledIds(): string[] {
    return wholeJournalIds(join(hostDataOn(this.#disk), 'journal'));
  }

  /** Ids in IndexedDB of the started kiosk; null when Chromium finds it damaged. */
  storedIds(): Promise<string[] | null> {
    return storedEventIds(this.#openPage);
  }

  /** Starts host and browser; the kiosk is locked. */
  async start(): Promise<void> {
    this.shown = [];
    const [url, page] = await Promise.all([this.#startHost(), this.#browser.start()]);
    this.#page = page;
    await page.exposeFunction('tellShown', (shown: Shown) => this.shown.push(shown));
    await page.addInitScript(tellWhatIsShown);
    await page.goto(url);
    await page.getByTestId('unlock-pin').waitFor();
  }

  async unlock(pin: string): Promise<void> {
    await this.#openPage.getByTestId('unlock-pin').fill(pin);
    await this.#openPage.getByTestId('unlock-submit').click();
    await this.#openPage.getByTestId('scan-screen').waitFor();
  }

  /** Types codes as a USB scanner does, by physical key and with Enter, one right after the other. */
  async scan(codes: readonly string[]): Promise<void> {
    await this.#openPage.evaluate((texts) => {
      for (const text of texts) {
        const keys = [...text].map((character) => (/\d/.test(character) ? `Digit${character}` : `Key${character}`));
        for (const code of [...keys, 'Enter']) {
          const key = code === 'Enter' ? code : code.slice(-1);
          document.body.dispatchEvent(new KeyboardEvent('keydown', { code, key, bubbles: true, cancelable: true }));
          document.body.dispatchEvent(new KeyboardEvent('keyup', { code, key, bubbles: true, cancelable: true }));
        }
      }
    }, codes);
  }

  /** Resolves when the screen has shown `count` results since the start. */
  async untilShown(count: number): Promise<void> {
    const until = Date.now() + SHOWN_WITHIN_MS;
    while (this.shown.length < count) {
      if (Date.now() > until) throw new Error(`${this.shown.length} of ${count} results were shown`);
      await wait(BETWEEN_MS);
    }
  }

  /** Ends host and browser at once. What the screen showed until then is in `shown` when this resolves. */
  async kill(): Promise<void> {
    const host = this.#host;
    this.#host = null;
    this.#page = null;
    const ended = host === null || host.exitCode !== null ? null : once(host, 'exit');
    host?.kill('SIGKILL');
    await Promise.all([this.#browser.kill(), ended]);
  }

  /** Ends everything and deletes the copy of the program. */
  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.#program, { recursive: true, force: true });
  }

  get #openPage(): Page {
    if (this.#page === null) throw new Error('the kiosk is not started');
    return this.#page;
  }

  async #startHost(): Promise<string> {
    const env = { ...process.env, DATA_DIR: hostDataOn(this.#disk), PORT: String(this.#port) };
    const host = spawn(process.execPath, [join(this.#program, 'dist-host', 'main.js')], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#host = host;
    return new Promise((resolve, reject) => {
      let said = '';
      const hear = (part: Buffer) => {
        said += part.toString();
        const url = /^Kiosk: (\S+)$/m.exec(said)?.[1];
        if (url !== undefined) resolve(url);
      };
      host.stdout.on('data', hear);
      host.stderr.on('data', hear);
      host.once('exit', (code) => reject(new Error(`the browser host ended with ${code}: ${said}`)));
    });
  }
}

/** Runs in the page: tells every result the moment it is on the screen. */
function tellWhatIsShown(): void {
  let last = '';
  new MutationObserver(() => {
    const result = document.querySelector<HTMLElement>('[data-testid="result"]');
    if (result === null) {
      last = '';
      return;
    }
    const { kind = '', eventId = null, cardId = null } = result.dataset;
    const now = `${kind} ${eventId} ${cardId}`;
    if (now === last) return;
    last = now;
    void window.tellShown({ kind, eventId, cardId });
  }).observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['data-kind', 'data-event-id', 'data-card-id'],
  });
}

/** The page's store belongs to its port, so the kiosk keeps the same one over all starts. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
