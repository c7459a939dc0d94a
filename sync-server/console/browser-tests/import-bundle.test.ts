import { mkdtemp, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeBundle } from '@uketsuke/shared/bundle';
import type { ShelterFacts } from '@uketsuke/shared/contracts';
import type { ReceptionEvent } from '@uketsuke/shared/reception';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_PASSWORD, HeadquartersSite, type SiteKiosk } from './headquarters-site.ts';
import { StaffBrowser } from './staff-browser.ts';

let folder: string;
let site: HeadquartersSite;
let browser: StaffBrowser;
let page: Page;
let shelter: ShelterFacts;
let kiosk: SiteKiosk;

/** Somebody at headquarters gets a USB stick; each test goes on where the former ended. */
describe('importing from a USB stick', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'uketsuke-stick-'));
    [site, browser] = await Promise.all([HeadquartersSite.open(), StaffBrowser.open()]);
    page = await browser.newPage(site.url);
    const { username, oneTimePassword } = site.firstAdmin;
    await page.getByTestId('login-username').fill(username);
    await page.getByTestId('login-password').fill(oneTimePassword);
    await page.getByTestId('login-submit').click();
    await page.getByTestId('password-current').fill(oneTimePassword);
    await page.getByTestId('password-next').fill(ADMIN_PASSWORD);
    await page.getByTestId('password-submit').click();
    await page.getByRole('heading', { name: '避難所一覧' }).waitFor();
    await site.signIn(username, ADMIN_PASSWORD);
    shelter = await site.createShelter('城東小学校', 'ジョウトウショウガッコウ');
    kiosk = await site.enrol(await site.makeEnrolmentCode(shelter.shelterId), '受付1');
  });

  afterAll(async () => {
    await browser?.close();
    await site?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function stick(name: string, events: readonly ReceptionEvent[]): Promise<string> {
    const { device, bundlePublicKey } = kiosk;
    const path = join(folder, name);
    const parts = { device, bundlePublicKey, content: 'unacknowledged', events, now: Date.now() } as const;
    await writeFile(path, writeBundle(parts));
    return path;
  }

  async function choose(path: string): Promise<void> {
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByTestId('bundle-choose').click()]);
    await chooser.setFiles(path);
    await page.getByTestId('bundle-import').click();
  }

  const admissions = () =>
    sampleHouseholds(91, 120, 1).map((household) =>
      kiosk.record('admitted', { stay: 'shelter', method: 'desk', assurance: 'self-declared', household }),
    );

  it('says what to do, takes the file in and says what came of it (SYN-10)', async () => {
    await page.getByRole('link', { name: 'USBから取り込む' }).click();
    await page.getByRole('heading', { name: 'USBから取り込む' }).waitFor();
    expect(await browser.look(page, 'import-bundle')).toEqual([]);
    const path = await stick('stick.ukebundle', admissions());
    await choose(path);
    await page.getByText('「城東小学校」の記録を取り込みました').waitFor();
    await page.getByText('新しく取り込んだ記録 120 件').waitFor();
    expect(await browser.look(page, 'import-bundle-done')).toEqual([]);
    await choose(path);
    await page.getByText('新しいものはありませんでした').waitFor();
    await page.getByText('すでに届いていた記録 120 件').waitFor();
  });

  it('leads to what was set aside', async () => {
    const [good, bad] = admissions();
    if (good === undefined || bad === undefined) throw new Error('no sample');
    await choose(await stick('forged.ukebundle', [good, { ...bad, mac: 'A'.repeat(43) }]));
    await page.getByText('保留にした記録 1 件').waitFor();
    expect(await browser.look(page, 'import-bundle-set-aside')).toEqual([]);
    await page.getByRole('link', { name: '保留中の記録を見る' }).click();
    await page.getByTestId('quarantined-document').waitFor();
    await page.getByRole('link', { name: 'USBから取り込む' }).click();
  });

  it('says that a file is none of ours, damaged or empty, and what to do', async () => {
    const list = join(folder, '名簿.ukebundle');
    await writeFile(list, '氏名,よみ\n');
    await choose(list);
    await page.getByText('これは受付の記録のファイルではありません').waitFor();
    expect(await browser.look(page, 'import-bundle-refused')).toEqual([]);

    const cut = await stick('cut.ukebundle', []);
    await truncate(cut, (await stat(cut)).size - 20);
    await choose(cut);
    await page.getByText('ファイルが壊れているか、途中で切れています').waitFor();
    await choose(await stick('empty.ukebundle', []));
    await page.getByText('記録が一件も入っていません').waitFor();
    expect(browser.troubles).toEqual([]);
  });
});
