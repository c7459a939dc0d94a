import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { BrowserContext, Page } from 'playwright-core';
import * as z from 'zod';
import { pageScript } from '../../testbed/camera/page-module.ts';
import type { admit, watchAdmissions } from './admission-watch.page.ts';

const HOST = join(import.meta.dirname, '..', '..', 'kiosk', 'dist-host', 'main.js');
const UNLOCK_TIMEOUT_MS = 300_000;
const WATCH: keyof { watchAdmissions: typeof watchAdmissions } = 'watchAdmissions';
const ADMIT: keyof { admit: typeof admit } = 'admit';

/** The built kiosk on its built host, unlocked, in its own browser. */
export class OpenKiosk {
  readonly unlockMs: number;
  readonly #page: Page;
  readonly #host: ChildProcess;

  private constructor(page: Page, host: ChildProcess, unlockMs: number) {
    this.#page = page;
    this.#host = host;
    this.unlockMs = unlockMs;
  }

  static async open(
    browser: BrowserContext,
    options: { readonly dataDirectory: string; readonly port: number; readonly pin: string },
  ): Promise<OpenKiosk> {
    const host = spawn(process.execPath, [HOST], {
      env: { ...process.env, DATA_DIR: options.dataDirectory, PORT: String(options.port) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const page = await browser.newPage();
      await page.goto(await addressOf(host));
      await page.getByTestId('unlock-pin').fill(options.pin);
      const begun = performance.now();
      await page.getByTestId('unlock-submit').click();
      await page.getByTestId('scan-screen').waitFor({ timeout: UNLOCK_TIMEOUT_MS });
      const unlockMs = performance.now() - begun;
      await page.evaluate(await pageScript(join(import.meta.dirname, 'admission-watch.page.ts'), 'watching'));
      await page.evaluate(`watching.${WATCH}()`);
      return new OpenKiosk(page, host, unlockMs);
    } catch (error) {
      await stop(host);
      throw error;
    }
  }

  /** Types a card's code as a USB scanner does; returns the latency of its admission, ms. */
  async admit(code: string): Promise<number> {
    return z.number().parse(await this.#page.evaluate(`watching.${ADMIT}(${JSON.stringify(code)})`));
  }

  async close(): Promise<void> {
    await stop(this.#host);
  }
}

async function addressOf(host: ChildProcess): Promise<string> {
  if (host.stdout === null) throw new Error('the host has no output');
  for await (const line of createInterface(host.stdout)) {
    const [address] = /http:\S+/.exec(line) ?? [];
    if (address !== undefined) return address;
  }
  throw new Error('the host ended before it had started');
}

async function stop(host: ChildProcess): Promise<void> {
  if (host.exitCode !== null) return;
  host.kill('SIGTERM');
  await once(host, 'exit');
}
