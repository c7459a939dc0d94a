import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { film, launchWithCamera, launchWithoutCamera } from '../../gallery/camera-film.ts';
import { type GallerySite, serveGallery } from '../../gallery/gallery-site.ts';
import { beginOfScan } from '../../gallery/scanner-keys.ts';
import { GalleryCity, type IssuedCard } from '../../gallery/stage/city.ts';
import { onAnotherPhone } from '../../gallery/stage/households.ts';
import { SAME_CODE_HOLD_MS } from '../reception/same-code-gate.ts';

/** The built screens in real Chromium, under the strict policy, with a camera that films real codes. */

const PIN = '314159';
const CODE_FRAMES = 24;
const CARDS = 12;

let folder: string;
let site: GallerySite;
let city: GalleryCity;
let cards: IssuedCard[];
let withCamera: Browser;
let withoutCamera: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uketsuke-screens-'));
  [site, city, withoutCamera] = await Promise.all([serveGallery(folder), GalleryCity.found(), launchWithoutCamera()]);
  cards = await Promise.all(sampleHouseholds(7, CARDS).map((household) => city.issue(household, Date.now())));
  const path = join(folder, 'line.mjpeg');
  const scenes = cards.map(({ text }) => ({ code: text, frames: CODE_FRAMES }));
  await film(withoutCamera, [{ code: null, frames: 30 }, ...scenes, { code: null, frames: 150 }], path);
  withCamera = await launchWithCamera(path);
}, 120_000);

afterAll(async () => {
  await withCamera?.close();
  await withoutCamera?.close();
  await site?.close();
  await rm(folder, { recursive: true, force: true });
});

interface Opened {
  readonly page: Page;
  /** What the page logged as an error: policy violations, uncaught exceptions. */
  readonly complaints: string[];
}

async function openPage(browser: Browser, parameters: Record<string, string> = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  const query = new URLSearchParams({ ...city.keys, ...parameters });
  await page.goto(`${site.origin}/gallery/gallery.html?${query}`);
  return { page, complaints };
}

async function openDesk(browser: Browser): Promise<Opened> {
  const opened = await openPage(browser);
  await opened.page.getByTestId('unlock-pin').fill(PIN);
  await opened.page.getByTestId('unlock-submit').click();
  await opened.page.locator('[data-testid=scan-screen]:not([data-camera=starting])').waitFor();
  return opened;
}

/** The page's steady clock goes on by so long, ms. */
const letPass = (page: Page, ms: number) =>
  page.evaluate((passed) => {
    const now = performance.now.bind(performance);
    performance.now = () => now() + passed;
  }, ms);

const KEY_MS = 4;

/** Types as a USB scanner does: by physical key, 4 ms apart by the keys' own time stamps, however busy this machine is. */
async function scanByWedge(page: Page, text: string): Promise<void> {
  const start = (await beginOfScan(page, text.length * KEY_MS)) / 1_000;
  const keyboard = await page.context().newCDPSession(page);
  const codes = [...text].map((character) => (/\d/.test(character) ? `Digit${character}` : `Key${character}`));
  const presses = [...codes, 'Enter'].flatMap((code, index) => {
    const timestamp = start + (index * KEY_MS) / 1_000;
    const key = code === 'Enter' ? { code, key: code, windowsVirtualKeyCode: 13 } : { code, key: code.slice(-1) };
    const events = ['rawKeyDown', 'keyUp'] as const;
    return events.map((type) => keyboard.send('Input.dispatchKeyEvent', { type, timestamp, ...key }));
  });
  await Promise.all(presses);
  await keyboard.detach();
}

const command = (page: Page, detail: object) => page.evaluate((told) => window.gallery?.(told), detail);

const cardText = (at: number) => cards[at]?.text ?? '';

const resultOf = (page: Page, kind: string) => page.locator(`[data-testid=result][data-kind=${kind}]`);

const axeReportSchema = z.object({
  violations: z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) })),
});
const AXE_RUN = "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })";

/** Violations of WCAG 2.2 A and AA on the page as it is. */
async function violations(page: Page): Promise<string[]> {
  const report = axeReportSchema.parse(await page.evaluate(`${axe.source}; ${AXE_RUN}`));
  return report.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
}

describe('the desk in Chromium', () => {
  it('reads every code of a line from the camera once, under the strict policy', async () => {
    const { page, complaints } = await openDesk(withCamera);
    await page.locator('[data-testid=scan-screen][data-camera=running]').waitFor();
    await page.waitForFunction((count) => document.querySelectorAll('.recent-item').length === count, CARDS, {
      timeout: 150_000,
    });
    expect(await page.getByTestId('scan-screen').getAttribute('data-decoder')).toBe('worker');
    expect(await page.locator('.recent-item[data-voided=false]').count()).toBe(CARDS);
    expect(await violations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('falls back to html5-qrcode without a word when WebAssembly cannot be loaded', async () => {
    const context = await withCamera.newContext({ viewport: { width: 1280, height: 800 } });
    await context.route('**/*.wasm', (route) => route.abort());
    const page = await context.newPage();
    await page.goto(`${site.origin}/gallery/gallery.html?${new URLSearchParams({ ...city.keys })}`);
    await page.getByTestId('unlock-pin').fill(PIN);
    await page.getByTestId('unlock-submit').click();
    await page.locator('[data-testid=scan-screen][data-decoder=fallback][data-camera=running]').waitFor();
    await resultOf(page, 'admitted').waitFor({ timeout: 150_000 });
    await context.close();
  });

  it('works without any camera: says so, and takes cards from a scanner', async () => {
    const { page } = await openDesk(withoutCamera);
    await page.locator('[data-testid=scan-screen][data-camera=failed]').waitFor();
    expect(await page.getByTestId('camera').textContent()).toContain('読み取り機');
    expect(await violations(page)).toEqual([]);
    await scanByWedge(page, cardText(0));
    await resultOf(page, 'admitted').waitFor();
    expect(await page.getByTestId('admitted-count').textContent()).not.toBe('0');
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });
});

describe('a scanner at the desk', () => {
  it('presses no button, wherever the focus is', async () => {
    const { page } = await openDesk(withoutCamera);
    await page.getByTestId('lock').focus();
    await scanByWedge(page, cardText(1));
    await resultOf(page, 'admitted').waitFor();
    expect(await page.getByTestId('scan-screen').count()).toBe(1);
    await page.getByTestId('undo').focus();
    await scanByWedge(page, 'HTTPSEXAMPLEORG');
    await page.locator('[data-testid=result][data-refusal=not-ours]').waitFor();
    expect(await page.getByTestId('undo-confirm').count()).toBe(0);
    await page.context().close();
  });

  it('cannot confirm the question about an undo, and a new admission withdraws it (RCP-5)', async () => {
    const { page } = await openDesk(withoutCamera);
    await scanByWedge(page, cardText(2));
    await resultOf(page, 'admitted').waitFor();
    await page.getByTestId('undo').click();
    await page.getByTestId('undo-confirm').focus();
    expect(await violations(page)).toEqual([]);
    await scanByWedge(page, cardText(3));
    await page.waitForFunction(() => document.querySelectorAll('.recent-item').length === 2);
    await page.getByTestId('undo-confirm').waitFor({ state: 'detached' });
    expect(await page.locator('.recent-item[data-voided=true]').count()).toBe(0);
    await page.getByTestId('undo').click();
    await page.getByTestId('undo-confirm').click();
    await resultOf(page, 'undone').waitFor();
    expect(await page.locator('.recent-item[data-voided=true]').count()).toBe(1);
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });

  it('leaves Enter on a focused button to the person', async () => {
    const { page } = await openDesk(withoutCamera);
    await page.getByTestId('lock').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('unlock-pin').waitFor();
    await page.context().close();
  });

  it('is answered anew by each card, refused and not recorded ones among them (DUR-3)', async () => {
    const { page } = await openDesk(withoutCamera);
    await command(page, { do: 'fail', reason: 'disk-full' });
    await scanByWedge(page, cardText(4));
    await page.locator('[data-testid=result][data-reason=disk-full]').waitFor();
    expect(await violations(page)).toEqual([]);
    await command(page, { do: 'revoke', cardId: cards[5]?.cardId });
    await scanByWedge(page, cardText(5));
    await page.locator('[data-testid=result][data-refusal=revoked]').waitFor();
    expect(await page.getByTestId('admitted-count').textContent()).toBe('0');
    await page.context().close();
  });

  it('is told who came back and who is here already (RCP-4, RCP-7)', async () => {
    const { page } = await openDesk(withoutCamera);
    await scanByWedge(page, cardText(6));
    await resultOf(page, 'admitted').waitFor();
    const counted = await page.getByTestId('admitted-count').textContent();
    await command(page, { do: 'step-out' });
    await letPass(page, SAME_CODE_HOLD_MS);
    await scanByWedge(page, cardText(6));
    await resultOf(page, 'returned').waitFor();
    expect(await violations(page)).toEqual([]);
    await letPass(page, SAME_CODE_HOLD_MS);
    await scanByWedge(page, cardText(6));
    await resultOf(page, 'already-admitted').waitFor();
    expect(await page.getByTestId('admitted-count').textContent()).toBe(counted);
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });
});

describe('one family on two cards (FLD-4)', () => {
  it('is asked about once; Enter answers, another card at the scanner does not', async () => {
    const { page } = await openDesk(withoutCamera);
    const [household] = sampleHouseholds(8, 1, 3);
    if (household === undefined) throw new Error('no sample');
    const [one, other] = await Promise.all(
      [household, onAnotherPhone(household)].map((family) => city.issue(family, Date.now())),
    );
    await scanByWedge(page, one?.text ?? '');
    await resultOf(page, 'admitted').waitFor();
    await scanByWedge(page, other?.text ?? '');
    const question = page.locator('[data-testid=my-number-panel][data-show=same-person]');
    await question.waitFor();
    expect(await page.getByTestId('same-choice').count()).toBe(3);
    expect(await violations(page)).toEqual([]);
    await scanByWedge(page, cardText(0));
    await page.getByTestId('same-waiting').waitFor();
    expect(await question.count()).toBe(1);
    await page.keyboard.press('Enter');
    await resultOf(page, 'already-admitted').waitFor();
    expect(await page.locator('.recent-item').count()).toBe(1);
    await scanByWedge(page, cardText(0));
    await resultOf(page, 'admitted').waitFor();
    await page.context().close();
  });
});

describe('the other screens', () => {
  it('enrol: names every fault at its field, and says what to do about a code used before', async () => {
    const { page } = await openPage(withoutCamera, { vault: 'empty' });
    await page.getByTestId('enrol-submit').click();
    expect(await page.locator('[data-invalid] [slot=errorMessage]').count()).toBe(4);
    expect(await violations(page)).toEqual([]);
    await page.getByTestId('enrol-server').fill('https://uketsuke.example.jp');
    await page.getByTestId('enrol-code').fill('XBCD-2345-WXYZ');
    await page.getByTestId('enrol-name').fill('受付1');
    await page.getByTestId('enrol-pin').fill(PIN);
    await page.getByTestId('enrol-pin-repeat').fill(PIN);
    await page.getByTestId('enrol-submit').click();
    await page.locator('[data-testid=enrol-error][data-code=enrolment-code-invalid]').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByTestId('enrol-code').fill('ABCD-2345-WXYZ');
    await page.getByTestId('enrol-submit').click();
    await page.getByTestId('unlock-pin').waitFor();
    await page.context().close();
  });

  it('unlock: by the pad on the screen; wrong PINs are told and then slowed down (SEC-6)', async () => {
    const { page } = await openPage(withoutCamera);
    for (const expected of ['wrong-pin', 'wrong-pin', 'too-many-attempts']) {
      await page.getByTestId('unlock-pin').fill('111111');
      await page.getByTestId('unlock-submit').click();
      await page.locator(`[data-testid=unlock-error][data-code=${expected}]`).waitFor();
    }
    expect(await page.getByTestId('unlock-submit').isDisabled()).toBe(true);
    expect(await violations(page)).toEqual([]);
    await page.reload();
    for (const digit of PIN) await page.getByRole('button', { name: digit, exact: true }).click();
    await page.getByTestId('unlock-submit').click();
    await page.locator('[data-testid=scan-screen]:not([data-camera=starting])').waitFor();
    await page.context().close();
  });

  it('refuse a second window of the same kiosk with words', async () => {
    const { page } = await openPage(withoutCamera);
    await page.getByTestId('unlock-pin').waitFor();
    const second = await page.context().newPage();
    await second.goto(page.url());
    await second.locator('[data-testid=start-trouble][data-trouble=another-window]').waitFor();
    expect(await violations(second)).toEqual([]);
    await page.close();
    await second.getByRole('button', { name: 'もう一度試す' }).click();
    await second.getByTestId('unlock-pin').waitFor();
    await second.context().close();
  });

  it('change to English and stay so', async () => {
    const { page } = await openPage(withoutCamera);
    await page.getByTestId('language').click();
    await page.getByRole('menuitemradio', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Enter the PIN' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Enter the PIN' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
    await page.context().close();
  });

  it.each(['ja', 'en'])(
    'tell in %s what headquarters does not have yet, cutting nothing off (DSK-1)',
    async (language) => {
      const context = await withoutCamera.newContext({ viewport: { width: 1280, height: 800 } });
      const page = await context.newPage();
      await page.goto(`${site.origin}/gallery/gallery.html?state=sync-everything-at-once&language=${language}`);
      await page.locator('html[data-gallery=ready]').waitFor();
      const line = page.locator(
        '[data-testid=sync][data-look=call][data-pending="3"][data-quarantined="1"][data-trouble=server-failing]',
      );
      await line.waitFor();
      for (const [width, height] of [
        [1280, 800],
        [1366, 625],
        [1280, 600],
        [1024, 768],
      ] as const) {
        await page.setViewportSize({ width, height });
        const cutOff = await page.evaluate(() => {
          const side = document.querySelector('.desk-side');
          if (side === null || side.scrollHeight > side.clientHeight) return 'the side column';
          const { scrollWidth, scrollHeight } = document.documentElement;
          return scrollWidth > innerWidth || scrollHeight > innerHeight ? 'the page' : null;
        });
        expect(cutOff, `${width}x${height}`).toBeNull();
        expect(await violations(page)).toEqual([]);
      }
      await page.getByTestId('sync-more').click();
      const why = await page.getByTestId('sync-details').getByRole('listitem').allTextContents();
      expect(why.filter((text) => /時計が遅れている|seems to be slow/.test(text))).toHaveLength(1);
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByTestId('sync-details').waitFor({ state: 'detached' });
      await context.close();
    },
  );

  it('say in English, before the first contact, that the counts are only this computer’s, and do not cut it off', async () => {
    const context = await withoutCamera.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.goto(`${site.origin}/gallery/gallery.html?state=sync-never-answered&language=en`);
    await page.locator('html[data-gallery=ready]').waitFor();
    for (const [width, height] of [
      [1280, 800],
      [1366, 768],
      [1280, 600],
    ] as const) {
      await page.setViewportSize({ width, height });
      const hint = await page.locator('.counts .hint').boundingBox();
      const side = await page.locator('.desk-side').boundingBox();
      expect((hint?.y ?? 0) + (hint?.height ?? 0), `${width}x${height}`).toBeLessThanOrEqual(
        (side?.y ?? 0) + (side?.height ?? 0),
      );
    }
    await context.close();
  });
});
