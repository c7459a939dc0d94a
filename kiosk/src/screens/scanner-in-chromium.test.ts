import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchWithoutCamera } from '../../gallery/camera-film.ts';
import { type GallerySite, serveGallery } from '../../gallery/gallery-site.ts';
import { typeLikeScanner } from '../../gallery/scanner-keys.ts';
import { GalleryCity, type IssuedCard } from '../../gallery/stage/city.ts';
import { SCANNER_TEST_CODE } from '../devices/scanner-text.ts';

/** Scanners as they come, at the built screens in real Chromium. */

const PIN = '314159';
const BY_HAND = { delay: 90 };

let folder: string;
let site: GallerySite;
let city: GalleryCity;
let cards: IssuedCard[];
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uketsuke-scanners-'));
  [site, city, browser] = await Promise.all([serveGallery(folder), GalleryCity.found(), launchWithoutCamera()]);
  cards = await Promise.all(sampleHouseholds(11, 8).map((household) => city.issue(household, Date.now())));
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await site?.close();
  await rm(folder, { recursive: true, force: true });
});

async function openLocked(): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(`${site.origin}/gallery/gallery.html?${new URLSearchParams({ ...city.keys })}`);
  await page.getByTestId('unlock-pin').waitFor();
  return page;
}

const focusIsInField = (page: Page) =>
  page.getByTestId('unlock-pin').evaluate((field) => field === document.activeElement);

describe('the locked desk', () => {
  it('takes no scan for a PIN, whatever is scanned and whatever ends it, and says what to do (DSK-2)', async () => {
    const page = await openLocked();
    const card = cards[0]?.text ?? '';
    for (const [text, end] of [
      ['4901234567894', 'enter'],
      ['49012347', 'enter'],
      ['12345670', 'none'],
      ['12345670', 'tab'],
      ['HTTPS3EXAMPLE1ORG', 'enter'],
      [card, 'enter'],
      [card, 'none'],
      [card.slice(40), 'enter'],
    ] as const) {
      await typeLikeScanner(page, text, { end });
      await page.getByTestId('unlock-scanned').waitFor();
      expect(await page.getByTestId('unlock-pin').inputValue(), `${text} ${end}`).toBe('');
      expect(await focusIsInField(page), `${text} ${end}`).toBe(true);
      // The next one is told anew.
      await page.keyboard.type('1', BY_HAND);
      await page.keyboard.press('Backspace', BY_HAND);
      await page.getByTestId('unlock-scanned').waitFor({ state: 'detached' });
    }
    expect(await page.getByTestId('unlock-error').count()).toBe(0);
    // None of them counted: the third wrong PIN would be followed by a wait.
    for (let wrong = 1; wrong <= 2; wrong += 1) {
      await page.keyboard.type('111111', BY_HAND);
      await page.keyboard.press('Enter', BY_HAND);
      await page.locator('[data-testid=unlock-error][data-code=wrong-pin]').waitFor();
      await page.waitForFunction(
        () => document.querySelector<HTMLInputElement>('[data-testid=unlock-pin]')?.value === '',
      );
    }
    await page.keyboard.type(PIN, BY_HAND);
    await page.keyboard.press('Enter', BY_HAND);
    await page.locator('[data-testid=scan-screen]:not([data-camera=starting])').waitFor();
    await page.context().close();
  });

  it('lets a scanner press no key of the pad (DSK-2)', async () => {
    const page = await openLocked();
    await page.getByRole('button', { name: '5', exact: true }).focus();
    await typeLikeScanner(page, cards[1]?.text ?? '');
    await page.getByTestId('unlock-scanned').waitFor();
    expect(await page.getByTestId('unlock-pin').inputValue()).toBe('');
    expect(await focusIsInField(page)).toBe(true);
    await page.context().close();
  });

  it('has the keyboard ready again after a wrong PIN, by Enter, by the button and by the pad (DSK-2)', async () => {
    const page = await openLocked();
    const wrong = page.locator('[data-testid=unlock-error][data-code=wrong-pin]');
    const isEmpty = () =>
      page.waitForFunction(() => document.querySelector<HTMLInputElement>('[data-testid=unlock-pin]')?.value === '');
    await page.keyboard.type('111111', BY_HAND);
    await page.keyboard.press('Enter', BY_HAND);
    await wrong.waitFor();
    expect(await focusIsInField(page)).toBe(true);
    for (const digit of '222222') await page.getByRole('button', { name: digit, exact: true }).click();
    await page.getByTestId('unlock-submit').click();
    await isEmpty();
    await wrong.waitFor();
    expect(await focusIsInField(page)).toBe(true);
    // Somebody touched the empty page; the keyboard works all the same.
    await page.mouse.click(5, 790);
    await page.keyboard.type(PIN, BY_HAND);
    await page.keyboard.press('Enter', BY_HAND);
    await page.locator('[data-testid=scan-screen]:not([data-camera=starting])').waitFor();
    await page.context().close();
  });
});

describe('a scanner as it comes', () => {
  async function openDesk(): Promise<Page> {
    const page = await openLocked();
    await page.getByTestId('unlock-pin').fill(PIN);
    await page.getByTestId('unlock-submit').click();
    await page.locator('[data-testid=scan-screen]:not([data-camera=starting])').waitFor();
    return page;
  }
  const admitted = (page: Page, count: number) =>
    page.waitForFunction((many) => document.querySelectorAll('.recent-item').length === many, count);

  it('admits whatever ends the code, comes before it or pauses in it; the browser hears no command (DSK-3)', async () => {
    const page = await openDesk();
    const text = (at: number) => cards[at]?.text ?? '';
    await typeLikeScanner(page, text(0), { end: 'ctrl-j' });
    await admitted(page, 1);
    await typeLikeScanner(page, text(1), { end: 'ctrl-m' });
    await admitted(page, 2);
    await typeLikeScanner(page, `]Q1${text(2)}`);
    await admitted(page, 3);
    await typeLikeScanner(page, text(3), { pause: { before: 2, ms: 250 } });
    await admitted(page, 4);
    await typeLikeScanner(page, text(4), { pause: { before: 90, ms: 300 }, end: 'tab' });
    await admitted(page, 5);
    await typeLikeScanner(page, text(5), { end: 'none' });
    await admitted(page, 6);
    expect(await page.locator('[data-testid=result][data-kind=refused]').count()).toBe(0);
    expect(page.context().pages()).toHaveLength(1);
    await page.context().close();
  });

  it('asks for a torn code once more, says when keys make no code, and tells a scanner that works (DSK-3)', async () => {
    const page = await openDesk();
    const said = (kind: string) => page.locator(`[data-testid=scanner-said][data-kind=${kind}]`);
    await typeLikeScanner(page, cards[6]?.text.slice(30) ?? '');
    await said('torn').waitFor();
    await typeLikeScanner(page, '1234', { end: 'ctrl-j' });
    await said('no-code').waitFor();
    await page.getByTestId('settings-open').click();
    await typeLikeScanner(page, SCANNER_TEST_CODE);
    await said('works').waitFor();
    // Words about the scanner stand in nobody's way.
    await typeLikeScanner(page, cards[7]?.text ?? '');
    await admitted(page, 1);
    await said('works').waitFor({ state: 'detached' });
    await page.context().close();
  });
});
