import { crc32, deflateSync } from 'node:zlib';
import { PNG } from 'pngjs';

/** An image in memory: four bytes a pixel, red, green, blue, alpha. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const PALETTE_MAX = 256;
/** Between two levels of a channel, the finest first; all divide 255, so that black and white stay. */
const STEPS = [17, 51, 85] as const;

export function readPng(png: Uint8Array): Picture {
  return PNG.sync.read(Buffer.from(png));
}

/**
 * A picture in few colours as PNG with a palette: a third of the size. Each channel is rounded to sixteen levels, to
 * fewer where the palette (256 colours) would not do. The alpha channel is left out.
 */
export function palettePng(picture: Picture): Buffer {
  for (const step of STEPS) {
    const indexed = indexColours(picture, step);
    if (indexed !== null) return writePng(picture, indexed);
  }
  throw new RangeError('four levels of three channels are 64 colours');
}

interface Indexed {
  readonly palette: readonly number[];
  readonly indices: Uint8Array;
}

/** Null when the colours are too many for a palette. */
function indexColours({ width, height, data }: Picture, step: number): Indexed | null {
  const indices = new Uint8Array(width * height);
  const palette: number[] = [];
  const known = new Map<number, number>();
  const level = (at: number) => Math.round((data[at] ?? 0) / step) * step;
  for (let pixel = 0; pixel < indices.length; pixel += 1) {
    const at = pixel * 4;
    const colour = (level(at) << 16) | (level(at + 1) << 8) | level(at + 2);
    let index = known.get(colour);
    if (index === undefined) {
      index = palette.push(colour) - 1;
      if (index >= PALETTE_MAX) return null;
      known.set(colour, index);
    }
    indices[pixel] = index;
  }
  return { palette, indices };
}

/** PNG (ISO/IEC 15948) of colour type 3, eight bits a pixel, no filter. */
function writePng({ width, height }: Picture, { palette, indices }: Indexed): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 0xff, colour & 0xff]));
  const rows = Buffer.alloc((width + 1) * height);
  for (let row = 0; row < height; row += 1) {
    rows.set(indices.subarray(row * width, (row + 1) * width), row * (width + 1) + 1);
  }
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}
