import { readFile, writeFile } from 'node:fs/promises';
import { settingsEn } from '../kiosk/src/i18n/settings-en.ts';
import { settingsJa } from '../kiosk/src/i18n/settings-ja.ts';

/**
 * Writes a sheet to print: how a USB scanner is set, and the code to try it out with. No barcodes of settings stand on
 * it: each maker's are its own.
 *
 *   npm run scanner-sheet [-- FILE]
 */
const [file = 'scanner-sheet.html'] = process.argv.slice(2);
const code = await readFile(new URL('../kiosk/src/screens/scanner/scanner-test-code.svg', import.meta.url), 'utf8');

const part = (
  language: string,
  { title, lead, steps, works }: typeof settingsJa.scanner,
) => `<section lang="${language}">
<h1>${title}</h1>
<ol>${Object.values(steps)
  .map((step) => `<li>${step}</li>`)
  .join('')}</ol>
<p>${lead} → <strong>${works.title}</strong></p>
</section>`;

await writeFile(
  file,
  `<!doctype html><html lang="ja"><meta charset="utf-8"><title>${settingsJa.scanner.title}</title>
<style>
@page{size:A4;margin:18mm}
body{font-family:"Noto Sans JP","Noto Sans CJK JP",sans-serif;line-height:1.7;margin:0 auto;max-width:174mm}
.codes{display:flex;align-items:flex-end;gap:20mm;margin:8mm 0}
.codes svg{height:auto}
h1{font-size:1.4rem;margin:0 0 .5rem}
section+section{margin-top:8mm}
</style>
<div class="codes"><div style="width:60mm">${code}</div><div style="width:30mm">${code}</div></div>
${part('ja', settingsJa.scanner)}
${part('en', settingsEn.scanner)}
</html>
`,
);
console.log(`${file}: print it, and read its code with each scanner at the open desk.`);
