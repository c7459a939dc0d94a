import { writeFile } from 'node:fs/promises';
import { type Browser, chromium } from 'playwright-core';
import QRCode from 'qrcode';

const CHROMIUM = '/usr/bin/chromium';
/** Much longer than anything takes: a busy machine must not fail a test. */
const PATIENCE_MS = 90_000;
const QUIET = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Chromium whose camera plays the film; without one, it has Chromium's own test picture. */
export function launchWithCamera(filmPath?: string): Promise<Browser> {
  const film = filmPath === undefined ? [] : [`--use-file-for-fake-video-capture=${filmPath}`];
  return launch('--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', ...film);
}

/** Chromium without any camera. */
export function launchWithoutCamera(): Promise<Browser> {
  return launch();
}

async function launch(...more: string[]): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...QUIET, ...more] });
  browser.on('context', (context) => context.setDefaultTimeout(PATIENCE_MS));
  return browser;
}

/** A scene of a film: a code held to the camera, or an empty desk, for so many frames (30 a second). */
export interface Scene {
  readonly code: string | null;
  readonly frames: number;
}

/** Films the scenes as MJPEG, 1280 × 720, each code a little tilted as a hand would hold it. */
export async function film(browser: Browser, scenes: readonly Scene[], path: string): Promise<void> {
  const page = await browser.newPage();
  const frames: Buffer[] = [];
  for (const scene of scenes) {
    const picture = await page.evaluate(drawFrame, modulesOf(scene.code));
    const jpeg = Buffer.from(picture.slice(picture.indexOf(',') + 1), 'base64');
    for (let frame = 0; frame < scene.frames; frame += 1) frames.push(jpeg);
  }
  await page.close();
  await writeFile(path, Buffer.concat(frames));
}

function modulesOf(code: string | null): { size: number; dark: number[] } | null {
  if (code === null) return null;
  const { modules } = QRCode.create(code, { errorCorrectionLevel: 'M' });
  return { size: modules.size, dark: Array.from(modules.data) };
}

function drawFrame(code: { size: number; dark: number[] } | null): string {
  const canvas = document.createElement('canvas');
  canvas.width = 1280;
  canvas.height = 720;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  context.fillStyle = '#7d868c';
  context.fillRect(0, 0, 1280, 720);
  if (code !== null) {
    const side = 500;
    const module = side / (code.size + 8);
    context.translate(640, 360);
    context.rotate(0.12);
    context.translate(-side / 2, -side / 2);
    context.fillStyle = '#f4f2ec';
    context.fillRect(0, 0, side, side);
    context.fillStyle = '#1c1c22';
    code.dark.forEach((dark, index) => {
      if (dark === 0) return;
      const x = (index % code.size) + 4;
      const y = Math.floor(index / code.size) + 4;
      context.fillRect(x * module, y * module, module + 0.3, module + 0.3);
    });
  }
  return canvas.toDataURL('image/jpeg', 0.85);
}
