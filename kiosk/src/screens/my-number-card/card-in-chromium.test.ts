import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { launchWithoutCamera } from '../../../gallery/camera-film.ts';
import { type GallerySite, serveGallery } from '../../../gallery/gallery-site.ts';
import { GalleryCity } from '../../../gallery/stage/city.ts';

/** The built screens for My Number cards in real Chromium, over a reader that the test tells what lies on it. */

const PIN_OF_DESK = '314159';
const hanako = {
  name: '熊本 花子',
  address: '熊本県熊本市中央区手取本町１番１号',
  birthDate: '1980-02-17',
  sex: 'female',
};

/** Between two keys, ms: faster ones are a scanner's. */
const BY_HAND = { delay: 50 };

let folder: string;
let site: GallerySite;
let city: GalleryCity;
let browser: Browser;
let presentation = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uketsuke-card-screens-'));
  [site, city, browser] = await Promise.all([serveGallery(folder), GalleryCity.found(), launchWithoutCamera()]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await site?.close();
  await rm(folder, { recursive: true, force: true });
});

async function openDesk(): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(`${site.origin}/gallery/gallery.html?${new URLSearchParams({ ...city.keys })}`);
  await page.getByTestId('unlock-pin').fill(PIN_OF_DESK);
  await page.getByTestId('unlock-submit').click();
  await page.getByTestId('scan-screen').waitFor();
  return page;
}

const command = (page: Page, detail: object) => page.evaluate((told) => window.gallery?.(told), detail);
const reader = (page: Page, state: object) => command(page, { do: 'card', state });

/** Lays a person's card on the reader. */
async function layCard(page: Page, person = '花子', validity = 'good'): Promise<void> {
  presentation += 1;
  const certificateSha256 = createHash('sha256').update(person).digest('base64url');
  await reader(page, { kind: 'reading' });
  await reader(page, { kind: 'card', presentation, certificateSha256, validity });
}

const panelOf = (page: Page, show: string, detail?: string) =>
  page.locator(
    `[data-testid=my-number-panel][data-show=${show}]${detail === undefined ? '' : `[data-detail=${detail}]`}`,
  );
const resultOf = (page: Page, kind: string) => page.locator(`[data-testid=result][data-kind=${kind}]`);
const stripOf = (page: Page, show: string) => page.locator(`[data-testid=link-strip][data-show=${show}]`);

async function typeDigits(page: Page, way: 'pin' | 'pin-b', digits: string): Promise<void> {
  await page.getByTestId(`my-number-way-${way}`).click();
  await page.locator('[data-testid=my-number-panel][data-show=entry][data-busy=false]').waitFor();
  await page.keyboard.type(digits, BY_HAND);
}

const axeReportSchema = z.object({
  violations: z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) })),
});
const AXE_RUN = "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })";

/** Nothing violates WCAG 2.2 A and AA, and nothing is cut off. */
async function expectGood(page: Page, name: string): Promise<void> {
  const report = axeReportSchema.parse(await page.evaluate(`${axe.source}; ${AXE_RUN}`));
  expect(
    report.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`),
    name,
  ).toEqual([]);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  expect(wide, name).toBe(false);
  const pictures = process.env['UKETSUKE_PICTURES'];
  if (pictures !== undefined) await page.screenshot({ path: join(pictures, `${name}.png`) });
}

describe('a My Number card on the reader', () => {
  it('is admitted by PIN, typed or pressed; the digits are hidden, and gone once used', async () => {
    const page = await openDesk();
    await expectGood(page, 'ready');
    await layCard(page);
    await panelOf(page, 'choose', 'not-linked').waitFor();
    await expectGood(page, 'choose');
    await page.getByTestId('my-number-way-pin').click();
    const tries = page.getByTestId('my-number-tries');
    await tries.waitFor();
    expect(await tries.getAttribute('data-left')).toBe('3');
    await page.getByTestId('my-number-key-1').click();
    await page.keyboard.type('23');
    await expectGood(page, 'pin');
    expect(await page.getByTestId('my-number-digits').getAttribute('type')).toBe('password');
    expect(await page.getByTestId('my-number-submit').isDisabled()).toBe(true);

    await page.keyboard.type('4');
    await command(page, { do: 'card-answers', outcome: { kind: 'wrong', triesLeft: 1 } });
    await page.keyboard.press('Enter');
    await page.getByTestId('my-number-wrong').waitFor();
    expect(await tries.getAttribute('data-left')).toBe('1');
    expect(await page.getByTestId('my-number-digits').inputValue()).toBe('');
    await expectGood(page, 'pin-one-try');

    await command(page, { do: 'card-answers', outcome: { kind: 'read', attributes: hanako } });
    await page.getByTestId('my-number-shuffle').click();
    for (const digit of '123') await page.getByTestId(`my-number-key-${digit}`).click();
    await page.getByTestId('my-number-digits').focus();
    await page.keyboard.type('4');
    await page.getByTestId('my-number-submit').click();
    await resultOf(page, 'admitted').waitFor();
    expect(await resultOf(page, 'admitted').textContent()).toContain('熊本 花子');
    await stripOf(page, 'offer-link').waitFor();
    await expectGood(page, 'admitted-offer');
    await page.context().close();
  });

  it('gets no barcode for a PIN that a USB scanner types into the field, and loses no try by it', async () => {
    const page = await openDesk();
    await layCard(page);
    await typeDigits(page, 'pin', '');
    await command(page, { do: 'card-answers', outcome: { kind: 'wrong', triesLeft: 2 } });
    const keyboard = await page.context().newCDPSession(page);
    const scan = async (text: string) => {
      const start = Date.now() / 1_000;
      const keys = [...text].map((key) => ({ key, code: `${/\d/.test(key) ? 'Digit' : 'Key'}${key}`, text: key }));
      const presses = [...keys, { key: 'Enter', code: 'Enter', text: '\r' }];
      await Promise.all(
        presses.flatMap((key, at) =>
          (['keyDown', 'keyUp'] as const).map((type) =>
            keyboard.send('Input.dispatchKeyEvent', { type, timestamp: start + at * 0.008, ...key }),
          ),
        ),
      );
    };
    // Also one with letters among or after its digits, and one with fewer digits than the field takes.
    for (const text of ['4901234567894', '1234', '1A2BC3DE4', '1234ABCDE', 'ABCD12']) {
      await scan(text);
      await page.getByTestId('my-number-scanned').waitFor();
      expect(await page.getByTestId('my-number-digits').inputValue(), text).toBe('');
      expect(await page.getByTestId('my-number-wrong').count(), text).toBe(0);
      await expectGood(page, 'scanned-into-pin');
      // The next one is told anew.
      await page.keyboard.type('1', BY_HAND);
      await page.keyboard.press('Backspace', BY_HAND);
      await page.getByTestId('my-number-scanned').waitFor({ state: 'detached' });
    }
    expect(await page.getByTestId('my-number-tries').getAttribute('data-left')).toBe('3');
    await page.keyboard.type('1234', BY_HAND);
    await page.keyboard.press('Enter', BY_HAND);
    await page.getByTestId('my-number-wrong').waitFor();
    expect(await page.getByTestId('my-number-scanned').count()).toBe(0);
    await page.context().close();
  });

  it.each(['pin', 'pin-b'] as const)(
    'that could not be recorded after %s says so for as long as it takes to read; laid down again it is admitted (DUR-3)',
    async (way) => {
      const digits = way === 'pin' ? '1234' : '55021720352285';
      const page = await openDesk();
      await layCard(page);
      await typeDigits(page, way, digits);
      await command(page, { do: 'card-answers', outcome: { kind: 'read', attributes: hanako } });
      await command(page, { do: 'fail', reason: 'disk-full' });
      await page.keyboard.press('Enter');
      const notRecorded = resultOf(page, 'not-recorded');
      await notRecorded.waitFor();
      expect((await notRecorded.textContent())?.length).toBeGreaterThan(20);
      await reader(page, { kind: 'waiting' });
      await page.locator('[data-testid=card-reader][data-state=waiting]').waitFor();
      expect(await notRecorded.isVisible()).toBe(true);
      expect(await page.locator('.recent-item').count()).toBe(0);

      await layCard(page);
      await typeDigits(page, way, digits);
      await command(page, { do: 'card-answers', outcome: { kind: 'read', attributes: hanako } });
      await page.keyboard.press('Enter');
      await resultOf(page, 'admitted').waitFor();
      await page.context().close();
    },
  );

  it('is registered with consent, then admits by tap, and can be taken back (MNC-5)', async () => {
    const page = await openDesk();
    await layCard(page);
    await typeDigits(page, 'pin', '1234');
    await command(page, { do: 'card-answers', outcome: { kind: 'read', attributes: hanako } });
    await page.keyboard.press('Enter');
    await page.getByTestId('link-card').click();
    await stripOf(page, 'linked').waitFor();
    await expectGood(page, 'linked');
    await reader(page, { kind: 'waiting' });
    await page.getByTestId('link-strip').waitFor({ state: 'detached' });

    await layCard(page);
    await resultOf(page, 'already-admitted').waitFor();
    await stripOf(page, 'registered').waitFor();
    await expectGood(page, 'tap-registered');
    await page.getByTestId('unlink-card').click();
    await page.getByTestId('unlink-confirm').click();
    await stripOf(page, 'unlinked').waitFor();
    await reader(page, { kind: 'waiting' });
    await layCard(page);
    await panelOf(page, 'choose', 'not-linked').waitFor();
    await page.context().close();
  });

  it('is registered for a household whose QR card is shown while it lies there', async () => {
    const [household] = sampleHouseholds(17, 1, 3);
    if (household === undefined) throw new Error('no sample');
    const page = await openDesk();
    await layCard(page);
    await panelOf(page, 'choose', 'not-linked').waitFor();
    const { text } = await city.issue(household, Date.now());
    await page.evaluate((pasted) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', pasted);
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
    }, text);
    await resultOf(page, 'admitted').waitFor();
    const names = household.members.map(({ name }) => name.written);
    const offered = (await stripOf(page, 'offer-link').textContent()) ?? '';
    for (const name of names) expect(offered).toContain(name);
    await expectGood(page, 'qr-offer');
    await page.getByTestId('link-card').click();
    await stripOf(page, 'linked').waitFor();
    await reader(page, { kind: 'waiting' });
    await layCard(page);
    await resultOf(page, 'already-admitted').waitFor();
    expect(await page.locator('.person').count()).toBe(names.length);
    await page.context().close();
  });

  it('of somebody who is probably here already asks which it is (FLD-4)', async () => {
    const page = await openDesk();
    for (const [at, person] of ['花子', '花子の新しいカード'].entries()) {
      await layCard(page, person);
      await typeDigits(page, 'pin', '1234');
      await command(page, { do: 'card-answers', outcome: { kind: 'read', attributes: hanako } });
      await page.keyboard.press('Enter');
      await (at === 0 ? resultOf(page, 'admitted') : panelOf(page, 'same-person')).waitFor();
      if (at === 0) await reader(page, { kind: 'waiting' });
    }
    await expectGood(page, 'same-person');
    await page.getByTestId('same-person').click();
    await resultOf(page, 'already-admitted').waitFor();
    expect(await page.locator('.recent-item').count()).toBe(1);
    await page.context().close();
  });

  it('is admitted by the number on its face; what cannot be one is not asked of the card', async () => {
    const page = await openDesk();
    await layCard(page);
    await typeDigits(page, 'pin-b', '55021720');
    await expectGood(page, 'pin-b');
    await page.keyboard.type('992285', BY_HAND);
    await page.getByTestId('my-number-submit').isDisabled();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('55991720352285', BY_HAND);
    await page.getByTestId('my-number-fault').waitFor();
    await expectGood(page, 'pin-b-fault');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('55021720352285', BY_HAND);
    await command(page, { do: 'card-answers', outcome: { kind: 'read', attributes: hanako } });
    await page.keyboard.press('Enter');
    await resultOf(page, 'admitted').waitFor();
    await page.context().close();
  });

  it('whose PIN is blocked says where it is reset, and offers the other ways', async () => {
    const page = await openDesk();
    await layCard(page);
    await command(page, { do: 'card-tries', left: 'blocked' });
    await page.getByTestId('my-number-way-pin').click();
    await panelOf(page, 'blocked', 'pin').waitFor();
    expect(await panelOf(page, 'blocked').textContent()).toContain('市区町村の窓口');
    await expectGood(page, 'blocked');
    await command(page, { do: 'card-tries', left: 10 });
    await page.getByTestId('my-number-way-pin-b').click();
    await panelOf(page, 'entry', 'pin-b').waitFor();
    await page.context().close();
  });

  it('that goes takes the digits with it; digits that nobody goes on with are cleared', async () => {
    const page = await openDesk();
    await page.clock.install();
    await layCard(page);
    await typeDigits(page, 'pin', '12');
    await page.clock.runFor(31_000);
    expect(await page.getByTestId('my-number-digits').inputValue()).toBe('');
    await page.keyboard.type('34');
    await reader(page, { kind: 'waiting' });
    await page.getByTestId('ready').waitFor();
    await layCard(page);
    await page.getByTestId('my-number-way-pin').click();
    expect(await page.getByTestId('my-number-digits').inputValue()).toBe('');
    await page.context().close();
  });

  it('whose certificate has expired is not admitted by tap, and not offered to be registered', async () => {
    const page = await openDesk();
    await layCard(page, '花子', 'expired');
    await panelOf(page, 'choose', 'expired').waitFor();
    await expectGood(page, 'expired');
    await typeDigits(page, 'pin', '1234');
    await command(page, { do: 'card-answers', outcome: { kind: 'read', attributes: hanako } });
    await page.keyboard.press('Enter');
    await resultOf(page, 'admitted').waitFor();
    expect(await page.getByTestId('link-strip').count()).toBe(0);
    await page.context().close();
  });

  it.each(['phone', 'other-card', 'unreadable', 'removed-early'])(
    'says what to do with what is none: %s',
    async (kind) => {
      const page = await openDesk();
      presentation += 1;
      await reader(page, { kind, presentation });
      await panelOf(page, 'trouble', kind).waitFor();
      await expectGood(page, `trouble-${kind}`);
      expect(await page.locator('.recent-item').count()).toBe(0);
      await page.context().close();
    },
  );

  it.each(['untrusted', 'no-anchors'])('that cannot be verified admits nobody: %s', async (validity) => {
    const page = await openDesk();
    await layCard(page, '花子', validity);
    await panelOf(page, 'trouble', validity).waitFor();
    await expectGood(page, `trouble-${validity}`);
    expect(await page.getByTestId('my-number-way-pin').count()).toBe(0);
    await page.context().close();
  });

  it('taken away while it was read admits nobody (MNC-3)', async () => {
    const page = await openDesk();
    await layCard(page);
    await typeDigits(page, 'pin', '1234');
    await page.keyboard.press('Enter');
    await panelOf(page, 'trouble', 'removed-early').waitFor();
    expect(await page.locator('.recent-item').count()).toBe(0);
    await page.context().close();
  });
});

describe('the line about the reader', () => {
  it.each(['no-pcsc', 'service-stopped', 'no-reader'])('tells how to mend: %s', async (reason) => {
    const page = await openDesk();
    await reader(page, { kind: 'unavailable', reason });
    const note = page.locator(`[data-testid=card-reader][data-state=${reason}]`);
    await note.waitFor();
    await expectGood(page, `reader-${reason}`);
    await page.getByTestId('card-reader-how').click();
    await page.getByRole('dialog').waitFor();
    await expectGood(page, `reader-${reason}-how`);
    await page.context().close();
  });

  it('is in English too', async () => {
    const page = await openDesk();
    await page.evaluate(() => localStorage.setItem('uketsuke.language', 'en'));
    await page.reload();
    await page.getByTestId('unlock-pin').fill(PIN_OF_DESK);
    await page.getByTestId('unlock-submit').click();
    await layCard(page);
    await panelOf(page, 'choose', 'not-linked').waitFor();
    expect(await panelOf(page, 'choose').textContent()).toContain('Choose how to check in');
    await expectGood(page, 'choose-en');
    await page.getByTestId('my-number-way-pin-b').click();
    await panelOf(page, 'entry', 'pin-b').waitFor();
    await expectGood(page, 'pin-b-en');
    await page.context().close();
  });
});
