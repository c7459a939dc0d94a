import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchWithoutCamera } from '../kiosk/gallery/camera-film.ts';
import { serveGallery } from '../kiosk/gallery/gallery-site.ts';
import { drawnByHere, drawnByThen, whyNotComparable, writeDrawnBy } from '../kiosk/gallery/picture-check/drawn-by.ts';
import { GalleryWindow } from '../kiosk/gallery/picture-check/gallery-window.ts';
import {
  acceptPicture,
  isAccepted,
  PICTURES,
  type PictureOfState,
  picturesOf,
  removeStrayPictures,
} from '../kiosk/gallery/picture-check/pictures.ts';
import { GALLERY_STATES } from '../kiosk/gallery/states/gallery-states.ts';

/**
 * Draws the gallery's pictures anew and accepts them. Only pictures that look different are written, all of them where
 * another browser draws.
 *
 *   npm run gallery:accept [-- <part of the states' ids>]
 */
const [part = ''] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'uketsuke-gallery-'));
const [site, browser] = await Promise.all([serveGallery(folder), launchWithoutCamera()]);
try {
  await mkdir(PICTURES, { recursive: true });
  const here = await drawnByHere(browser);
  const then = await drawnByThen().catch(() => null);
  const isAnother = then === null || whyNotComparable(then, here) !== null;
  const window = await GalleryWindow.open(browser, site.origin);
  let changed = 0;
  for (const state of GALLERY_STATES.filter(({ id }) => id.includes(part))) {
    await window.goTo(state);
    for (const { name, size } of picturesOf(state)) {
      const drawn = await stillPicture(window, size);
      if (!isAnother && (await isAccepted(name, drawn))) continue;
      await acceptPicture(name, drawn);
      console.log(name);
      changed += 1;
    }
  }
  await removeStrayPictures();
  // Pictures that were not drawn now stay those of the browser that drew them.
  if (part === '' || then === null) await writeDrawnBy(here);
  console.log(`${changed} pictures drawn by Chromium ${here.browser}: look at them before you commit them.`);
} finally {
  await browser.close();
  await site.close();
  await rm(folder, { recursive: true, force: true });
}

/** The page once it looks the same twice in a row: its last words follow its last step by a moment. */
async function stillPicture(window: GalleryWindow, size: PictureOfState['size']): Promise<Buffer> {
  let drawn = await window.picture(size);
  for (;;) {
    const again = await window.picture(size);
    if (again.equals(drawn)) return drawn;
    drawn = again;
  }
}
