import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '@uketsuke/shared/sample-households';
import type { Page } from 'playwright-core';
import { create } from 'qrcode';
import { launchChromium } from '../stage/chromium.ts';
import type { FrameRequest } from './draw-frame.page.ts';
import { NO_CODE } from './frame-strip.ts';
import { pageScript } from './page-module.ts';

/** Chromium plays a file of JPEG frames at this rate. */
export const CAMERA_FRAMES_PER_SECOND = 30;
/** Different pictures of the same code, shown in turn: a hand is never still. */
const VARIANTS = 3;
const NOISE_SIGMA = 6;

export interface CameraFileOptions {
  /** Texts of the codes, shown one after the other. The strip numbers them from 1. */
  readonly codes: readonly string[];
  /** How long each is shown, ms. */
  readonly intervalMs: number;
  /** Empty picture before the first code, ms. */
  readonly leadInMs: number;
  /** Empty picture after the last code before the film begins again, ms; 0 when not given. */
  readonly leadOutMs?: number;
  /** Where to write the film (concatenated JPEG frames of 1280 × 720). */
  readonly path: string;
  readonly seed?: number;
}

/** Films codes as a laptop's camera sees phones: a little turned, slanted, blurred and noisy. */
export async function writeCameraFile(options: CameraFileOptions): Promise<void> {
  const browser = await launchChromium();
  const file = await open(options.path, 'w');
  try {
    const page = await browser.newPage();
    await page.evaluate(await pageScript(join(import.meta.dirname, 'draw-frame.page.ts'), 'camera'));
    const random = seededRandom(options.seed ?? 1);
    const empty = [await jpegOf(page, frameRequest(undefined, NO_CODE, random))];
    const show = async (frames: readonly Buffer[], ms: number) => {
      const count = Math.round((ms * CAMERA_FRAMES_PER_SECOND) / 1000);
      for (let at = 0; at < count; at += 1) await file.write(frames[at % frames.length] ?? Buffer.alloc(0));
    };
    await show(empty, options.leadInMs);
    for (const [at, code] of options.codes.entries()) {
      const frames: Buffer[] = [];
      while (frames.length < VARIANTS) frames.push(await jpegOf(page, frameRequest(code, at + 1, random)));
      // Each picture stays for some frames, as between two small movements of a hand.
      await show(
        frames.flatMap((frame) => [frame, frame, frame, frame]),
        options.intervalMs,
      );
    }
    await show(empty, options.leadOutMs ?? 0);
  } finally {
    await file.close();
    await browser.close();
  }
}

function frameRequest(code: string | undefined, codeNumber: number, random: () => number): FrameRequest {
  const spread = (limit: number) => (random() * 2 - 1) * limit;
  const modules = code === undefined ? undefined : create(code, { errorCorrectionLevel: 'M' }).modules;
  return {
    codeNumber,
    side: modules?.size ?? 0,
    modules: modules === undefined ? '' : Array.from(modules.data, (dark) => (dark ? '1' : '0')).join(''),
    tilt: spread(9),
    keystone: spread(0.09),
    shift: [spread(90), spread(20)],
    blurPixels: 0.5 + random() * 0.5,
    noiseSigma: NOISE_SIGMA,
    noiseSeed: Math.floor(random() * 2 ** 31),
  };
}

async function jpegOf(page: Page, request: FrameRequest): Promise<Buffer> {
  const base64: unknown = await page.evaluate(`camera.drawFrame(${JSON.stringify(request)})`);
  if (typeof base64 !== 'string') throw new Error('the page drew nothing');
  return Buffer.from(base64, 'base64');
}
