import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ShelterId } from '@uketsuke/shared/identifiers';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { type BrowserHost, startBrowserHost } from '../../kiosk/host/browser/start-browser-host.ts';
import type { SmartCardService } from '../../kiosk/host/card-reader/smart-card-service.ts';
import { ADMIN_PASSWORD, type Headquarters } from '../headquarters/headquarters.ts';
import { launchChromium } from './chromium.ts';

const PIN = '314159';
const UI = join(import.meta.dirname, '..', '..', 'kiosk', 'dist');

/** A shelter's kiosk: the built page in Chromium over its browser host. */
export interface ShelterKiosk {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly url: string;
  /** The scanner's short way: the code pasted into the page. */
  show(code: string): Promise<void>;
  /** What became of the last card, once it is of this kind. */
  result(kind: string): Locator;
  pending(): Promise<number>;
  close(): Promise<void>;
}

export interface ShelterKioskOptions {
  readonly cameraFile?: string;
  /** The host's data; a throw-away folder when not given. */
  readonly dataDirectory?: string;
  /** Readers of My Number cards; none when not given. */
  readonly smartCards?: SmartCardService;
}

/** Starts a kiosk, enrols it through its screens and unlocks it. */
export async function openShelterKiosk(
  headquarters: Headquarters,
  shelterId: ShelterId,
  options: ShelterKioskOptions = {},
): Promise<ShelterKiosk> {
  const folder = await mkdtemp(join(tmpdir(), 'uketsuke-e2e-kiosk-'));
  const host = await startBrowserHost({
    dataDirectory: options.dataDirectory ?? join(folder, 'host'),
    uiDirectory: UI,
    ...(options.smartCards === undefined ? {} : { smartCards: options.smartCards }),
  });
  const context = await launchChromium({
    profile: join(folder, 'profile'),
    ...(options.cameraFile === undefined ? {} : { cameraFile: options.cameraFile }),
  });
  const page = await context.newPage();
  await page.goto(host.url);
  await enrol(page, headquarters.url, await headquarters.makeEnrolmentCode(shelterId));
  await unlockKiosk(page);
  return kioskOn({ page, context, host, folder });
}

/** Opens the kiosk's store with the desk's PIN. */
export async function unlockKiosk(page: Page): Promise<void> {
  await page.getByTestId('unlock-pin').fill(PIN);
  await page.getByTestId('unlock-submit').click();
  await page.getByTestId('scan-screen').waitFor();
}

/** HQ's page in a browser of its own, signed in and live. */
export async function openHeadquartersPage(headquarters: Headquarters): Promise<Page> {
  const context = await launchChromium();
  const page = await context.newPage();
  await page.goto(`${headquarters.url}/hq`);
  await page.getByTestId('login-username').fill('admin');
  await page.getByTestId('login-password').fill(ADMIN_PASSWORD);
  await page.getByTestId('login-submit').click();
  await page.locator('[data-testid=live-state][data-connected=true]').waitFor();
  return page;
}

/** A code is taken again once it was out of sight for 3 s. */
const SAME_CODE_MS = 3_500;
const TAKEN_WITHIN_MS = 90_000;

/** Shows a code that was shown a moment ago until it is taken again: each time that it is not, it is held back longer. */
export async function untilTaken(show: () => Promise<void>, result: Locator): Promise<void> {
  for (const until = performance.now() + TAKEN_WITHIN_MS; performance.now() < until; ) {
    await show();
    const isThere = await result.waitFor({ timeout: SAME_CODE_MS }).then(
      () => true,
      () => false,
    );
    if (isThere) return;
  }
  throw new Error(`not taken within ${TAKEN_WITHIN_MS} ms`);
}

/** Types as a USB scanner does: by physical key, 4 ms apart by the keys' own time stamps. */
export async function typeByScanner(page: Page, text: string): Promise<void> {
  const keyboard = await page.context().newCDPSession(page);
  const codes = [...text].map((character) => (/\d/.test(character) ? `Digit${character}` : `Key${character}`));
  const start = Date.now() / 1000;
  const presses = [...codes, 'Enter'].flatMap((code, index) => {
    const timestamp = start + (index - codes.length) * 0.004;
    const key = code === 'Enter' ? { code, key: code, windowsVirtualKeyCode: 13 } : { code, key: code.slice(-1) };
    return (['rawKeyDown', 'keyUp'] as const).map((type) =>
      keyboard.send('Input.dispatchKeyEvent', { type, timestamp, ...key }),
    );
  });
  await Promise.all(presses);
  await keyboard.detach();
}

async function enrol(page: Page, serverUrl: string, code: string): Promise<void> {
  await page.getByTestId('enrol-server').fill(serverUrl);
  await page.getByTestId('enrol-code').fill(code);
  await page.getByTestId('enrol-name').fill('受付1');
  await page.getByTestId('enrol-pin').fill(PIN);
  await page.getByTestId('enrol-pin-repeat').fill(PIN);
  await Promise.all([page.waitForEvent('load'), page.getByTestId('enrol-submit').click()]);
}

interface ShelterKioskParts {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly host: BrowserHost;
  readonly folder: string;
}

function kioskOn({ page, context, host, folder }: ShelterKioskParts): ShelterKiosk {
  return {
    page,
    context,
    url: host.url,
    show: (code) =>
      page.evaluate((text) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData('text/plain', text);
        document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
      }, code),
    result: (kind) => page.locator(`[data-testid=result][data-kind=${kind}]`),
    pending: async () => Number(await page.getByTestId('sync').getAttribute('data-pending')),
    close: async () => {
      await context.close();
      await host.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What the line about headquarters says on demand (くわしく). */
export async function syncDetails(page: Page): Promise<string> {
  await page.getByTestId('sync-more').click();
  const details = page.getByTestId('sync-details');
  const said = await details.textContent();
  await page.keyboard.press('Escape');
  await details.waitFor({ state: 'detached' });
  return said ?? '';
}
