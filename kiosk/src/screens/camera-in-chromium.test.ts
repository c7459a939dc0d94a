import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchWithCamera } from '../../gallery/camera-film.ts';
import { type GallerySite, serveGallery } from '../../gallery/gallery-site.ts';
import { GalleryCity } from '../../gallery/stage/city.ts';

/** A camera that is on and gives nothing, and a permission that comes and goes, in real Chromium. */

const PIN = '314159';

let folder: string;
let site: GallerySite;
let city: GalleryCity;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uketsuke-cameras-'));
  [site, city, browser] = await Promise.all([serveGallery(folder), GalleryCity.found(), launchWithCamera()]);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await site?.close();
  await rm(folder, { recursive: true, force: true });
});

declare global {
  interface Window {
    /** The test's camera: gives frames while it is not frozen, and asks for leave first. */
    testCamera?: { isFrozen: boolean; isSilent: boolean; isDenied: boolean; starts: number; mute(): void };
  }
}

/** Puts a camera of the test's own in the place of the page's: a canvas that is drawn, or not. */
function putCamera(): void {
  let track: MediaStreamTrack | undefined;
  const camera = {
    isFrozen: false,
    isSilent: false,
    isDenied: false,
    starts: 0,
    mute: () => {
      if (track === undefined) return;
      Object.defineProperty(track, 'muted', { value: true });
      track.dispatchEvent(new Event('mute'));
    },
  };
  window.testCamera = camera;
  const { mediaDevices } = navigator;
  const device = { deviceId: 'test', groupId: 'test', kind: 'videoinput', label: 'test' } as const;
  mediaDevices.enumerateDevices = async () => [{ ...device, toJSON: () => device }];
  mediaDevices.getUserMedia = async () => {
    if (camera.isDenied) throw new DOMException('Permission denied', 'NotAllowedError');
    camera.starts += 1;
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: 640, height: 360 });
    const context = canvas.getContext('2d');
    const stream = canvas.captureStream();
    let shade = 0;
    const first = performance.now();
    setInterval(() => {
      if (context === null || camera.isSilent || (camera.isFrozen && performance.now() - first > 1_000)) return;
      shade = (shade + 1) % 200;
      context.fillStyle = `rgb(${shade} 100 100)`;
      context.fillRect(0, 0, 640, 360);
    }, 50);
    track = stream.getVideoTracks()[0];
    return stream;
  };
}

async function openDesk(): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.grantPermissions(['camera'], { origin: site.origin });
  await context.addInitScript(putCamera);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(`${site.origin}/gallery/gallery.html?${new URLSearchParams({ ...city.keys })}`);
  await page.getByTestId('unlock-pin').fill(PIN);
  await page.getByTestId('unlock-submit').click();
  await camera(page, 'running').waitFor();
  return page;
}

const camera = (page: Page, phase: string) => page.locator(`[data-testid=camera][data-phase=${phase}]`);
const fault = (page: Page, name: string) => page.locator(`[data-testid=camera][data-fault=${name}]`);
const starts = (page: Page) => page.evaluate(() => window.testCamera?.starts ?? 0);
const set = (page: Page, change: { isFrozen?: boolean; isSilent?: boolean; isDenied?: boolean }) =>
  page.evaluate((changed) => void Object.assign(window.testCamera ?? {}, changed), change);

describe('a camera that is on (DSK-4)', () => {
  it('and gives no new picture is said to stand still and started again, until it gives one', async () => {
    const page = await openDesk();
    const before = await starts(page);
    await set(page, { isFrozen: true });
    await fault(page, 'frozen').waitFor();
    expect(await page.getByTestId('camera').textContent()).toContain('読み取り機');
    // Started again, it freezes again, and is said to.
    await page.waitForFunction((count) => (window.testCamera?.starts ?? 0) > count, before);
    await fault(page, 'frozen').waitFor();
    await set(page, { isFrozen: false });
    await camera(page, 'running').waitFor();
    await page.context().close();
  });

  it('and gives nothing from its start holds nothing up: it is tried again until it gives a picture', async () => {
    const page = await openDesk();
    await set(page, { isSilent: true });
    await fault(page, 'frozen').waitFor();
    await fault(page, 'no-picture').waitFor();
    await set(page, { isSilent: false });
    await camera(page, 'running').waitFor();
    await page.context().close();
  });

  it('and is muted by a switch is said to stand still, though it gives frames', async () => {
    const page = await openDesk();
    await page.evaluate(() => window.testCamera?.mute());
    await fault(page, 'frozen').waitFor();
    await camera(page, 'running').waitFor();
    await page.context().close();
  });
});

describe('the permission to use the camera (DSK-4)', () => {
  it('is noticed when it is given back, and named when it is taken away', async () => {
    const page = await openDesk();
    const browserSession = await browser.newBrowserCDPSession();
    const { targetInfo } = await (await page.context().newCDPSession(page)).send('Target.getTargetInfo');
    const allow = (setting: 'granted' | 'denied') =>
      browserSession.send('Browser.setPermission', {
        permission: { name: 'camera' },
        setting,
        origin: site.origin,
        ...(targetInfo.browserContextId === undefined ? {} : { browserContextId: targetInfo.browserContextId }),
      });
    await set(page, { isDenied: true });
    await allow('denied');
    await fault(page, 'denied').waitFor();
    await set(page, { isDenied: false });
    await allow('granted');
    await camera(page, 'running').waitFor();
    await page.context().close();
  });
});
