import { prepareZXingModule, type ReaderOptions, readBarcodes } from 'zxing-wasm/reader';
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';
import type { DecoderReply, FrameToDecode } from './decoder-messages.ts';

/** Runs in a Worker: decodes one video frame at a time with zxing-cpp, so that the screen never waits for it. */

const OPTIONS: ReaderOptions = {
  formats: ['QRCode'],
  tryHarder: true,
  tryRotate: true,
  tryInvert: true,
  tryDownscale: true,
};
/** How many codes to look for when the one in view is known already: a poster's code must not hide a card. */
const CODES_WHEN_THOROUGH = 4;

// The reader is served with the program; by default it would be fetched from a CDN.
const ready = prepareZXingModule({ overrides: { locateFile: () => wasmUrl }, fireImmediately: true });
const canvas = new OffscreenCanvas(1, 1);
const context = canvas.getContext('2d', { willReadFrequently: true });

ready.then(
  () => reply({ kind: 'ready' }),
  () => reply({ kind: 'broken' }),
);

self.addEventListener('message', (event: MessageEvent<FrameToDecode>) => {
  decode(event.data).then(
    (texts) => reply({ kind: 'decoded', texts }),
    () => reply({ kind: 'broken' }),
  );
});

async function decode({ bitmap, thorough }: FrameToDecode): Promise<string[]> {
  const { width, height } = bitmap;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  if (context === null) throw new Error('no canvas in the worker');
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const image = context.getImageData(0, 0, width, height);
  const codes = await readBarcodes(image, { ...OPTIONS, maxNumberOfSymbols: thorough ? CODES_WHEN_THOROUGH : 1 });
  return codes.filter((code) => code.isValid).map((code) => code.text);
}

function reply(message: DecoderReply): void {
  self.postMessage(message);
}
