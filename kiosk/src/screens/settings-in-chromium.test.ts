import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HUB_REFUSALS } from '@uketsuke/shared/errors';
import { hubCode } from '@uketsuke/shared/hub';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { film, launchWithCamera, launchWithoutCamera } from '../../gallery/camera-film.ts';
import { type GallerySite, serveGallery } from '../../gallery/gallery-site.ts';
import { GalleryCity } from '../../gallery/stage/city.ts';

/** Hub and USB export at the built screens in real Chromium, under the strict policy. */

const PIN = '314159';
const HUB = 'https://192.168.1.20:8443';

let folder: string;
let site: GallerySite;
let city: GalleryCity;
let browser: Browser;
let withCamera: Browser;
const complaints: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uketsuke-settings-'));
  [site, city, browser] = await Promise.all([serveGallery(folder), GalleryCity.found(), launchWithoutCamera()]);
  const path = join(folder, 'hub.mjpeg');
  await film(browser, [{ code: hubCode([HUB]), frames: 60 }], path);
  withCamera = await launchWithCamera(path);
}, 120_000);

afterAll(async () => {
  await withCamera?.close();
  await browser?.close();
  await site?.close();
  await rm(folder, { recursive: true, force: true });
});

async function openDesk(of: Browser): Promise<Page> {
  const context = await of.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`${site.origin}/gallery/gallery.html?${new URLSearchParams({ ...city.keys })}`);
  await page.getByTestId('unlock-pin').fill(PIN);
  await page.getByTestId('unlock-submit').click();
  await page.locator('[data-testid=scan-screen]:not([data-camera=starting])').waitFor();
  return page;
}

/** A state of the gallery, once it has come to it. */
async function openState(id: string): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  await page.goto(`${site.origin}/gallery/gallery.html?state=${id}`);
  await page.locator('html[data-gallery=ready]').waitFor({ state: 'attached' });
  return page;
}

const paste = (page: Page, code: string) =>
  page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', text);
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
  }, code);

const command = (page: Page, detail: object) => page.evaluate((told) => window.gallery?.(told), detail);

const cards = async (count: number) =>
  Promise.all(sampleHouseholds(31, count, 2).map(async (each) => (await city.issue(each, Date.now())).text));

const axeReportSchema = z.object({
  violations: z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) })),
});
const AXE_RUN = "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })";

async function violations(page: Page): Promise<string[]> {
  const report = axeReportSchema.parse(await page.evaluate(`${axe.source}; ${AXE_RUN}`));
  return report.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
}

describe('the hub at the desk', () => {
  it('is offered when its QR is held to the camera in the settings, used when staff say so, and given up again', async () => {
    const page = await openDesk(withCamera);
    // A resident may show whatever code they like: at the desk it leads nowhere (HUB-2).
    await page.locator('[data-testid=result][data-refusal=not-ours]').waitFor();
    expect(await page.getByTestId('settings').count()).toBe(0);
    await page.getByTestId('settings-open').click();
    await page.getByTestId('hub-found').waitFor();
    expect(await page.getByTestId('hub-found').textContent()).toContain('白川小学校');
    expect(await page.getByTestId('result').count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await page.getByTestId('hub-use').click();
    await expect.poll(() => page.getByTestId('hub-in-use').textContent()).toBe(HUB);
    await page.getByTestId('hub-forget').click();
    await page.getByTestId('hub-none').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });

  it('is found by its address, and each refusal says what to do (HUB-2)', async () => {
    const page = await openDesk(browser);
    await page.getByTestId('settings-open').click();
    await page.getByTestId('hub-address').fill('192.168.1.30');
    const said = new Set<string | null>();
    for (const refusal of [...HUB_REFUSALS.filter((each) => each !== 'enrolment-outdated'), 'hub-unreachable']) {
      await command(page, { do: 'hub', answer: refusal });
      await page.getByTestId('hub-find').click();
      const error = page.locator(`[data-testid=hub-error][data-code=${refusal}]`);
      await error.waitFor();
      said.add(await error.textContent());
    }
    expect(said.size).toBe(HUB_REFUSALS.length);
    expect(await violations(page)).toEqual([]);
    await page.getByTestId('hub-find').click();
    await page.getByTestId('hub-found').waitFor();
    await page.context().close();
    // That one is not the hub's fault but the kiosk's.
    const outdated = await openState('settings-hub-enrolment-outdated');
    said.add(await outdated.locator('[data-testid=hub-error][data-code=enrolment-outdated]').textContent());
    expect(said.size).toBe(HUB_REFUSALS.length + 1);
    expect(await violations(outdated)).toEqual([]);
    await outdated.context().close();
  });

  it('does not hold up the line: a card shown meanwhile is admitted, and what was typed is still there', async () => {
    const page = await openDesk(browser);
    await page.getByTestId('settings-open').click();
    await page.getByTestId('hub-address').fill('192.168.1.30');
    for (const card of await cards(1)) await paste(page, card);
    await page.locator('[data-testid=result][data-kind=admitted]').waitFor();
    expect(await page.getByTestId('settings').isVisible()).toBe(false);
    await page.evaluate(() => window.gallery?.({ do: 'pass', ms: 7_000 }));
    await page.getByTestId('settings').waitFor({ state: 'visible' });
    expect(await page.getByTestId('hub-address').inputValue()).toBe('192.168.1.30');
    await page.getByTestId('settings-close').click();
    await page.getByTestId('ready').waitFor();
    await page.context().close();
  });

  it('is told in the line below: at the hub is not at headquarters (SYN-8)', async () => {
    const page = await openState('sync-hub-no-way');
    const line = page.locator('[data-testid=sync][data-peer=hub][data-look=waiting][data-relay-pending="14"]');
    expect(await line.textContent()).toContain('ハブに届いています');
    expect(await line.textContent()).not.toContain('すべて本部に届いています');
    await page.getByTestId('sync-more').click();
    await page.getByText('ハブから本部へは未送信 14件').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });
});

describe('the USB export at the desk', () => {
  it('saves the chosen records as one sealed file, and says that carrying it is not yet sending it (SYN-10)', async () => {
    const page = await openDesk(browser);
    for (const card of await cards(3)) await paste(page, card);
    await page.locator('.recent-item').nth(2).waitFor();
    await page.getByTestId('settings-open').click();
    await page.evaluate(() => window.gallery?.({ do: 'pass', ms: 7_000 }));
    await page.getByTestId('settings').waitFor({ state: 'visible' });
    await page.getByTestId('usb-all').click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('usb-save').click()]);
    expect(download.suggestedFilename()).toMatch(/^uketsuke-.*\.ukebundle$/);
    const text = await readFile(await download.path(), 'utf8');
    expect(JSON.parse(text.split('\n')[0] ?? '')).toMatchObject({ shelterId: 'shirakawa', content: 'all' });
    const saved = page.locator('[data-testid=usb-saved][data-events="3"]');
    await saved.waitFor();
    expect(await saved.textContent()).toContain('届けただけでは送信済みになりません');
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });

  it('has nothing to save while there is nothing', async () => {
    const page = await openDesk(browser);
    await page.getByTestId('settings-open').click();
    expect(await page.getByTestId('usb-save').isDisabled()).toBe(true);
    await page.context().close();
  });
});

describe('the settings', () => {
  it('fit at 1280 and 1024 pixels and in English, and break no policy', async () => {
    const page = await openDesk(browser);
    await page.getByTestId('settings-open').click();
    for (const [width, height] of [
      [1280, 800],
      [1024, 768],
    ] as const) {
      await page.setViewportSize({ width, height });
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight,
      );
      expect(overflow, `${width}x${height}`).toBe(false);
    }
    await page.getByTestId('language').click();
    await page.getByRole('menuitemradio', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
