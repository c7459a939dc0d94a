import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

/** Draws the PNG icons of the app from public/icon.svg. Run by `npm run icons` after a change of the drawing. */
const folder = fileURLToPath(new URL('../public/', import.meta.url));
const drawing = readFileSync(`${folder}icon.svg`, 'utf8');
/** Full-bleed ground: launchers cut maskable icons to their own shape, iOS rounds the corners itself. */
const square = drawing.replace('rx="112"', '');
/** The mark within the safe zone, a circle of 80 % (W3C Web App Manifest). */
const maskable = square.replace('<g id="mark">', '<g transform="translate(51.2 51.2) scale(0.8)">');

const ICONS = [
  { file: 'icon-192.png', side: 192, svg: drawing },
  { file: 'icon-512.png', side: 512, svg: drawing },
  { file: 'icon-maskable-512.png', side: 512, svg: maskable },
  { file: 'apple-touch-icon.png', side: 180, svg: square },
];

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run'],
});
for (const { file, side, svg } of ICONS) {
  const page = await browser.newPage({ viewport: { width: side, height: side } });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${side}px;height:${side}px}</style>${svg}`);
  writeFileSync(`${folder}${file}`, await page.screenshot({ omitBackground: true }));
  await page.close();
}
await browser.close();
