import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import * as z from 'zod';
import { PATIENCE_MS } from '../../../testbed/patience/eventually.ts';

const CHROMIUM_ARGUMENTS =
  '--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

/** Where screenshots go; without it none are taken. */
const SCREENSHOTS = process.env['UKETSUKE_SCREENSHOTS'];

const violationsSchema = z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) }));

/** A browser at a desk: Japanese, 1280x800, its clock in another time zone than Japan's. */
export class StaffBrowser {
  readonly #browser: Browser;
  readonly #axe: string;
  /** What went wrong in any page: scripts that threw, policies violated. */
  readonly troubles: string[] = [];

  private constructor(browser: Browser, axe: string) {
    this.#browser = browser;
    this.#axe = axe;
  }

  static async open(): Promise<StaffBrowser> {
    const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    const browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: CHROMIUM_ARGUMENTS.split(' '),
    });
    return new StaffBrowser(browser, axe);
  }

  close(): Promise<void> {
    return this.#browser.close();
  }

  /** A new page of a new session. The content security policy is made stricter than the server's: no inline style. */
  async newPage(url: string): Promise<Page> {
    const context = await this.#browser.newContext({
      locale: 'ja-JP',
      timezoneId: 'America/New_York',
      viewport: { width: 1280, height: 800 },
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    page.on('pageerror', (error) => this.troubles.push(error.message));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) this.troubles.push(message.text());
    });
    await page.route(url, async (route) => {
      const response = await route.fetch();
      const policy = response.headers()['content-security-policy']?.replaceAll(" 'unsafe-inline'", '') ?? '';
      await route.fulfill({ response, headers: { ...response.headers(), 'content-security-policy': policy } });
    });
    await page.goto(url);
    return page;
  }

  /** What axe finds wrong with the page as it stands (WCAG 2.2 AA and best practice), and a screenshot of it. */
  async look(page: Page, name: string): Promise<readonly string[]> {
    // A colour on its way to another is not what people read.
    await page.evaluate(() => Promise.allSettled(document.getAnimations().map((animation) => animation.finished)));
    if (SCREENSHOTS !== undefined) {
      await mkdir(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
    }
    await page.evaluate(this.#axe);
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const found = await page.evaluate(
      `axe.run(document, { runOnly: ${JSON.stringify(tags)} }).then((result) => result.violations)`,
    );
    return violationsSchema
      .parse(found)
      .map(({ id, nodes }) => `${name}: ${id} ${nodes.map((node) => node.html.slice(0, 200)).join(' | ')}`);
  }
}
