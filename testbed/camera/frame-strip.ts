/**
 * A row of black and white blocks along the top edge of every camera frame: it tells a bench, by reading a few
 * pixels, which code a frame shows, without decoding the code. White, black, then the number's bits, then parity.
 */
export const FRAME_WIDTH = 1280;
export const FRAME_HEIGHT = 720;
export const STRIP_BLOCK_WIDTH = 40;
export const STRIP_HEIGHT = 24;

const NUMBER_BITS = 12;
export const STRIP_BLOCKS = 2 + NUMBER_BITS + 1;

/** Number of a frame without a code. Codes are numbered from 1. */
export const NO_CODE = 0;

/** Whether each block is white, from the left. */
export function stripBlocks(codeNumber: number): boolean[] {
  if (!Number.isInteger(codeNumber) || codeNumber < 0 || codeNumber >= 2 ** NUMBER_BITS) {
    throw new RangeError(`a code number has at most ${NUMBER_BITS} bits`);
  }
  const bits = Array.from({ length: NUMBER_BITS }, (_, bit) => ((codeNumber >> bit) & 1) === 1);
  return [true, false, ...bits, bits.filter(Boolean).length % 2 === 1];
}

/** The code number of block brightnesses (0 to 255), or `undefined` when it is no strip. */
export function readStrip(brightness: readonly number[]): number | undefined {
  const blocks = brightness.slice(0, STRIP_BLOCKS).map((value) => value >= 128);
  const number = blocks.slice(2, 2 + NUMBER_BITS).reduce((sum, white, bit) => sum + (white ? 2 ** bit : 0), 0);
  const expected = stripBlocks(number);
  return blocks.length === STRIP_BLOCKS && expected.every((white, at) => white === blocks[at]) ? number : undefined;
}
