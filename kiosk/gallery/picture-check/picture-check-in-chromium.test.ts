import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { seededRandom } from '@uketsuke/shared/sample-households';
import type { Browser } from 'playwright-core';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchWithoutCamera } from '../camera-film.ts';
import { type GallerySite, serveGallery } from '../gallery-site.ts';
import { GALLERY_STATES } from '../states/gallery-states.ts';
import { comparePictures } from './compare-pictures.ts';
import { whyNotComparable } from './drawn-by.ts';
import { GalleryWindow } from './gallery-window.ts';
import { palettePng, readPng } from './palette-png.ts';
import { differenceFrom, picturesOf } from './pictures.ts';

/** That the comparison of pictures can fail, and that it does not fail for nothing. */

let folder: string;
let site: GallerySite;
let browser: Browser;
let window: GalleryWindow;
let drawn: Buffer;
let accepted: Buffer;
let size: { readonly width: number; readonly height: number };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uketsuke-pictures-'));
  [site, browser] = await Promise.all([serveGallery(folder), launchWithoutCamera()]);
  window = await GalleryWindow.open(browser, site.origin);
  const state = GALLERY_STATES.find(({ id }) => id === 'reception-admitted-family');
  const [picture] = state === undefined ? [] : picturesOf(state);
  if (state === undefined || picture === undefined) throw new Error('no such state');
  await window.goTo(state);
  size = picture.size;
  drawn = await window.picture(size);
  accepted = palettePng(readPng(drawn));
}, 120_000);

afterAll(async () => {
  await window?.close();
  await browser?.close();
  await site?.close();
  await rm(folder, { recursive: true, force: true });
});

/** The page's picture after some of its style was changed. */
async function pictureWith(selector: string, style: Readonly<Record<string, string>>): Promise<Buffer> {
  const element = window.page.locator(selector).first();
  await element.evaluate((styled: HTMLElement, changes) => Object.assign(styled.style, changes), style);
  const picture = await window.picture(size);
  await element.evaluate((styled: HTMLElement) => styled.removeAttribute('style'));
  return picture;
}

describe('the comparison of pictures', () => {
  it('takes the same page, drawn again, for the same', async () => {
    expect(comparePictures(accepted, await window.picture(size))).toBeNull();
  });

  it.each([
    ['a part of the screen that moved by 4 px', '.counts', { marginTop: '4px' }],
    ['an icon that moved by 4 px', '.top-bar .icon', { marginLeft: '4px' }],
    ['a name that moved by 4 px', '.person-name', { paddingLeft: '4px' }],
    ['another colour', '.result-title', { color: '#c00' }],
    ['a line that is gone', '.top-bar', { borderBottomColor: 'transparent' }],
  ] as const)('sees %s', async (_what, selector, style) => {
    const difference = comparePictures(accepted, await pictureWith(selector, style));
    expect(difference?.pixels).toBeGreaterThan(0);
    expect(readPng(difference?.diff ?? Buffer.alloc(0)).width).toBe(size.width);
  });

  it('puts what differs where it can be looked at, and names it', async () => {
    const shifted = await pictureWith('.counts', { marginTop: '4px' });
    const into = pathToFileURL(join(folder, 'differences/'));
    const said = await differenceFrom('reception-admitted-family', shifted, into);
    expect(said).toContain('reception-admitted-family is not as accepted');
    expect(said).toContain(join(folder, 'differences'));
    const kinds = ['accepted', 'difference', 'drawn'];
    expect((await readdir(into)).sort()).toEqual(kinds.map((kind) => `reception-admitted-family.${kind}.png`));
  });

  it('takes edges of letters that are drawn a little differently for the same', () => {
    const random = seededRandom(1);
    const { width, height, data } = readPng(drawn);
    const noisy = Uint8Array.from(data, (value, at) => {
      const isEdge = at % 4 !== 3 && value > 20 && value < 235;
      return isEdge ? value + Math.round((random() - 0.5) * 16) : value;
    });
    expect(noisy).not.toEqual(Uint8Array.from(data));
    const png = PNG.sync.write(Object.assign(new PNG({ width, height }), { data: Buffer.from(noisy) }));
    expect(comparePictures(accepted, png)).toBeNull();
  });

  it('takes another size for a difference', async () => {
    const low = await window.picture({ width: size.width, height: size.height - 100 });
    expect(comparePictures(accepted, low)).not.toBeNull();
  });
});

describe('another browser or other fonts than those that drew the pictures', () => {
  const then = { browser: '156.0.1', fonts: '1:2022' };
  it('is said, with what drew them and what is here', () => {
    expect(whyNotComparable(then, then)).toBeNull();
    const said = whyNotComparable(then, { browser: '157.0.0', fonts: null });
    for (const part of ['156.0.1', '157.0.0', '1:2022', 'none', 'gallery:accept']) expect(said).toContain(part);
  });
});
