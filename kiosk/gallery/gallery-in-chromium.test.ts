import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchWithoutCamera } from './camera-film.ts';
import { type GallerySite, serveGallery } from './gallery-site.ts';
import { drawnByHere, drawnByThen, whyNotComparable } from './picture-check/drawn-by.ts';
import { GalleryWindow } from './picture-check/gallery-window.ts';
import {
  acceptedPictures,
  lastingDifferenceFrom,
  PICTURES,
  picturesOf,
  strayPictures,
} from './picture-check/pictures.ts';
import { GALLERY_STATES } from './states/gallery-states.ts';

/** Every state of the gallery is reached without an error, and looks as it was accepted (`npm run gallery:accept`). */

const ALL_PICTURES_MAX_BYTES = 6_000_000;
/** A state takes about a second on a quiet machine. */
const STATE_WITHIN_MS = 180_000;
/** States on their way at a time: each waits for most of it. No more than vitest's `maxConcurrency`. */
const WINDOWS = 4;

let folder: string;
let site: GallerySite;
let browser: Browser;
/** Those that no state is shown in at the moment. */
let idle: GalleryWindow[];
/** Why pictures cannot be compared on this machine; null when they can. */
let notComparable: string | null;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uketsuke-gallery-'));
  [site, browser] = await Promise.all([serveGallery(folder), launchWithoutCamera()]);
  idle = await Promise.all(Array.from({ length: WINDOWS }, () => GalleryWindow.open(browser, site.origin)));
  notComparable = whyNotComparable(await drawnByThen(), await drawnByHere(browser));
  if (notComparable !== null) console.warn(notComparable);
}, 120_000);

afterAll(async () => {
  for (const window of idle ?? []) await window.close();
  await browser?.close();
  await site?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the gallery', () => {
  it('has states of different names, and a picture of each and no others, in less than 6 MB', async () => {
    const ids = GALLERY_STATES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(await strayPictures()).toEqual([]);
    const accepted = await acceptedPictures();
    const wanted = GALLERY_STATES.flatMap(picturesOf).map(({ name }) => name);
    expect(wanted.filter((name) => !accepted.includes(name))).toEqual([]);
    const sizes = await Promise.all(accepted.map(async (name) => (await stat(new URL(`${name}.png`, PICTURES))).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(ALL_PICTURES_MAX_BYTES);
  });

  it.concurrent.each(GALLERY_STATES.map((state) => [state.id, state] as const))(
    'shows %s as accepted',
    async (_id, state) => {
      const window = idle.pop();
      if (window === undefined) throw new Error('more tests at a time than windows');
      try {
        await window.goTo(state);
        const wrong: (string | null)[] = [];
        for (const { name, size } of picturesOf(state)) {
          const draw = () => window.picture(size);
          if (notComparable === null) wrong.push(await lastingDifferenceFrom(name, draw));
        }
        expect(wrong.filter((sentence) => sentence !== null)).toEqual([]);
        expect(window.complaints).toEqual([]);
      } finally {
        idle.push(window);
      }
    },
    STATE_WITHIN_MS,
  );
});
