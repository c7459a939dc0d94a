import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchWithoutCamera } from '../../gallery/camera-film.ts';
import { GalleryCity } from '../../gallery/stage/city.ts';
import { type BrowserHost, startBrowserHost } from '../../host/browser/start-browser-host.ts';

/** The page as it is shipped, in Chromium, over the real browser host with its vault and journal. */

const KIOSK = fileURLToPath(new URL('../../', import.meta.url));
const PIN = '314159';
/** No server answers here: the desk must work without one (RCP-3). */
const NO_SERVER = 'http://127.0.0.1:47';

let folder: string;
let city: GalleryCity;
let host: BrowserHost;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uketsuke-page-'));
  const [page, data] = [join(folder, 'page'), join(folder, 'data')];
  await mkdir(data);
  await build({ root: KIOSK, logLevel: 'error', build: { outDir: page } });
  city = await GalleryCity.found();
  host = await startBrowserHost({
    dataDirectory: data,
    uiDirectory: page,
    fetch: async () => Response.json(city.enrolment()),
  });
  browser = await launchWithoutCamera();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await host?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function unlock(page: Page): Promise<void> {
  await page.getByTestId('unlock-pin').fill(PIN);
  await page.getByTestId('unlock-submit').click();
  await page.getByTestId('scan-screen').waitFor();
}

const paste = (page: Page, code: string) =>
  page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', text);
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
  }, code);

describe('the kiosk page over its host', () => {
  it('is enrolled, admits without a server, keeps it through lock and reload, and undoes it (RCP-3, RCP-5)', async () => {
    const page = await browser.newPage();
    await page.goto(host.url);
    await page.getByTestId('enrol-server').fill(NO_SERVER);
    await page.getByTestId('enrol-code').fill('0123-4567-89AB');
    await page.getByTestId('enrol-name').fill('受付1');
    await page.getByTestId('enrol-pin').fill(PIN);
    await page.getByTestId('enrol-pin-repeat').fill(PIN);
    await Promise.all([page.waitForEvent('load'), page.getByTestId('enrol-submit').click()]);
    await unlock(page);

    for (const household of sampleHouseholds(21, 1, 3)) {
      await paste(page, (await city.issue(household, Date.now())).text);
    }
    await page.locator('[data-testid=result][data-kind=admitted]').waitFor();
    expect(await page.getByTestId('admitted-count').textContent()).toBe('3');
    expect(await page.getByTestId('sync').getAttribute('data-pending')).toBe('1');

    await Promise.all([page.waitForEvent('load'), page.getByTestId('lock').click()]);
    expect(await page.textContent('body')).not.toContain('白川小学校');
    await unlock(page);
    expect(await page.getByTestId('admitted-count').textContent()).toBe('3');

    await page.getByTestId('undo').click();
    await page.getByTestId('undo-confirm').click();
    await page.locator('[data-testid=result][data-kind=undone]').waitFor();
    expect(await page.getByTestId('admitted-count').textContent()).toBe('0');
    expect(await page.getByTestId('sync').getAttribute('data-pending')).toBe('2');
    await page.close();
  });

  it('says so when it cannot be drawn any more, and goes on once it is opened again', async () => {
    const page = await browser.newPage();
    await page.goto(host.url);
    await page.getByTestId('unlock-pin').fill(PIN);
    // Something in the browser puts an element in the place of React's.
    await page.getByTestId('unlock-submit').evaluate((submit: HTMLElement) => {
      submit.click();
      const shown = document.querySelector('#root > *');
      shown?.replaceWith(shown.cloneNode(true));
    });
    await page.getByTestId('page-failure').waitFor();
    expect(await page.getByTestId('page-failure').textContent()).toContain('受付の記録は消えていません');
    await Promise.all([page.waitForEvent('load'), page.getByTestId('reload-page').click()]);
    await unlock(page);
    await page.close();
  });

  it('refuses a window of another browser, too', async () => {
    const first = await browser.newPage();
    await first.goto(host.url);
    await first.getByTestId('unlock-pin').waitFor();
    const other = await (await browser.newContext()).newPage();
    await other.goto(host.url);
    await other.locator('[data-testid=start-trouble][data-trouble=another-window]').waitFor();
    await other.context().close();
    await first.close();
  });
});
