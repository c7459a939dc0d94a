import { BundleRefusedError } from './bundle-errors.ts';
import { BUNDLE_MAX_BYTES, HEADER_MAX_BYTES, LINE_MAX_BYTES } from './bundle-format.ts';

const LINE_FEED = 10;

/**
 * The lines of a file, each with its line feed, read without keeping more than one. The first is short, or it is no
 * bundle.
 * @throws BundleRefusedError `not-a-bundle`, `bundle-damaged` (an endless line, no line feed at the end),
 * `bundle-too-large`
 */
export async function* linesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let pieces: Uint8Array[] = [];
  let length = 0;
  let bytes = 0;
  let isFirst = true;
  const endless = () =>
    isFirst
      ? new BundleRefusedError('not-a-bundle', 'the file does not begin like a bundle')
      : new BundleRefusedError('bundle-damaged', 'a line is too long or not ended');
  for await (const piece of source) {
    bytes += piece.length;
    if (bytes > BUNDLE_MAX_BYTES) throw new BundleRefusedError('bundle-too-large', 'the file is too large');
    for (let from = 0; from < piece.length; ) {
      const feed = piece.indexOf(LINE_FEED, from);
      const to = feed < 0 ? piece.length : feed + 1;
      pieces.push(piece.subarray(from, to));
      length += to - from;
      if (length > (isFirst ? HEADER_MAX_BYTES : LINE_MAX_BYTES)) throw endless();
      from = to;
      if (feed < 0) continue;
      yield joined(pieces, length);
      pieces = [];
      length = 0;
      isFirst = false;
    }
  }
  if (length > 0 || isFirst) throw endless();
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
