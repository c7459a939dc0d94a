import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { type Picture, palettePng, readPng } from './palette-png.ts';

/** Two colours closer than this are the same, 1 being black beside white (pixelmatch); edges of letters are left out. */
const COLOUR_TOLERANCE = 0.1;
/** So many differing pixels in any square of WINDOW pixels are still taken for noise. */
const NOISE_PIXELS = 12;
const WINDOW = 64;

/** What differs between two pictures. */
export interface PictureDifference {
  /** Differing pixels in the square where there are most. */
  readonly pixels: number;
  /** The accepted picture, pale, with what differs in red; PNG. */
  readonly diff: Buffer;
}

/**
 * Compares a picture just drawn with the accepted one.
 * @param accepted a palette PNG
 * @param drawn any PNG of the page
 * @returns null when nothing differs but noise
 */
export function comparePictures(accepted: Uint8Array, drawn: Uint8Array): PictureDifference | null {
  const before = readPng(accepted);
  const after = readPng(palettePng(readPng(drawn)));
  const { width, height } = before;
  if (after.width !== width || after.height !== height) return { pixels: width * height, diff: palettePng(after) };
  const diff = new PNG({ width, height });
  const pixels = worstWindow(before, after, diff.data);
  return pixels <= NOISE_PIXELS ? null : { pixels, diff: PNG.sync.write(diff) };
}

function worstWindow(before: Picture, after: Picture, diff: Uint8Array): number {
  return pixelmatch(before.data, after.data, diff, before.width, before.height, {
    threshold: COLOUR_TOLERANCE,
    windowSize: WINDOW,
  });
}
