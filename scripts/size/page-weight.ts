import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { gzipSync } from 'node:zlib';

/** What a built page weighs on the line, gzip, in bytes. */
export interface PageWeight {
  /** Until the page stands: the entry page, what it names, and what those files import at once. */
  readonly first: number;
  /** Every file of code and style, also what comes when it is needed. */
  readonly all: number;
}

const NAMED_BY_HTML = /<(?:script[^>]* src|link[^>]*rel="(?:stylesheet|modulepreload)"[^>]* href)="([^"]+)"/g;
const IMPORTED = /(?:^|[;}])import(?:[^;"'()]*?from)?["'](\.[^"']+)["']/g;

/**
 * Weighs a page that Vite built.
 * @param dist the folder with `index.html`
 * @param base the path at which the page is served, as in Vite's `base`
 */
export function weighPage(dist: string, base = '/'): PageWeight {
  const weigh = (path: string) => gzipSync(readFileSync(join(dist, path)), { level: 9 }).length;
  const sum = (paths: Iterable<string>) => [...paths].reduce((bytes, path) => bytes + weigh(path), 0);
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  const named = [...html.matchAll(NAMED_BY_HTML)].map(([, path = '']) => path.slice(base.length));
  const first = new Set(named);
  // A set grows while it is walked: what a file imports is walked, too.
  for (const path of first) {
    if (!path.endsWith('.js')) continue;
    for (const [, to = ''] of readFileSync(join(dist, path), 'utf8').matchAll(IMPORTED))
      first.add(posix.join(posix.dirname(path), to));
  }
  const assets = readdirSync(join(dist, 'assets')).filter((name) => /\.(js|css)$/.test(name));
  return {
    first: weigh('index.html') + sum(first),
    all: weigh('index.html') + sum(assets.map((name) => posix.join('assets', name))),
  };
}
