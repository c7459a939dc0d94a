import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { writeCameraFile } from '../testbed/camera/write-camera-file.ts';
import { launchChromium } from '../testbed/stage/chromium.ts';

const root = join(import.meta.dirname, '..');
const addressesSchema = z.object({ card: z.url(), kiosk: z.url(), hq: z.url(), demo: z.url() });
const demoSchema = z.object({
  hqPassword: z.string(),
  kioskPin: z.string(),
  cards: z.array(z.object({ code: z.string(), names: z.array(z.string()) })),
});
const START_TIMEOUT_MS = 240_000;

let directory: string;
let running: ChildProcess;

/** `npm start -- --demo` on free ports; resolves when it says that it is running. */
async function start(): Promise<ChildProcess> {
  const ports = ['--server-port', '0', '--kiosk-port', '0', '--demo-port', '0'];
  const args = [join(root, 'scripts', 'start.mjs'), '--demo', '--no-open', '--data', join(directory, 'data'), ...ports];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('Uketsuke is running.')) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', (code) => reject(new Error(`npm start ended with ${code}:\n${said}`)));
  });
  child.removeAllListeners('exit');
  return child;
}

/** Ctrl-C; resolves with the exit code. */
function stop(child: ChildProcess): Promise<number | null> {
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  child.kill('SIGINT');
  return ended;
}

function addresses() {
  return addressesSchema.parse(JSON.parse(readFileSync(join(directory, 'data', 'addresses.json'), 'utf8')));
}

function demo() {
  return demoSchema.parse(JSON.parse(readFileSync(join(directory, 'data', 'demo.json'), 'utf8')));
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'uketsuke-start-'));
  running = await start();
}, START_TIMEOUT_MS);

afterAll(async () => {
  await stop(running);
  rmSync(directory, { recursive: true, force: true });
});

describe('npm start -- --demo', () => {
  it('serves a page of 44 residents’ codes', async () => {
    const page = await (await fetch(addresses().demo)).text();
    expect(page.match(/<figure /g)).toHaveLength(44);
    expect(demo().cards).toHaveLength(44);
  });

  it('brings a household from a code before the camera to HQ’s page, with nothing pressed', async () => {
    const [shown] = demo().cards;
    if (shown === undefined) throw new Error('no demo card');
    const cameraFile = join(directory, 'camera.mjpeg');
    await writeCameraFile({ codes: [shown.code], intervalMs: 3_000, leadInMs: 2_000, path: cameraFile });
    const kiosk = await launchChromium({ cameraFile });
    const hq = await launchChromium();
    try {
      const hqPage = await hq.newPage();
      await hqPage.goto(addresses().hq);
      await hqPage.getByTestId('login-username').fill('admin');
      await hqPage.getByTestId('login-password').fill(demo().hqPassword);
      await hqPage.getByTestId('login-submit').click();
      await hqPage.locator('[data-testid="live-state"][data-connected="true"]').waitFor();

      const kioskPage = await kiosk.newPage();
      await kioskPage.goto(addresses().kiosk);
      await kioskPage.getByTestId('unlock-pin').fill(demo().kioskPin);
      await kioskPage.getByTestId('unlock-submit').click();
      await kioskPage.locator('[data-testid="result"][data-kind="admitted"]').waitFor();
      const greenAt = Date.now();
      const people = shown.names.length;
      await hqPage
        .getByTestId('admitted')
        .filter({ hasText: new RegExp(`(^|\\D)${people}(\\D|$)`) })
        .first()
        .waitFor();
      console.log(`HQ’s page ${Date.now() - greenAt} ms after the green`);
    } finally {
      await kiosk.close();
      await hq.close();
    }
  });

  it('keeps everything over a second start, and stops cleanly on Ctrl-C', async () => {
    const before = demo();
    expect(await stop(running)).toBe(0);
    running = await start();
    expect(demo()).toEqual(before);
    expect((await fetch(new URL('/healthz', addresses().hq))).status).toBe(200);
  });
});
