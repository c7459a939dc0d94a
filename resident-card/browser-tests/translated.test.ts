import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type City, FAMILY, openCity, openPhone, shownCode, translatePages, typeHousehold, unfold } from './phone.ts';

let city: City;
beforeAll(async () => {
  city = await openCity();
});
afterAll(() => city.close());

describe.each(['replaced', 'wrapped'] as const)('with the browser translating, texts %s (CRD-12)', (how) => {
  it('the whole app can be walked through, and says what is so', async () => {
    const phone = await openPhone(city, { serviceWorkers: 'block' });
    const { page, context } = phone;
    await translatePages(context, how);
    await page.goto('/card/');
    await page.getByTestId('start-registration').click();
    await page.getByTestId('submit-card').click();
    await page.getByTestId('problems').getByRole('button').first().click();
    await page.getByTestId('language').selectOption('en');
    await expect.poll(() => page.getByTestId('submit-card').textContent()).toContain('Receive the card');
    await page.getByTestId('language').selectOption('ja');
    await expect.poll(() => page.getByTestId('submit-card').textContent()).toContain('カードを受け取る');
    await page.getByTestId('member-needs-0').click();
    await page.locator('[data-need="allergy/egg"]').click();
    await page.locator('[data-need="allergy/egg"]').click();
    await page.getByTestId('member-needs-0').click();
    await page.route('**/card/v1/cards', (route) => route.abort());
    await typeHousehold(page, FAMILY);
    await page.getByTestId('submit-card').click();
    await page.getByTestId('failure').waitFor();
    await page.unroute('**/card/v1/cards');
    await page.getByTestId('submit-card').click();
    await page.getByTestId('card-qr').waitFor();
    const code = await shownCode(page);
    await expect.poll(() => page.getByTestId('card-check').textContent()).toContain('に確認');
    await page.getByTestId('show-large').click();
    await page.getByTestId('close-show').waitFor();
    // Names and the card's number are never translated.
    expect(await page.locator('.show-names').textContent()).toBe('熊本 花子熊本 健一郎');
    await page.getByTestId('close-show').click();
    expect(await shownCode(page)).toBe(code);
    for (const paper of ['print-wallet', 'print-sheet']) {
      await page.getByTestId(paper).click();
      await page.getByTestId('do-print').waitFor();
      await page.goBack();
      await page.getByTestId('card-qr').waitFor();
    }
    await page.getByTestId('reissue').click();
    await unfold(page, 1);
    await page.getByTestId('remove-member-1').click();
    await page.getByTestId('add-member').click();
    await page.getByTestId('member-written-1').fill('熊本 美咲');
    await page.goBack();
    await page.getByTestId('card-qr').waitFor();
    await context.setOffline(true);
    await context.setOffline(false);
    await page.getByTestId('forget').click();
    await page.keyboard.press('Escape');
    await page.getByTestId('revoke').click();
    await page.getByTestId('confirm').click();
    await page.getByTestId('renew').click();
    await page.getByTestId('consent').click();
    await page.getByTestId('submit-card').click();
    await page.getByTestId('card-qr').waitFor();
    await page.getByTestId('forget').click();
    await page.getByTestId('confirm').click();
    await page.getByTestId('start-registration').waitFor();
    expect(await page.getByTestId('page-failure').count()).toBe(0);
    expect(phone.complaints).toEqual([]);
    await context.close();
  });
});

describe('when the page cannot be drawn any more', () => {
  it.each([
    ['ja-JP', '画面を表示できなくなりました'],
    ['en-GB', 'could not be shown'],
  ])('in %s it says so, and nothing is lost by opening it again', async (locale, words) => {
    const phone = await openPhone(city, { serviceWorkers: 'block', locale });
    const { page } = phone;
    await typeHousehold(page, FAMILY);
    // Something in the browser puts an element in the place of React's.
    await page.evaluate(() => {
      const frame = document.querySelector('.page');
      frame?.replaceWith(frame.cloneNode(true));
    });
    await page.evaluate(() => history.back());
    await page.getByTestId('page-failure').waitFor();
    expect(await page.getByTestId('page-failure').textContent()).toContain(words);
    await page.getByTestId('reload-page').click();
    await page.getByTestId('start-registration').click();
    await unfold(page, 1);
    expect(await page.getByTestId('member-written-1').inputValue()).toBe('熊本 健一郎');
    await phone.context.close();
  });
});
