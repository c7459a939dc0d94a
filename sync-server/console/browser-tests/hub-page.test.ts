import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newShelter } from '../../../testbed/test-server/new-shelter.ts';
import { newHubCode, openTestHub, type TestHub } from '../../../testbed/test-server/test-hub.ts';
import { Console, openTestCity, type TestCity } from '../../../testbed/test-server/test-server.ts';
import type { RunningServer } from '../../src/city/start-server.ts';
import type { RunningHub } from '../../src/hub/start-hub.ts';
import { StaffBrowser } from './staff-browser.ts';

let city: TestCity;
let server: RunningServer;
let box: TestHub;
let hub: RunningHub;
let browser: StaffBrowser;
let page: Page;

beforeAll(async () => {
  browser = await StaffBrowser.open();
  city = await openTestCity();
  server = await city.start();
  const hq = await Console.firstAdmin(server);
  box = await openTestHub();
  const code = await newHubCode(hq, await newShelter(hq, '春日小学校'));
  hub = await box.start({ cityUrl: server.url, code, deviceName: 'ハブ', pagePort: 0 });
  page = await browser.newPage(`${hub.pageUrl}/`);
  await page.unrouteAll();
});
afterAll(async () => {
  await browser.close();
  await box.close();
  await city.close();
});

describe("the hub's page in a browser", () => {
  it('follows the state without being touched, and says so when the hub is gone', async () => {
    await page.getByText('つながっています。').waitFor();
    expect(await browser.look(page, 'hub')).toEqual([]);
    await server.stop();
    await page.getByText('受付はそのまま続けられます').waitFor();
    expect(await browser.look(page, 'hub-without-city')).toEqual([]);
    await hub.stop();
    await page.getByText('ハブが応答しません').waitFor();
    expect(await page.getByText('本部へ未送信の記録').isVisible()).toBe(false);
    hub = await box.start({ pagePort: Number(new URL(hub.pageUrl ?? '').port) });
    await page.getByText('本部へ未送信の記録').waitFor();
  });

  it('imports from USB, in Japanese and English', async () => {
    await page.getByRole('link', { name: 'USBメモリーから取り込む' }).click();
    expect(await browser.look(page, 'hub-usb')).toEqual([]);
    const file = { name: '名簿.txt', mimeType: 'text/plain', buffer: Buffer.from('名簿\n') };
    await page.getByLabel('取り込むファイル').setInputFiles(file);
    await page.getByRole('button', { name: '取り込む', exact: true }).click();
    await page.getByRole('alert').getByText('受付の記録のファイルではありません').waitFor();
    expect(await browser.look(page, 'hub-usb-refused')).toEqual([]);
    await page.getByRole('link', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Import from USB' }).waitFor();
    await page.getByRole('link', { name: 'Back to the hub' }).click();
    await page.getByText('Records not yet sent to the city').waitFor();
  });

  it('keeps to its content security policy', () => {
    expect(browser.troubles).toEqual([]);
  });
});
