import { afterAll, beforeAll, expect, it } from 'vitest';
import { HeadquartersSite } from './headquarters-site.ts';
import { StaffBrowser } from './staff-browser.ts';

let site: HeadquartersSite;
let browser: StaffBrowser;

beforeAll(async () => {
  [site, browser] = await Promise.all([HeadquartersSite.open(), StaffBrowser.open()]);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

it('says so when the page cannot be drawn any more, and opens again', async () => {
  const page = await browser.newPage(site.url);
  const { username, oneTimePassword } = site.firstAdmin;
  await page.getByTestId('login-username').fill(username);
  await page.getByTestId('login-password').fill(oneTimePassword);
  // While the server thinks, something in the browser puts an element in the place of React's.
  await page.route('**/hq/v1/login', async (route) => {
    await page.evaluate(() => document.querySelector('#root > *')?.replaceWith(document.createElement('div')));
    await route.continue();
  });
  await page.getByTestId('login-submit').click();
  await page.getByTestId('page-failure').waitFor();
  expect(await page.getByTestId('page-failure').textContent()).toContain('画面を表示できなくなりました');
  expect(await browser.look(page, 'page-failure')).toEqual([]);
  await Promise.all([page.waitForEvent('load'), page.getByTestId('reload-page').click()]);
  await page.getByTestId('password-current').waitFor();
  await page.context().close();
});
