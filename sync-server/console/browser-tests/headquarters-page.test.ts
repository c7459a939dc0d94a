import type { ShelterFacts } from '@uketsuke/shared/contracts';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_PASSWORD, HeadquartersSite, type SiteKiosk } from './headquarters-site.ts';
import { StaffBrowser } from './staff-browser.ts';

const NAMES = [
  ['城東小学校', 'ジョウトウショウガッコウ'],
  ['健軍小学校', 'ケングンショウガッコウ'],
  ['出水中学校', 'イズミチュウガッコウ'],
] as const;

/** 130 people who come one by one, and the family that is admitted at two shelters. */
const singles = sampleHouseholds(11, 130, 1);
const [family] = sampleHouseholds(12, 1, 4);

let site: HeadquartersSite;
let browser: StaffBrowser;
let page: Page;
let shelters: readonly ShelterFacts[];
let kiosks: readonly SiteKiosk[];

/** The tests are one working day at headquarters: each goes on where the former ended. */
describe('the page of headquarters', () => {
  beforeAll(async () => {
    [site, browser] = await Promise.all([HeadquartersSite.open(), StaffBrowser.open()]);
    page = await browser.newPage(site.url);
  });

  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  it('signs in with words for what is wrong, and has the one-time password changed', async () => {
    const { username, oneTimePassword } = site.firstAdmin;
    await page.getByTestId('login-username').fill(username);
    await page.getByTestId('login-password').fill('wrong');
    expect(await browser.look(page, 'sign-in')).toEqual([]);
    await page.getByTestId('login-submit').click();
    await page.getByText('ユーザー名かパスワードが違います').waitFor();
    expect(await browser.look(page, 'sign-in-wrong')).toEqual([]);

    await page.getByTestId('login-password').fill(oneTimePassword);
    await page.getByTestId('login-submit').click();
    await page.getByTestId('password-current').fill(oneTimePassword);
    await page.getByTestId('password-next').fill('short');
    await page.getByTestId('password-submit').click();
    await page.getByText('12 文字以上にしてください').waitFor();
    expect(await browser.look(page, 'password')).toEqual([]);
    await page.getByTestId('password-next').fill(ADMIN_PASSWORD);
    await page.getByTestId('password-submit').click();
    await page.getByRole('heading', { name: '避難所一覧' }).waitFor();
    await page.getByText('避難所が登録されていません').waitFor();
  });

  it('shows what is unknown as unknown, never as zero (FLD-6)', async () => {
    await site.signIn(site.firstAdmin.username, ADMIN_PASSWORD);
    shelters = await Promise.all(NAMES.map(([name, kana]) => site.createShelter(name, kana)));
    kiosks = await Promise.all(
      shelters.map(async ({ shelterId }, position) =>
        site.enrol(await site.makeEnrolmentCode(shelterId), `受付${position + 1}`),
      ),
    );
    await eventually(() => page.getByTestId('shelter-row').count()).toBe(3);
    expect(await page.getByTestId('admitted').allInnerTexts()).toEqual(['不明', '不明', '不明']);
    await page.getByText('不明な避難所が 3 か所あり').waitFor();
  });

  it('follows admissions without reloading', async () => {
    const [first, second] = kiosks;
    const admissions = singles.map((household) =>
      first?.record('admitted', { stay: 'shelter', method: 'card-qr', assurance: 'card-presented', household }),
    );
    await first?.push([first.record('opened', {}), ...admissions]);
    await eventually(() => admitted(0)).toBe('130');
    await second?.push([second.record('headcount-reported', { people: 7 })]);
    await eventually(() => admitted(1)).toBe('0');
    expect(await admitted(2)).toBe('不明');
    expect(await page.getByTestId('live-state').getAttribute('data-connected')).toBe('true');
    expect(await browser.look(page, 'overview')).toEqual([]);
  });

  it('sorts by a column and filters by reading', async () => {
    await page.getByRole('button', { name: '受付済み' }).click();
    expect(await page.getByTestId('admitted').allInnerTexts()).toEqual(['0', '130', '不明']);
    await page.getByRole('button', { name: '受付済み' }).click();
    expect(await page.getByTestId('admitted').allInnerTexts()).toEqual(['130', '0', '不明']);
    await page.getByRole('searchbox').fill('ｲｽﾞﾐ');
    await eventually(() => page.getByTestId('shelter-row').allInnerTexts()).toHaveLength(1);
    await page.getByRole('searchbox').fill('');
  });

  it('lists a roster by reading, page by page, and flags who is at two shelters (FLD-5)', async () => {
    const [first, second] = kiosks;
    if (family === undefined) throw new Error('no family');
    const body = { stay: 'car', method: 'card-qr', assurance: 'card-presented', household: family } as const;
    await first?.push([first.record('admitted', body)]);
    await second?.push([second.record('admitted', body)]);
    await page.getByRole('link', { name: '城東小学校' }).click();
    await eventually(() => page.getByTestId('roster-person').count()).toBe(100);
    const readings = await page.locator('[data-testid=roster-person] .kana').allInnerTexts();
    expect(readings).toEqual(readings.toSorted(new Intl.Collator('ja').compare));
    await page.getByTestId('show-more').click();
    await eventually(() => page.getByTestId('roster-person').count()).toBe(134);
    await eventually(() => page.getByTestId('duplicate-flag').count()).toBe(4);
    expect(await page.getByTestId('duplicate-flag').first().textContent()).toContain('重複・同じ人');
    expect(await page.getByTestId('duplicate-flag').first().textContent()).toContain('健軍小学校');
    await page.getByTestId('duplicate-flag').first().scrollIntoViewIfNeeded();
    expect(await browser.look(page, 'roster')).toEqual([]);
  });

  it('finds people by hiragana, half-width kana and kanji, and shows all that is known of one', async () => {
    const person = family?.members[0];
    const [reading = '', surname = ''] = [person?.name.kana?.split(' ')[0], person?.name.written.split(' ')[0]];
    await page.getByRole('link', { name: '名簿検索' }).click();
    for (const words of [hiragana(reading), surname]) {
      await page.getByTestId('search-input').fill(words);
      await page.locator(`[data-resident-id=${person?.residentId}]`).first().waitFor();
    }
    expect(await page.locator(`[data-resident-id=${person?.residentId}]`).count()).toBe(2);
    expect(await page.getByText(/件見つかりました/).count()).toBe(1);
    expect(await browser.look(page, 'search')).toEqual([]);
    await page.getByTestId('search-input').fill('いないひと');
    await page.getByText('「いないひと」に合う人は見つかりませんでした').waitFor();

    await page.getByTestId('search-input').fill(surname);
    await page.locator(`[data-resident-id=${person?.residentId}] .person-name`).first().click();
    await page.getByRole('heading', { name: person?.name.written ?? '' }).waitFor();
    expect(await page.locator('.entry h3').allInnerTexts()).toEqual([
      expect.stringContaining('健軍小学校'),
      expect.stringContaining('城東小学校'),
    ]);
    await eventually(() => page.getByTestId('roster-person').count()).toBe(6);
    expect(await browser.look(page, 'person')).toEqual([]);
    await page.goBack();
    expect(await page.getByTestId('search-input').inputValue()).toBe(surname);
  });

  it('enrols a kiosk by a code and revokes it (SEC-1, SYN-7)', async () => {
    await page.getByRole('link', { name: '管理' }).click();
    await page.getByRole('link', { name: '避難所の登録' }).click();
    await page.getByTestId('shelter-name').fill('春日公民館');
    await page.getByTestId('shelter-submit').click();
    await page.getByText('「春日公民館」を登録しました').waitFor();
    expect(await browser.look(page, 'new-shelter')).toEqual([]);
    await page.getByRole('link', { name: '受付端末を登録する' }).click();
    await page.getByTestId('make-enrolment-code').click();
    const code = (await page.getByTestId('enrolment-code').textContent()) ?? '';
    expect(await browser.look(page, 'enrolment-code')).toEqual([]);
    await page.keyboard.press('Escape');
    const kiosk = await site.enrol(code, '春日の受付');
    await kiosk.push([kiosk.record('opened', {})]);
    const row = page.getByTestId('device-row');
    await row.getByText('たった今').waitFor();
    expect(await browser.look(page, 'devices')).toEqual([]);
    await row.getByRole('button', { name: '春日の受付 を失効させる' }).click();
    expect(await browser.look(page, 'revoke-device')).toEqual([]);
    await page.getByRole('alertdialog').getByRole('button', { name: '失効させる' }).click();
    await row.getByText(/失効（/).waitFor();
    await expect(kiosk.push([kiosk.record('closed', {})])).rejects.toThrow('device-revoked');
    await row.getByRole('button', { name: '春日の受付 の失効を取り消す' }).click();
    expect(await browser.look(page, 'reinstate-device')).toEqual([]);
    await page.getByRole('alertdialog').getByRole('button', { name: '失効を取り消す' }).click();
    await page.getByText('「春日の受付」の失効を取り消しました').waitFor();
    await kiosk.push([kiosk.record('closed', {})]);
  });

  it('makes a code for a hub, and shows a hub as a hub', async () => {
    await page.getByTestId('make-hub-enrolment-code').click();
    const code = (await page.getByTestId('enrolment-code').textContent()) ?? '';
    expect(await page.getByText('npm run hub --').textContent()).toContain(code);
    expect(await browser.look(page, 'hub-enrolment-code')).toEqual([]);
    await page.keyboard.press('Escape');
    await expect(site.enrol(code, '受付')).rejects.toThrow('enrolment-code-invalid');
    await site.enrolHub(code, '春日のハブ');
    const row = page.getByTestId('device-row').filter({ hasText: '春日のハブ' });
    await row.getByText('ハブ', { exact: true }).waitFor();
    expect(await browser.look(page, 'devices-with-hub')).toEqual([]);
  });

  it('changes the issuer key and the key of registered cards, revokes cards, lists what was set aside (CRD-5, CRD-8, SYN-2)', async () => {
    await page.getByRole('link', { name: '発行鍵' }).click();
    await eventually(() => page.getByTestId('issuer-key').count()).toBe(1);
    await page.getByRole('button', { name: '新しい鍵に替える' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: '新しい鍵に替える' }).click();
    await eventually(() => page.getByTestId('issuer-key').count()).toBe(2);
    await eventually(() => page.getByText('引退', { exact: true }).count()).toBe(1);
    await page.locator('[data-testid=directory-key][data-version="1"]').waitFor();
    await page.getByTestId('directory-key-rotate').click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'カード登録の鍵を替える' }).click();
    await page.locator('[data-testid=directory-key][data-version="2"]').waitFor();
    expect(await browser.look(page, 'keys')).toEqual([]);

    await page.getByRole('link', { name: 'カードの失効' }).click();
    await page.getByTestId('card-id').fill('abcd');
    await page.getByRole('button', { name: '失効させる' }).click();
    await page.getByText('カード番号は A〜Z と 2〜7 の 8 文字です').waitFor();
    await page.getByTestId('card-id').fill('abcd-2345');
    await page.getByRole('button', { name: '失効させる' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: '失効させる' }).click();
    await page.getByText('そのカード番号は発行されていません').waitFor();
    expect(await browser.look(page, 'cards')).toEqual([]);
    await page.keyboard.press('Escape');
    const cardId = await site.issueCard(singles[0]);
    await page.getByTestId('card-id').fill(cardId.toLowerCase());
    await page.getByRole('button', { name: '失効させる' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: '失効させる' }).click();
    await page.getByText(`カード ${cardId} を失効させました`).waitFor();

    await kiosks[0]?.push([{ schema: 1, nonsense: true }]);
    await page.getByRole('link', { name: '保留中の記録' }).click();
    await page.getByTestId('quarantined-document').getByText('形式が正しくない').waitFor();
    expect(await browser.look(page, 'quarantine')).toEqual([]);
  });

  it('registers staff of one shelter, who see only that one (SEC-4)', async () => {
    await page.getByRole('link', { name: '職員の登録' }).click();
    await page.getByTestId('staff-username').fill('kengun');
    await page.getByTestId('staff-submit').click();
    await page.getByText('避難所を一つ以上選んでください').waitFor();
    await page.getByText('健軍小学校').click();
    expect(await browser.look(page, 'new-staff')).toEqual([]);
    await page.getByTestId('staff-submit').click();
    const password = (await page.getByTestId('one-time-password').textContent()) ?? '';
    expect(await browser.look(page, 'one-time-password')).toEqual([]);
    await page.getByRole('button', { name: '渡す準備ができたので閉じる' }).click();

    const desk = await browser.newPage(site.url);
    await desk.getByTestId('login-username').fill('kengun');
    await desk.getByTestId('login-password').fill(password);
    await desk.getByTestId('login-submit').click();
    await desk.getByTestId('password-current').fill(password);
    await desk.getByTestId('password-next').fill('kengun no ookina kusunoki');
    await desk.getByTestId('password-submit').click();
    await eventually(() => desk.getByTestId('shelter-row').count()).toBe(1);
    expect(await desk.getByRole('link', { name: '管理' }).count()).toBe(0);
    await desk.goto(`${site.url}#/shelters/${shelters[0]?.shelterId}`);
    await desk.getByText('あなたの担当ではありません').waitFor();
    await desk.context().clearCookies();
    await desk.goto(`${site.url}#/`);
    await desk.getByText('ログインの有効期限が切れました').waitFor();
    await desk.context().close();
  });

  it('speaks English, and fits smaller screens', async () => {
    await page.getByRole('link', { name: '避難所一覧' }).click();
    await page.setViewportSize({ width: 1024, height: 768 });
    expect(await browser.look(page, 'overview-1024')).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(1024);
    await page.setViewportSize({ width: 820, height: 1180 });
    expect(await browser.look(page, 'overview-tablet')).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByLabel('表示言語').selectOption('en');
    await page.getByRole('heading', { name: 'Shelters' }).waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe('en');
    expect(await browser.look(page, 'overview-english')).toEqual([]);
    await page.getByLabel('Language').selectOption('ja');
  });

  it('says so when the connection is lost, and is current again by itself (SYN-4)', async () => {
    await page.getByRole('link', { name: '避難所一覧' }).click();
    await eventually(() => admitted(0)).toBe('134');
    await site.stop();
    await page.locator('[data-testid=live-state][data-connected=false]').waitFor();
    await page.getByText(/接続が切れています。\d\d:\d\d:\d\d 時点の内容です/).waitFor();
    expect(await admitted(0)).toBe('134');
    expect(await browser.look(page, 'overview-stale')).toEqual([]);
    await site.startAgain();
    await page.locator('[data-testid=live-state][data-connected=true]').waitFor();
    const kiosk = kiosks[2];
    await kiosk?.push([kiosk.record('opened', {})]);
    await eventually(() => admitted(2)).toBe('0');
  });

  it('keeps the script and style rules of a strict content security policy', () => {
    expect(browser.troubles).toEqual([]);
  });
});

/** Waits for what the page comes to show; other tests may keep the processors busy meanwhile. */
function eventually<Value>(look: () => Promise<Value>) {
  return expect.poll(look, { timeout: 15_000 });
}

/** The number of people admitted that the overview shows for a shelter. */
async function admitted(position: number): Promise<string | null> {
  const shelterId = shelters[position]?.shelterId;
  return page.locator(`[data-shelter-id="${shelterId}"]`).getByTestId('admitted').textContent();
}

function hiragana(katakana: string): string {
  return katakana.replaceAll(/[ァ-ヶ]/g, (letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) - 0x60));
}
