import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStrip, STRIP_BLOCKS, stripBlocks } from './frame-strip.ts';

const brightnessOf = (blocks: readonly boolean[]): number[] => blocks.map((white) => (white ? 220 : 30));

describe('the strip of a camera frame', () => {
  it('gives every code number back', () => {
    for (let number = 0; number < 4_096; number += 1) {
      expect(readStrip(brightnessOf(stripBlocks(number)))).toBe(number);
    }
  });

  it('is not read from a frame with one block wrong, nor from a dark or bright one', () => {
    fc.assert(
      fc.property(fc.nat(4_095), fc.nat(STRIP_BLOCKS - 1), (number, at) => {
        const blocks = stripBlocks(number).map((white, index) => (index === at ? !white : white));
        expect(readStrip(brightnessOf(blocks))).toBeUndefined();
      }),
    );
    expect(readStrip(Array.from({ length: STRIP_BLOCKS }, () => 0))).toBeUndefined();
    expect(readStrip(Array.from({ length: STRIP_BLOCKS }, () => 255))).toBeUndefined();
    expect(readStrip([])).toBeUndefined();
  });

  it('refuses a number that does not fit', () => {
    expect(() => stripBlocks(4_096)).toThrow(RangeError);
    expect(() => stripBlocks(-1)).toThrow(RangeError);
  });
});
