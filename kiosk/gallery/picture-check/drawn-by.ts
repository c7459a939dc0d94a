import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import * as z from 'zod';
import { PICTURES } from './pictures.ts';

/** What the accepted pictures were drawn with. Another browser or other fonts draw other letters. */
const drawnBySchema = z.strictObject({
  /** Version of Chromium. */
  browser: z.string(),
  /** Version of Debian's package fonts-noto-cjk; null where there is none. */
  fonts: z.string().nullable(),
});
export type DrawnBy = z.infer<typeof drawnBySchema>;

const FILE = new URL('drawn-by.json', PICTURES);
const run = promisify(execFile);

/** What this machine draws with. */
export async function drawnByHere(browser: Browser): Promise<DrawnBy> {
  const fonts = await run('dpkg-query', ['--status', 'fonts-noto-cjk']).then(
    ({ stdout }) => /^Version: (.+)$/m.exec(stdout)?.[1] ?? null,
    () => null,
  );
  return { browser: browser.version(), fonts };
}

/** What the accepted pictures were drawn with. */
export async function drawnByThen(): Promise<DrawnBy> {
  return drawnBySchema.parse(JSON.parse(await readFile(FILE, 'utf8')));
}

export async function writeDrawnBy(drawnBy: DrawnBy): Promise<void> {
  await writeFile(FILE, `${JSON.stringify(drawnBy, null, 2)}\n`);
}

/** Why pictures cannot be compared here, in a sentence; null when they can. */
export function whyNotComparable(then: DrawnBy, here: DrawnBy): string | null {
  const differing = [
    then.browser === here.browser ? [] : [`Chromium ${then.browser}, here is ${here.browser}`],
    then.fonts === here.fonts ? [] : [`fonts-noto-cjk ${then.fonts ?? 'none'}, here is ${here.fonts ?? 'none'}`],
  ].flat();
  if (differing.length === 0) return null;
  return `The gallery's pictures are NOT COMPARED: they were drawn with ${differing.join('; ')}. npm run gallery:accept draws them anew.`;
}
