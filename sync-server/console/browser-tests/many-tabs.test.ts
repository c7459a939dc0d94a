import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_PASSWORD, HeadquartersSite, type SiteKiosk } from './headquarters-site.ts';
import { StaffBrowser } from './staff-browser.ts';

const TABS = 9;

let site: HeadquartersSite;
let browser: StaffBrowser;
let kiosk: SiteKiosk;
let tabs: Page[];
/** Streams that a page of the browser holds now. */
const streams = new Set<object>();

/** Over HTTP/1.1 a browser has six connections to a server. */
describe('more tabs than a browser has connections', () => {
  beforeAll(async () => {
    [site, browser] = await Promise.all([HeadquartersSite.open(), StaffBrowser.open()]);
    const { username, oneTimePassword } = site.firstAdmin;
    const first = await browser.newPage(site.url);
    await first.getByTestId('login-username').fill(username);
    await first.getByTestId('login-password').fill(oneTimePassword);
    await first.getByTestId('login-submit').click();
    await first.getByTestId('password-current').fill(oneTimePassword);
    await first.getByTestId('password-next').fill(ADMIN_PASSWORD);
    await first.getByTestId('password-submit').click();
    await first.getByRole('heading', { name: '避難所一覧' }).waitFor();
    await site.signIn(username, ADMIN_PASSWORD);
    const { shelterId } = await site.createShelter('城東小学校', 'ジョウトウショウガッコウ');
    kiosk = await site.enrol(await site.makeEnrolmentCode(shelterId), '受付1');
    const context = first.context();
    context.on('request', (request) => {
      if (request.url().endsWith('/roster/live')) streams.add(request);
    });
    context.on('requestfinished', (request) => streams.delete(request));
    context.on('requestfailed', (request) => streams.delete(request));
    tabs = [first];
  });

  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  async function admit(seed: number): Promise<void> {
    const [household] = sampleHouseholds(seed, 1, 1);
    if (household === undefined) throw new Error('no sample');
    await kiosk.push([
      kiosk.record('admitted', { stay: 'shelter', method: 'desk', assurance: 'self-declared', household }),
    ]);
  }

  const show = async (count: number) => {
    for (const tab of tabs) {
      await tab.getByTestId('admitted').getByText(String(count), { exact: true }).waitFor();
      await tab.locator('[data-testid=live-state][data-connected=true]').waitFor();
    }
  };

  it('all show what comes, by one stream', async () => {
    while (tabs.length < TABS) {
      const tab = await tabs[0]?.context().newPage();
      if (tab === undefined) throw new Error('no browser');
      await tab.goto(site.url);
      await tab.getByTestId('shelter-row').waitFor();
      tabs.push(tab);
    }
    await admit(1);
    await show(1);
    expect(streams.size).toBeLessThanOrEqual(1);
  });

  it('go on when the one that has the stream is closed, and after the server was away', async () => {
    await tabs.shift()?.close();
    await admit(2);
    await show(2);
    await site.stop();
    await site.startAgain();
    await admit(3);
    await show(3);
    expect(streams.size).toBe(1);
    expect(browser.troubles).toEqual([]);
  });
});
