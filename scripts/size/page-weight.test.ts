import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { weighPage } from './page-weight.ts';

const HTML =
  '<script type="module" crossorigin src="/card/assets/main.js"></script>' +
  '<link rel="modulepreload" crossorigin href="/card/assets/preloaded.js">' +
  '<link rel="stylesheet" crossorigin href="/card/assets/main.css"><link rel="icon" href="/card/icon.svg">';
const ASSETS = {
  'main.js': 'import{a as b}from"./part.js";import"./bare.js";b(()=>import("./later.js"));',
  'part.js': 'import*as c from"./deeper.js";export{c as a};',
  'bare.js': 'let x=1;',
  'deeper.js': 'export const d="deep";',
  'preloaded.js': 'export{};',
  'later.js': 'export const later="only when asked for";',
  'main.css': 'body{color:red}',
};

let dist = '';
beforeEach(() => {
  dist = mkdtempSync(join(tmpdir(), 'page-weight-'));
  mkdirSync(join(dist, 'assets'));
  writeFileSync(join(dist, 'index.html'), HTML);
  for (const [name, text] of Object.entries(ASSETS)) writeFileSync(join(dist, 'assets', name), text);
});
afterEach(() => rmSync(dist, { recursive: true }));

describe('the weight of a page', () => {
  const gzip = (text: string) => gzipSync(text, { level: 9 }).length;
  const all = [HTML, ...Object.values(ASSETS)].map(gzip).reduce((sum, bytes) => sum + bytes, 0);

  it('counts until the page stands what is named, preloaded and imported at once, and nothing twice', () => {
    expect(weighPage(dist, '/card/')).toEqual({ first: all - gzip(ASSETS['later.js']), all });
  });
});
