import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QuarantineStore } from '../../src/quarantine/quarantine-store.ts';
import { ADMIN_PASSWORD, HeadquartersSite, type SiteKiosk } from './headquarters-site.ts';
import { StaffBrowser } from './staff-browser.ts';

let site: HeadquartersSite;
let browser: StaffBrowser;
let page: Page;
let kiosk: SiteKiosk;

/** Somebody at headquarters looks after what was set aside; each test goes on where the former ended. */
describe('what was set aside', () => {
  beforeAll(async () => {
    [site, browser] = await Promise.all([HeadquartersSite.open(), StaffBrowser.open()]);
    const { username, oneTimePassword } = site.firstAdmin;
    page = await browser.newPage(site.url);
    await page.getByTestId('login-username').fill(username);
    await page.getByTestId('login-password').fill(oneTimePassword);
    await page.getByTestId('login-submit').click();
    await page.getByTestId('password-current').fill(oneTimePassword);
    await page.getByTestId('password-next').fill(ADMIN_PASSWORD);
    await page.getByTestId('password-submit').click();
    await page.getByRole('heading', { name: '避難所一覧' }).waitFor();
    await site.signIn(username, ADMIN_PASSWORD);
    const { shelterId } = await site.createShelter('城東小学校', 'ジョウトウショウガッコウ');
    kiosk = await site.enrol(await site.makeEnrolmentCode(shelterId), '受付1');
    const [first, ...others] = sampleHouseholds(33, 4, 2).map((household) =>
      kiosk.record('admitted', { stay: 'shelter', method: 'desk', assurance: 'self-declared', household }),
    );
    if (first === undefined) throw new Error('no sample');
    await kiosk.push([
      { ...first, mac: 'A'.repeat(43) },
      { schema: 1, filler: '長'.repeat(40_000) },
    ]);
    // As a server kept them that did not know the device: here it does, as if that had been mended since.
    const kept = others.map((event) => ({ document: event, eventId: event.id, reason: 'unknown-device' as const }));
    await site.mendDatabase((couch) =>
      new QuarantineStore(couch).keep(kiosk.device, kept, new Date(Date.now() - 3_600_000).toISOString()),
    );
    await page.reload();
    await page.getByRole('link', { name: '管理', exact: true }).click();
    await page.getByRole('link', { name: '保留中の記録' }).click();
  });

  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  it('is listed with why, from where and how large, and what cannot be tried again says so', async () => {
    await page.getByTestId('quarantined-document').nth(4).waitFor();
    expect(await page.getByTestId('release').count()).toBe(4);
    await page.getByText('大きすぎて一部しか保管していないため').waitFor();
    await page.getByText('120 KB').waitFor();
    expect(await browser.look(page, 'quarantine-list')).toEqual([]);
  });

  it('goes into the roster once what was wrong is mended (SYN-13)', async () => {
    await page
      .getByTestId('quarantined-document')
      .filter({ hasText: '登録のない端末' })
      .first()
      .getByTestId('release')
      .click();
    await page.getByText('名簿に入れました').waitFor();
    await page.getByTestId('quarantined-document').nth(4).waitFor({ state: 'detached' });
    expect(await browser.look(page, 'quarantine-released')).toEqual([]);
  });

  it('stays with the reason while it still cannot be accepted (SYN-13)', async () => {
    await page.getByTestId('quarantined-document').filter({ hasText: '改ざん' }).getByTestId('release').click();
    await page.getByText('まだ受け付けられません。理由: 端末の印が合わない').waitFor();
    expect(await page.getByTestId('quarantined-document').count()).toBe(4);
    expect(await browser.look(page, 'quarantine-stays')).toEqual([]);
  });

  it('is tried all at once (SYN-13)', async () => {
    await page.getByTestId('release-all').click();
    const outcome = page.getByTestId('release-all-outcome');
    await outcome.getByText('名簿に入れた記録 2 件').waitFor();
    await outcome.getByText('まだ受け付けられない記録 1 件').waitFor();
    await outcome.getByText('大きすぎて受け付け直せない記録 1 件').waitFor();
    await page.getByTestId('quarantined-document').nth(2).waitFor({ state: 'detached' });
    expect(await browser.look(page, 'quarantine-all')).toEqual([]);
  });

  it('is thrown away once somebody confirmed it (SYN-13)', async () => {
    await page.getByTestId('quarantined-document').filter({ hasText: '改ざん' }).getByTestId('discard').click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('元に戻せません').waitFor();
    expect(await browser.look(page, 'quarantine-discard')).toEqual([]);
    await dialog.getByRole('button', { name: '破棄する' }).click();
    await page.getByText('破棄しました').waitFor();
    await page.getByTestId('quarantined-document').nth(1).waitFor({ state: 'detached' });
    expect(browser.troubles).toEqual([]);
  });
});
