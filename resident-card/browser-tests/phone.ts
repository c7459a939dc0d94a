import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { type RunningServer, startServer } from '../../sync-server/src/city/start-server.ts';
import { PATIENCE_MS } from '../../testbed/patience/eventually.ts';

/** Chromium as installed by Debian, without its own calls to the network. */
const CHROMIUM = {
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

/** The real server with the built app, and a browser to visit it with. */
export interface City {
  readonly server: RunningServer;
  readonly browser: Browser;
  readonly close: () => Promise<void>;
}

export const CITY_NAME = '白川市';

export async function openCity(): Promise<City> {
  if (!existsSync(fileURLToPath(new URL('../dist/index.html', import.meta.url)))) {
    throw new Error('the app is not built: run `npm run build -w resident-card` first');
  }
  const dataDirectory = mkdtempSync(join(tmpdir(), 'resident-card-'));
  const server = await startServer({ dataDirectory, port: 0, cityName: CITY_NAME });
  const browser = await chromium.launch(CHROMIUM);
  return {
    server,
    browser,
    close: async () => {
      await browser.close();
      await server.stop();
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

/** A resident's phone. `complaints` collects script errors and breaches of the content security policy. */
export interface Phone {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly complaints: string[];
}

export async function openPhone(city: City, options: BrowserContextOptions = {}): Promise<Phone> {
  const context = await city.browser.newContext({
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    locale: 'ja-JP',
    timezoneId: 'Asia/Tokyo',
    baseURL: city.server.url,
    ...options,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) complaints.push(message.text());
  });
  return { context, page, complaints };
}

/**
 * Translates the page as browsers do, from before anything is drawn and whatever is drawn later: each text is put into
 * elements of the translator's own, as a new text or, with some translators, as the one that was there.
 */
export async function translatePages(context: BrowserContext, how: 'replaced' | 'wrapped'): Promise<void> {
  await context.addInitScript((manner) => {
    const done = new WeakSet<Node>();
    const translate = (text: Text) => {
      const apart = '[translate="no"], script, style, textarea, title';
      if (done.has(text) || text.data.trim() === '' || text.parentElement?.closest(apart) !== null) return;
      const [outer, inner] = [document.createElement('font'), document.createElement('font')];
      text.replaceWith(outer);
      const translated = manner === 'wrapped' ? text : document.createTextNode(`${text.data}*`);
      done.add(translated);
      outer.append(inner);
      inner.append(translated);
    };
    const translateAll = (root: Node) => {
      const texts: Text[] = [];
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      if (root instanceof Text) texts.push(root);
      while (walker.nextNode()) if (walker.currentNode instanceof Text) texts.push(walker.currentNode);
      for (const text of texts) if (text.isConnected) translate(text);
    };
    new MutationObserver((records) => {
      for (const { addedNodes, target, type } of records) {
        for (const node of addedNodes) translateAll(node);
        if (type === 'characterData') translateAll(target);
      }
    }).observe(document, { childList: true, subtree: true, characterData: true });
  }, how);
}

/** Texts that stand beside elements: what a translator makes of them React cannot take away or change any more. */
export function looseTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { parentNode, textContent } = walker.currentNode;
      if (textContent?.trim() && parentNode !== null && parentNode.childNodes.length > 1) found.push(textContent);
    }
    return found;
  });
}

export interface Household {
  readonly members: readonly { readonly written: string; readonly kana: string; readonly birth: string }[];
  readonly address: string;
}

export const FAMILY: Household = {
  members: [
    { written: '熊本 花子', kana: 'くまもと はなこ', birth: '昭和55年2月17日' },
    { written: '熊本 健一郎', kana: 'クマモト ケンイチロウ', birth: '2015-03-04' },
  ],
  address: '熊本市中央区手取本町１－１ コーポ花園203',
};

/** Types a household from the first screen up to just before sending it. */
export async function typeHousehold(page: Page, household: Household): Promise<void> {
  await page.goto('/card/');
  await page.getByTestId('start-registration').click();
  for (const [at, member] of household.members.entries()) {
    if (at > 0) await page.getByTestId('add-member').click();
    await page.getByTestId(`member-written-${at}`).fill(member.written);
    await page.getByTestId(`member-kana-${at}`).fill(member.kana);
    await page.getByTestId(`member-birth-${at}`).fill(member.birth);
  }
  await page.getByTestId('address').fill(household.address);
  await page.getByTestId('consent').click();
}

/** Unfolds the entries of a member who was finished, where they are folded. */
export async function unfold(page: Page, at: number): Promise<void> {
  await page
    .getByTestId(`edit-member-${at}`)
    .or(page.getByTestId(`member-written-${at}`))
    .waitFor();
  const edit = page.getByTestId(`edit-member-${at}`);
  if ((await edit.count()) > 0) await edit.click();
  await page.getByTestId(`member-written-${at}`).waitFor();
}

/** Registers a household and returns the text of its code. */
export async function register(page: Page, household = FAMILY): Promise<string> {
  await typeHousehold(page, household);
  await page.getByTestId('submit-card').click();
  return shownCode(page);
}

/** The text that the code on the screen claims to have. */
export async function shownCode(page: Page): Promise<string> {
  return (await page.getByTestId('card-qr').getAttribute('data-code')) ?? '';
}

/** What a scanner reads in a picture (PNG). */
export async function readPicture(picture: Uint8Array): Promise<string[]> {
  await decoder;
  const found = await readBarcodes(picture, { formats: ['QRCode'], tryHarder: true, maxNumberOfSymbols: 4 });
  return found.filter((code) => code.isValid).map((code) => code.text);
}

const wasm = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm');
const decoder = prepareZXingModule({
  overrides: { wasmBinary: new Uint8Array(readFileSync(wasm)).buffer },
  fireImmediately: true,
});
