import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { GalleryState } from '../states/gallery-state.ts';
import { GALLERY_STATES } from '../states/gallery-states.ts';
import { comparePictures } from './compare-pictures.ts';
import { palettePng, readPng } from './palette-png.ts';

/** Where the accepted pictures are. */
export const PICTURES = new URL('../pictures/', import.meta.url);
/** Where what differs is put, for looking at. */
const DIFFERENCES = new URL('../../../.cache/gallery/', import.meta.url);

const DESK_SIZE = { width: 1280, height: 800 } as const;
const LOW_SIZE = { width: 1280, height: 600 } as const;

/** A picture that is taken of a state. */
export interface PictureOfState {
  /** Name of the file, without its ending. */
  readonly name: string;
  readonly size: { readonly width: number; readonly height: number };
}

export function picturesOf({ id, isAlsoLow }: GalleryState): readonly PictureOfState[] {
  const high = { name: id, size: DESK_SIZE };
  return isAlsoLow === true ? [high, { name: `${id}.low`, size: LOW_SIZE }] : [high];
}

/** Accepts what a page showed as the picture of that name. @param drawn PNG */
export async function acceptPicture(name: string, drawn: Uint8Array): Promise<void> {
  await writeFile(new URL(`${name}.png`, PICTURES), palettePng(readPng(drawn)));
}

/** Whether a page still shows what was accepted. @param drawn PNG */
export async function isAccepted(name: string, drawn: Uint8Array): Promise<boolean> {
  const accepted = await readFile(new URL(`${name}.png`, PICTURES)).catch(() => null);
  return accepted !== null && comparePictures(accepted, drawn) === null;
}

/** Takes away pictures of states that are no more. */
export async function removeStrayPictures(): Promise<void> {
  for (const name of await strayPictures()) await rm(new URL(`${name}.png`, PICTURES));
}

/** Accepted pictures that no state asks for. */
export async function strayPictures(): Promise<string[]> {
  const wanted = new Set(GALLERY_STATES.flatMap(picturesOf).map(({ name }) => name));
  return (await acceptedPictures()).filter((name) => !wanted.has(name));
}

/** Names of the accepted pictures. */
export async function acceptedPictures(): Promise<string[]> {
  const files = await readdir(PICTURES);
  return files.filter((file) => file.endsWith('.png')).map((file) => file.slice(0, -'.png'.length));
}

/**
 * Compares what a page shows with the accepted picture. Where they differ, both and their difference are put into a
 * folder, `.cache/gallery/` unless another is given.
 * @param drawn PNG
 * @returns what is wrong, in a sentence; null when nothing is
 */
export async function differenceFrom(name: string, drawn: Uint8Array, folder = DIFFERENCES): Promise<string | null> {
  const accepted = await readFile(new URL(`${name}.png`, PICTURES));
  const difference = comparePictures(accepted, drawn);
  if (difference === null) return null;
  await mkdir(folder, { recursive: true });
  const put = (kind: string, png: Uint8Array) => writeFile(new URL(`${name}.${kind}.png`, folder), png);
  await Promise.all([put('accepted', accepted), put('drawn', drawn), put('difference', difference.diff)]);
  const files = `${fileURLToPath(folder)}${name}.{accepted,drawn,difference}.png`;
  return `${name} is not as accepted (${difference.pixels} pixels in one place): see ${files}; npm run gallery:accept if it is meant`;
}

/** For so long, ms, a page may still come to what was accepted: its last words follow its last step by a moment. */
const COMES_WITHIN_MS = 15_000;

/**
 * Like `differenceFrom`, of a page that is looked at again until it shows what was accepted or its time is up.
 * @param draw the page as it is now, PNG
 */
export async function lastingDifferenceFrom(name: string, draw: () => Promise<Uint8Array>): Promise<string | null> {
  const until = performance.now() + COMES_WITHIN_MS;
  let drawn = await draw();
  while (!(await isAccepted(name, drawn)) && performance.now() < until) drawn = await draw();
  return differenceFrom(name, drawn);
}
