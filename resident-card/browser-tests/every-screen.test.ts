import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { CITY_NAME, type City, looseTexts, openCity, openPhone, readPicture, register, shownCode } from './phone.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const axeResults = z.object({
  violations: z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) })),
});
/** Screenshots to look at; not kept in the repository. */
const pictures = fileURLToPath(new URL('../../.cache/resident-card-screens/', import.meta.url));

let city: City;
beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  city = await openCity();
});
afterAll(() => city.close());

async function violationsOf(page: Page): Promise<string[]> {
  const found = axeResults.parse(
    await page.evaluate(
      `${axeSource};axe.run(document, { runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice'] })`,
    ),
  );
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
}

/** Controls that a finger could miss: lower or narrower than 44 CSS pixels. */
async function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('button, select, textarea, label.choice, input:not([type=checkbox], [type=radio])')]
      .filter((control) => control.checkVisibility() && !control.classList.contains('skip-link'))
      .filter((control) => {
        const { width, height } = control.getBoundingClientRect();
        return width < 44 || height < 44;
      })
      .map((control) => control.outerHTML.slice(0, 120)),
  );
}

/** Visits every screen in order. */
async function walk(page: Page, look: (name: string) => Promise<void>): Promise<void> {
  await page.goto('/card/');
  await page.getByTestId('start-registration').waitFor();
  await look('welcome');
  await page.getByTestId('start-registration').click();
  await page.getByTestId('submit-card').click();
  await page.getByTestId('problems').waitFor();
  await look('form-problems');
  await page.getByTestId('member-needs-0').click();
  await page.locator('[data-need="allergy/egg"]').click();
  await page.getByTestId('member-other-need-0').fill('夜は付き添いが必要');
  await look('form-needs');
  await register(page);
  await look('card');
  await page.getByTestId('show-large').click();
  await page.getByTestId('close-show').waitFor();
  await look('show');
  await page.getByTestId('close-show').click();
  for (const paper of ['print-wallet', 'print-sheet']) {
    await page.getByTestId(paper).click();
    await page.getByTestId('do-print').waitFor();
    await look(paper);
    await page.goBack();
  }
  await page.getByTestId('reissue').click();
  await page.getByTestId('submit-card').waitFor();
  await look('change');
  await page.goBack();
  await page.getByTestId('revoke').click();
  await page.getByTestId('confirm').waitFor();
  await look('revoke');
  await page.getByTestId('confirm').click();
  await page.getByTestId('renew').waitFor();
  await look('revoked');
}

describe.each([
  ['ja-JP', 390, 844],
  ['en-US', 390, 844],
  ['ja-JP', 320, 640],
  ['ja-JP', 1280, 800],
])('every screen in %s at %i × %i', (locale, width, height) => {
  it('can be used by everyone: axe, big targets, nothing cut off', async () => {
    const viewport = { width, height };
    const phone = await openPhone(city, { locale, viewport, isMobile: width < 600, reducedMotion: 'reduce' });
    const { page } = phone;
    const faults: string[] = [];
    await walk(page, async (name) => {
      await page.screenshot({ path: join(pictures, `${locale}-${width}-${name}.png`), fullPage: name !== 'revoke' });
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      if (overflow > 0) faults.push(`${name}: ${overflow} px too wide`);
      for (const fault of [...(await violationsOf(page)), ...(await smallTargets(page))])
        faults.push(`${name}: ${fault}`);
      for (const text of await looseTexts(page)) faults.push(`${name}: beside elements: ${text}`);
    });
    expect(faults).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(locale.slice(0, 2));
    await phone.context.close();
  });
});

/** How much of each line to cut along is there (left, right, top, bottom) around the first wallet card, at 150 dpi. */
function dashesAround({ data, width }: PNG): number[] {
  const px = (mm: number) => Math.round((mm * 150) / 25.4);
  // The page's margin and the room around the cards; print.css has both.
  const [left, top, right, bottom] = [px(14), px(14), px(14 + 85.6), px(14 + 54)];
  const isDark = (x: number, y: number) =>
    [-2, -1, 0, 1, 2].some((by) => (data[4 * ((y + by) * width + x)] ?? 255) < 200) ||
    [-2, -1, 0, 1, 2].some((by) => (data[4 * (y * width + x + by)] ?? 255) < 200);
  const part = (points: readonly (readonly [number, number])[]) =>
    points.filter(([x, y]) => isDark(x, y)).length / points.length;
  // Without the corners, where the one line's ends would pass for the other's.
  const down = Array.from({ length: bottom - top - 20 }, (_, at) => top + 10 + at);
  const across = Array.from({ length: right - left - 20 }, (_, at) => left + 10 + at);
  return [
    part(down.map((y) => [left, y])),
    part(down.map((y) => [right, y])),
    part(across.map((x) => [x, top])),
    part(across.map((x) => [x, bottom])),
  ];
}

describe('on paper', () => {
  it.each([
    ['print-wallet', 2],
    ['print-sheet', 1],
  ])('%s is one A4 page whose codes can be read', async (paper, codes) => {
    const folder = mkdtempSync(join(tmpdir(), 'card-print-'));
    const phone = await openPhone(city);
    const { page } = phone;
    await register(page);
    const code = await shownCode(page);
    await page.getByTestId(paper).click();
    await page.getByTestId('do-print').waitFor();
    const sizeSaid = (await page.getByTestId('module-size').textContent()) ?? '';
    const millimetres = Number(/([\d.]+) mm/.exec(sizeSaid)?.[1]);
    expect(millimetres).toBeGreaterThan(0.4);
    await page.emulateMedia({ media: 'print' });
    // The width of A4 between its margins, so that the layout is that of the paper.
    await page.setViewportSize({ width: 703, height: 1032 });
    const box = await page.getByTestId('print-qr').boundingBox();
    const sides = await page
      .getByTestId('print-qr')
      .evaluate((drawing) => Number(drawing.getAttribute('viewBox')?.split(' ')[2]));
    expect((box?.width ?? 0) / sides / (96 / 25.4)).toBeCloseTo(millimetres, 1);
    writeFileSync(join(folder, 'paper.pdf'), await page.pdf({ preferCSSPageSize: true }));
    execFileSync('pdftoppm', ['-r', '150', '-png', join(folder, 'paper.pdf'), join(folder, 'paper')]);
    const picture = readFileSync(join(folder, 'paper-1.png'));
    writeFileSync(join(pictures, `${paper}.png`), picture);
    const words = execFileSync('pdftotext', [join(folder, 'paper.pdf'), '-'], { encoding: 'utf8' });
    expect(words).toContain('熊本 花子');
    expect(words).toContain(CITY_NAME);
    if (paper === 'print-wallet') expect(dashesAround(PNG.sync.read(picture)).every((part) => part > 0.3)).toBe(true);
    if (paper === 'print-sheet') expect(words).toContain('How to use it');
    for (const secret of ['1980', '手取本町', 'クマモト', '印刷する']) expect(words).not.toContain(secret);
    expect(() => readFileSync(join(folder, 'paper-2.png'))).toThrow('ENOENT');
    expect(await readPicture(picture)).toEqual(Array.from({ length: codes }, () => code));
    rmSync(folder, { recursive: true });
    await phone.context.close();
  });
});

describe('a large household', () => {
  it('still fits on one sheet, with every name', async () => {
    const phone = await openPhone(city);
    const { page } = phone;
    const written = Array.from({ length: 12 }, (_, at) => `勘解由小路 ${'一二三四五六七八九十百千'[at]}之介`);
    await register(page, {
      members: written.map((name) => ({ written: name, kana: '', birth: '1980' })),
      address: '益城町木山1',
    });
    await page.getByTestId('print-sheet').click();
    await page.getByTestId('do-print').waitFor();
    const folder = mkdtempSync(join(tmpdir(), 'card-print-'));
    writeFileSync(join(folder, 'paper.pdf'), await page.pdf({ preferCSSPageSize: true }));
    const words = execFileSync('pdftotext', [join(folder, 'paper.pdf'), '-'], { encoding: 'utf8' });
    for (const name of written) expect(words).toContain(name);
    expect(execFileSync('pdfinfo', [join(folder, 'paper.pdf')], { encoding: 'utf8' })).toMatch(/Pages:\s+1\n/);
    rmSync(folder, { recursive: true });
    await phone.context.close();
  });
});

describe('the installed app', () => {
  it('has a manifest with icons that exist', async () => {
    const manifest = z
      .object({
        start_url: z.string(),
        display: z.string(),
        icons: z.array(z.object({ src: z.string(), sizes: z.string() })),
      })
      .parse(await (await fetch(`${city.server.url}/card/manifest.webmanifest`)).json());
    expect(manifest).toMatchObject({ start_url: '/card/', display: 'standalone' });
    for (const { src } of manifest.icons) expect((await fetch(`${city.server.url}/card/${src}`)).status).toBe(200);
  });
});
