import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PATIENCE_MS } from '../../testbed/patience/eventually.ts';
import {
  CITY_NAME,
  type City,
  FAMILY,
  openCity,
  openPhone,
  type Phone,
  readPicture,
  register,
  shownCode,
  typeHousehold,
  unfold,
} from './phone.ts';

let city: City;
let phone: Phone;

beforeAll(async () => {
  city = await openCity();
});
afterAll(() => city.close());
afterEach(async () => {
  expect(phone.complaints).toEqual([]);
  await phone.context.close();
});

/** What of the resident is kept; the city's name is everybody's. */
async function keptOnDevice(page: Page): Promise<string[]> {
  const keys = await page.evaluate(() => Object.keys(localStorage));
  return keys.filter((key) => key !== 'uketsuke.card.city');
}

async function waitForOfflineCopy() {
  await phone.page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller === null) {
      await new Promise((resolve) =>
        navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
      );
    }
  });
}

describe('a resident with a phone', () => {
  it('enters the household once and receives a code that a scanner reads', async () => {
    phone = await openPhone(city);
    const code = await register(phone.page);
    expect(code).toMatch(/^UKE1[A-Z2-7]{200,996}$/);
    expect(await readPicture(await phone.page.screenshot())).toEqual([code]);
    await phone.page.getByTestId('show-large').click();
    await expect.poll(() => shownCode(phone.page)).toBe(code);
    const box = await phone.page.getByTestId('card-qr').boundingBox();
    expect(box?.width).toBeGreaterThan(340);
    expect(await readPicture(await phone.page.screenshot())).toEqual([code]);
    const words = await phone.page.getByRole('main').textContent();
    expect(words).toContain('熊本 花子');
    expect(words).toContain('表示中は画面が消えません');
    await phone.page.goBack();
    await phone.page.getByTestId('print-sheet').waitFor();
  });

  it('shows the code with no network, also after closing and opening the app (RCP-3)', async () => {
    phone = await openPhone(city);
    const code = await register(phone.page);
    await waitForOfflineCopy();
    await phone.context.setOffline(true);
    await phone.page.reload();
    expect(await shownCode(phone.page)).toBe(code);
    expect(await readPicture(await phone.page.screenshot())).toEqual([code]);
    // Chromium before 156 does not tell a reloaded page that it is offline.
    const isTold = await phone.page.evaluate(() => !navigator.onLine);
    const words = isTold ? 'いまは電波がありません' : 'いまは確認できません';
    await phone.page.getByText(words).first().waitFor();
    if (isTold) expect(await phone.page.getByTestId('revoke').isDisabled()).toBe(true);
    await phone.page.close();
    const again = await phone.context.newPage();
    await again.goto('/card/');
    expect(await shownCode(again)).toBe(code);
    expect(await again.locator('.app-name').textContent()).toContain(CITY_NAME);
    await phone.context.setOffline(false);
    await expect.poll(() => again.getByTestId('card-check').textContent()).toContain('に確認');
  });

  it('changes the household and gets a new code for the same residents; the old one is revoked', async () => {
    phone = await openPhone(city);
    const { page } = phone;
    const first = await register(page);
    const stored = () => page.evaluate(() => localStorage.getItem('uketsuke.card') ?? '');
    const before = JSON.parse(await stored());
    await page.getByTestId('reissue').click();
    await unfold(page, 0);
    expect(await page.getByTestId('member-birth-0').inputValue()).toBe('1980-02-17');
    await page.getByTestId('add-member').click();
    await page.getByTestId('member-written-2').fill('熊本 美咲');
    await page.getByTestId('consent').click();
    await page.getByTestId('submit-card').click();
    await page.getByText('熊本 美咲').waitFor();
    const after = JSON.parse(await stored());
    expect(await shownCode(page)).not.toBe(first);
    expect(after.household.members.slice(0, 2)).toEqual(before.household.members);
    const state = (card: { cardId: string; managementToken: string }) =>
      page.evaluate(async ({ cardId, managementToken }) => {
        const headers = { authorization: `Bearer ${managementToken}` };
        return (await fetch(`/card/v1/cards/${cardId}/state`, { headers })).json();
      }, card);
    expect(await state(before)).toMatchObject({ state: 'revoked' });
    expect(await state(after)).toMatchObject({ state: 'valid' });
  });

  it('stops a lost card after being asked, and makes a new one of the same household', async () => {
    phone = await openPhone(city);
    const { page } = phone;
    const first = await register(page);
    await page.getByTestId('revoke').click();
    await page.getByTestId('confirm').click();
    await expect.poll(() => page.getByTestId('card-validity').getAttribute('data-validity')).toBe('revoked');
    expect(await page.getByTestId('card-qr').count()).toBe(0);
    await page.reload();
    await page.getByTestId('renew').click();
    await unfold(page, 1);
    expect(await page.getByTestId('member-written-1').inputValue()).toBe('熊本 健一郎');
    await page.getByTestId('consent').click();
    await page.getByTestId('submit-card').click();
    await page.getByTestId('card-qr').waitFor();
    expect(await shownCode(page)).not.toBe(first);
  });

  it('learns that the card was revoked elsewhere, also when in the middle of changing it', async () => {
    phone = await openPhone(city);
    const { page } = phone;
    await register(page);
    await page.getByTestId('reissue').click();
    await page.evaluate(async () => {
      const { cardId, managementToken } = JSON.parse(localStorage.getItem('uketsuke.card') ?? '');
      const headers = { authorization: `Bearer ${managementToken}` };
      await fetch(`/card/v1/cards/${cardId}/revoke`, { method: 'POST', headers });
    });
    await page.getByTestId('consent').click();
    await page.getByTestId('submit-card').click();
    expect(await page.getByTestId('failure').textContent()).toContain('すでに使えなくなっています');
    await page.getByTestId('submit-card').click();
    await page.getByTestId('card-qr').waitFor();
    expect(await page.getByTestId('card-validity').getAttribute('data-validity')).toBe('valid');
  });

  it('whose answer got lost has one card of the same residents, without doing anything again (CRD-10)', async () => {
    phone = await openPhone(city, { serviceWorkers: 'block' });
    const { page } = phone;
    const stored = () => page.evaluate(() => JSON.parse(localStorage.getItem('uketsuke.card') ?? ''));
    // The server does its work; its answer never comes.
    const loseAnswers = (address: string) =>
      page.route(address, async (route) => {
        await route.fetch();
        await route.abort();
      });
    await loseAnswers('**/card/v1/cards');
    await typeHousehold(page, FAMILY);
    await page.getByTestId('submit-card').click();
    expect(await page.getByTestId('failure').textContent()).toContain('2枚できることはありません');
    // What is typed before the next try changes the card that was made.
    await page.getByTestId('member-written-1').fill('熊本 健二郎');
    await page.unroute('**/card/v1/cards');
    await page.getByTestId('submit-card').click();
    await page.getByTestId('card-qr').waitFor();
    const first = await stored();
    expect(first.household.members[1].name.written).toBe('熊本 健二郎');
    await loseAnswers('**/reissue');
    await page.getByTestId('reissue').click();
    await page.getByTestId('add-member').click();
    await page.getByTestId('member-written-2').fill('熊本 美咲');
    await page.getByTestId('consent').click();
    await page.getByTestId('submit-card').click();
    await page.getByTestId('failure').waitFor();
    await page.unroute('**/reissue');
    await page.goto('/card/');
    await page.getByText('熊本 美咲').waitFor();
    const second = await stored();
    expect(second.household.members.slice(0, 2)).toEqual(first.household.members);
    await page.locator('[data-testid=card-validity][data-validity=valid]').waitFor();
    await expect.poll(() => keptOnDevice(page), { timeout: PATIENCE_MS }).toEqual(['uketsuke.card']);
  });

  it('deletes everything from the device', async () => {
    phone = await openPhone(city);
    const { page } = phone;
    await register(page);
    await page.getByTestId('forget').click();
    await page.getByTestId('confirm').click();
    await page.getByTestId('start-registration').waitFor();
    expect(await keptOnDevice(page)).toEqual([]);
  });
});

describe('two of one name and birth date (HHE-1)', () => {
  it('are asked about, and go on one card once somebody says that they are two', async () => {
    phone = await openPhone(city);
    const { page } = phone;
    const twin = { written: '赤ちゃん', kana: '', birth: '2026-11-20' };
    await typeHousehold(page, { members: [FAMILY.members[0] ?? twin, twin, twin], address: '益城町木山1' });
    await page.getByTestId('submit-card').click();
    expect(await page.getByTestId('problems').textContent()).toContain('別の方ですか');
    await page.getByTestId('namesake-2').click();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-testid')))
      .toBe('member-written-2');
    expect(await page.getByTestId('problems').count()).toBe(0);
    await page.getByTestId('submit-card').click();
    await page.getByTestId('card-qr').waitFor();
    expect(await page.locator('.card-names li').allTextContents()).toEqual([
      '熊本 花子クマモト ハナコ',
      '赤ちゃん',
      '赤ちゃん',
    ]);
  });
});

describe('the people of the form (HHE-2, HHE-3)', () => {
  const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('data-testid'));
  const family = {
    members: ['一子', '二子', '三子'].map((name) => ({ written: `熊本 ${name}`, kana: '', birth: '1980' })),
    address: '益城町木山1',
  };

  it('who was removed by mistake comes back whole, where they stood; the focus is never lost', async () => {
    phone = await openPhone(city);
    const { page } = phone;
    await typeHousehold(page, family);
    for (const at of [0, 1]) await unfold(page, at);
    await page.getByTestId('member-phone-1').fill('09012345678');
    for (const at of [1, 2, 0]) {
      const last = at === 2;
      await page.getByTestId(`remove-member-${at}`).click();
      await expect.poll(() => focused(page)).toBe('member-removed');
      const name = family.members[at]?.written ?? '';
      expect(await page.getByTestId('member-removed').textContent()).toContain(name);
      expect(await page.getByTestId('member-written-2').count()).toBe(0);
      if (!last) expect(await page.getByTestId(`member-written-${at}`).inputValue()).not.toBe(name);
      // Whoever goes on typing elsewhere is left alone.
      await page.getByTestId('member-written-0').focus();
      await page.keyboard.press('End');
      await page.keyboard.type('x');
      await page.keyboard.press('Backspace');
      expect(await focused(page)).toBe('member-written-0');
      await page.getByTestId('undo-remove').focus();
      await page.keyboard.press('Enter');
      await expect.poll(() => focused(page)).toBe(`member-written-${at}`);
      expect(await page.getByTestId(`member-written-${at}`).inputValue()).toBe(name);
      expect(await page.getByTestId('member-removed').count()).toBe(0);
    }
    expect(await page.getByTestId('member-phone-1').inputValue()).toBe('09012345678');
  });

  it('who is finished is folded to a line once the next is added, and unfolds again (HHE-4)', async () => {
    phone = await openPhone(city);
    const { page } = phone;
    await typeHousehold(page, { ...family, members: [{ written: '', kana: '', birth: '' }, ...family.members] });
    // Whose name is missing stays open, as does who is being entered.
    expect(await page.locator('[data-testid^=folded-member]').count()).toBe(2);
    expect(await page.getByTestId('folded-member-1').textContent()).toContain('熊本 一子');
    await page.getByTestId('member-written-0').fill('熊本 〇子');
    expect(await page.getByTestId('folded-member-0').count()).toBe(0);
    await page.getByTestId('edit-member-2').click();
    await expect.poll(() => focused(page)).toBe('member-written-2');
    await page.getByTestId('member-birth-2').fill('1980-02-30');
    await page.reload();
    await page.getByTestId('member-birth-2').waitFor();
    expect(await page.locator('[data-testid^=folded-member]').count()).toBe(3);
  });

  it('a birth date that nobody knows is a choice, not an error', async () => {
    phone = await openPhone(city);
    const { page } = phone;
    await typeHousehold(page, { ...family, members: [{ written: '熊本 トメ', kana: '', birth: '不明' }] });
    await page.getByTestId('submit-card').click();
    await page.getByTestId('problems').waitFor();
    await page.getByTestId('member-birth-unknown-0').click();
    expect(await page.getByTestId('problems').count()).toBe(0);
    await page.getByTestId('submit-card').click();
    await page.getByTestId('card-qr').waitFor();
  });
});

describe('the telephone number', () => {
  it('goes on the card, in the format that has a place for it (CRD-6)', async () => {
    phone = await openPhone(city);
    const { page } = phone;
    await typeHousehold(page, FAMILY);
    await unfold(page, 0);
    await page.getByTestId('member-phone-0').fill('０９０-１２３４ー5678');
    await page.getByTestId('submit-card').click();
    await page.getByTestId('card-qr').waitFor();
    const code = await shownCode(page);
    expect(code).toMatch(/^UKE2/);
    expect(await readPicture(await page.screenshot())).toEqual([code]);
    await page.getByTestId('reissue').click();
    await unfold(page, 0);
    expect(await page.getByTestId('member-phone-0').inputValue()).toBe('09012345678');
  });
});

describe('when something is wrong', () => {
  it('says which entries to mend and loses nothing, also over a reload', async () => {
    phone = await openPhone(city);
    const { page } = phone;
    await page.goto('/card/');
    await page.getByTestId('start-registration').click();
    await page.getByTestId('member-birth-0').fill('1980-02-30');
    await page.getByTestId('submit-card').click();
    const problems = page.getByTestId('problems');
    expect(await problems.textContent()).toContain('4か所');
    await problems.getByRole('button').first().click();
    await page.keyboard.type('Maria Santos');
    await page.reload();
    expect(await page.getByTestId('member-written-0').inputValue()).toBe('Maria Santos');
    expect(await page.getByTestId('member-birth-0').inputValue()).toBe('1980-02-30');
    await page.goto('/card/');
    expect(await page.getByTestId('start-registration').textContent()).toBe('入力の続きから');
  });

  it('does not touch a reading while an input method is still converting it', async () => {
    phone = await openPhone(city);
    const { page } = phone;
    await page.goto('/card/');
    await page.getByTestId('start-registration').click();
    const kana = page.getByTestId('member-kana-0');
    await kana.focus();
    const keyboard = await phone.context.newCDPSession(page);
    await keyboard.send('Input.imeSetComposition', { text: 'くまもと', selectionStart: 4, selectionEnd: 4 });
    expect(await kana.inputValue()).toBe('くまもと');
    await keyboard.send('Input.insertText', { text: 'くまもと' });
    await page.keyboard.press('Enter');
    expect(await kana.inputValue()).toBe('くまもと');
    expect(await page.getByTestId('problems').count()).toBe(0);
    await page.keyboard.press('Tab');
    await expect.poll(() => kana.inputValue()).toBe('クマモト');
  });

  it('keeps the entries when there is no network, and sends them later', async () => {
    phone = await openPhone(city);
    const { page } = phone;
    await typeHousehold(page, FAMILY);
    await waitForOfflineCopy();
    await phone.context.setOffline(true);
    await page.getByTestId('submit-card').click();
    expect(await page.getByTestId('failure').textContent()).toContain('電波がありません');
    await page.reload();
    await unfold(page, 1);
    expect(await page.getByTestId('member-written-1').inputValue()).toBe('熊本 健一郎');
    await phone.context.setOffline(false);
    await page.getByTestId('submit-card').click();
    await page.getByTestId('card-qr').waitFor();
  });

  it('says what to shorten when the household does not fit (CRD-7)', async () => {
    phone = await openPhone(city);
    const { page } = phone;
    const members = Array.from({ length: 12 }, (_, at) => ({
      written: `勘解由小路 龍之介清${'一二三四五六七八九十百千'[at]}`,
      kana: 'カデノコウジ リュウノスケキヨシ',
      birth: `19${50 + at}-01-01`,
    }));
    await typeHousehold(page, { members, address: '熊本市中央区水前寺5丁目1-1 グランドメゾン健軍302号室' });
    await page.getByTestId('submit-card').click();
    expect(await page.getByTestId('failure').textContent()).toContain('1枚のQRコードに入りきりません');
    expect(await page.getByTestId('member-written-11').inputValue()).toContain('千');
  });

  it.each([
    [429, 'too-many-attempts', '30秒後にもう一度'],
    [503, 'database-unavailable', '混み合っているか、止まっています'],
    [400, 'malformed-request', '受け付けませんでした'],
  ])('has words for the answer %i %s', async (status, code, words) => {
    phone = await openPhone(city, { serviceWorkers: 'block' });
    const { page } = phone;
    await page.route('**/card/v1/cards', (route) =>
      route.fulfill({
        status,
        contentType: 'application/problem+json',
        headers: { 'retry-after': '30' },
        body: JSON.stringify({ type: 'about:blank', title: code, status, code }),
      }),
    );
    await typeHousehold(page, FAMILY);
    await page.getByTestId('submit-card').click();
    const failure = await page.getByTestId('failure').textContent();
    expect(failure).toContain(words);
    expect(failure).toContain('入力した内容は消えていません');
  });

  it('says so when the code of the form cannot be loaded, and loads it when asked again', async () => {
    phone = await openPhone(city, { serviceWorkers: 'block' });
    const { page } = phone;
    await page.route('**/household-screen-*.js', (route) => route.abort());
    await page.goto('/card/');
    await page.getByTestId('start-registration').click();
    await page.getByTestId('form-missing').waitFor();
    await page.unroute('**/household-screen-*.js');
    await page.getByTestId('form-missing').getByRole('button').click();
    await page.getByTestId('submit-card').waitFor();
  });

  it('says so when what it stored is damaged or newer than the app', async () => {
    phone = await openPhone(city);
    const { page } = phone;
    await page.goto('/card/');
    await page.evaluate(() => localStorage.setItem('uketsuke.card', '{"version":99}'));
    await page.reload();
    expect(await page.getByRole('heading').textContent()).toBe('アプリを開きなおしてください');
    await page.evaluate(() => localStorage.setItem('uketsuke.card', '{"vers'));
    await page.reload();
    await page.getByTestId('forget').click();
    await page.getByTestId('confirm').click();
    await page.getByTestId('start-registration').waitFor();
  });
});
