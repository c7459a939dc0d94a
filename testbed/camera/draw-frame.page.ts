import { FRAME_HEIGHT, FRAME_WIDTH, STRIP_BLOCK_WIDTH, STRIP_HEIGHT, stripBlocks } from './frame-strip.ts';

/** Runs in the page: draws one camera frame as a laptop sees a phone held up to it. */
export interface FrameRequest {
  readonly codeNumber: number;
  /** Side of the code in modules, and its modules row by row as `1` (dark) and `0`; none for an empty frame. */
  readonly side: number;
  readonly modules: string;
  /** Degrees the phone is turned, and how much narrower (−) or wider (+) its far edge looks, as a fraction. */
  readonly tilt: number;
  readonly keystone: number;
  /** Pixels the phone is off the middle. */
  readonly shift: readonly [x: number, y: number];
  readonly blurPixels: number;
  readonly noiseSigma: number;
  readonly noiseSeed: number;
}

const QUIET_ZONE = 4;
const CODE_PIXELS = 560;
const JPEG_QUALITY = 0.82;

/** The frame as JPEG, base64. */
export function drawFrame(request: FrameRequest): string {
  const canvas = newCanvas(FRAME_WIDTH, FRAME_HEIGHT);
  const context = contextOf(canvas);
  const background = context.createLinearGradient(0, 0, FRAME_WIDTH, FRAME_HEIGHT);
  background.addColorStop(0, '#8a8378');
  background.addColorStop(1, '#4e5257');
  context.fillStyle = background;
  context.fillRect(0, 0, FRAME_WIDTH, FRAME_HEIGHT);
  if (request.side > 0) drawPhone(context, request);
  addNoise(context, request.noiseSigma, request.noiseSeed);
  for (const [at, white] of stripBlocks(request.codeNumber).entries()) {
    context.fillStyle = white ? '#ffffff' : '#000000';
    context.fillRect(at * STRIP_BLOCK_WIDTH, 0, STRIP_BLOCK_WIDTH, STRIP_HEIGHT);
  }
  return canvas.toDataURL('image/jpeg', JPEG_QUALITY).split(',')[1] ?? '';
}

function drawPhone(context: CanvasRenderingContext2D, request: FrameRequest): void {
  const code = drawCode(request);
  context.save();
  context.filter = `blur(${request.blurPixels}px)`;
  context.translate(FRAME_WIDTH / 2 + request.shift[0], FRAME_HEIGHT / 2 + request.shift[1]);
  context.rotate((request.tilt * Math.PI) / 180);
  context.drawImage(keystoned(code, request.keystone), -CODE_PIXELS / 2 - CODE_PIXELS / 8, -CODE_PIXELS / 2);
  context.restore();
}

function drawCode({ side, modules }: FrameRequest): HTMLCanvasElement {
  const canvas = newCanvas(CODE_PIXELS, CODE_PIXELS);
  const context = contextOf(canvas);
  context.fillStyle = '#f4f4f0';
  context.fillRect(0, 0, CODE_PIXELS, CODE_PIXELS);
  context.fillStyle = '#16181c';
  const pixels = CODE_PIXELS / (side + 2 * QUIET_ZONE);
  for (let at = 0; at < modules.length; at += 1) {
    if (modules[at] !== '1') continue;
    const x = (QUIET_ZONE + (at % side)) * pixels;
    const y = (QUIET_ZONE + Math.floor(at / side)) * pixels;
    context.fillRect(x, y, pixels + 0.3, pixels + 0.3);
  }
  return canvas;
}

/** The code seen at an angle: every row a little narrower or wider than the one above. */
function keystoned(code: HTMLCanvasElement, keystone: number): HTMLCanvasElement {
  const margin = CODE_PIXELS / 8;
  const canvas = newCanvas(CODE_PIXELS + 2 * margin, CODE_PIXELS);
  const context = contextOf(canvas);
  context.imageSmoothingQuality = 'high';
  for (let y = 0; y < CODE_PIXELS; y += 1) {
    const width = CODE_PIXELS * (1 - Math.abs(keystone) / 2 + keystone * (y / CODE_PIXELS - 0.5));
    context.drawImage(code, 0, y, CODE_PIXELS, 1, margin + (CODE_PIXELS - width) / 2, y, width, 1);
  }
  return canvas;
}

/** Gaussian noise (sum of uniform draws) on each colour channel alike. */
function addNoise(context: CanvasRenderingContext2D, sigma: number, seed: number): void {
  const image = context.getImageData(0, 0, FRAME_WIDTH, FRAME_HEIGHT);
  const { data } = image;
  let state = seed >>> 0 || 1;
  for (let at = 0; at < data.length; at += 4) {
    let sum = 0;
    for (let draw = 0; draw < 4; draw += 1) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      sum += (state >>> 0) / 4_294_967_296;
    }
    // Four uniform draws have a standard deviation of sqrt(1/3).
    const noise = (sum - 2) * Math.sqrt(3) * sigma;
    for (let channel = at; channel < at + 3; channel += 1) data[channel] = (data[channel] ?? 0) + noise;
  }
  context.putImageData(image, 0, 0);
}

function newCanvas(width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no 2d canvas');
  return context;
}
