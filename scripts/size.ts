import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildChangedParts } from './setup/build.ts';
import { weighPage } from './size/page-weight.ts';
import { weighServerInstall } from './size/server-install.ts';

// `npm run size`: what the pages weigh on the line (gzip, kB of 1,000 bytes), until they stand and in all, and what the
// server's packages take on disk (MB). The last line of stdout is the result.
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const PAGES = [
  { name: 'card', dist: 'resident-card/dist', base: '/card/' },
  { name: 'console', dist: 'sync-server/console/dist', base: '/hq/' },
  { name: 'kiosk', dist: 'kiosk/dist', base: '/' },
];

buildChangedParts((sentence) => console.log(sentence));
const pages = PAGES.map(({ name, dist, base }) => {
  const { first, all } = weighPage(join(root, dist), base);
  console.log(`${name}: ${kilobytes(first)} kB until it stands, ${kilobytes(all)} kB in all`);
  return [name, { firstKB: kilobytes(first), allKB: kilobytes(all) }];
});
const install = weighServerInstall(root);
const serverInstallMB = Number((install.bytes / 1e6).toFixed(1));
console.log(`server: ${serverInstallMB} MB of packages, installed in ${install.seconds.toFixed(1)} s`);
console.log(JSON.stringify({ ...Object.fromEntries(pages), serverInstallMB }));

function kilobytes(bytes: number): number {
  return Number((bytes / 1000).toFixed(1));
}
