import { type BrowserContext, chromium } from 'playwright-core';
import { PATIENCE_MS } from '../patience/eventually.ts';

const EXECUTABLE = '/usr/bin/chromium';

const QUIET = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

export interface ChromiumOptions {
  /** Profile folder; it keeps the kiosk's store from one start to the next. Empty: a throw-away one. */
  readonly profile?: string;
  /** A file of concatenated JPEG frames to show as the camera, at 30 frames a second, over and over. */
  readonly cameraFile?: string;
  readonly more?: readonly string[];
}

/** Starts Debian's Chromium, headless, with a fake camera that may be used without asking. */
export async function launchChromium(options: ChromiumOptions = {}): Promise<BrowserContext> {
  const camera = options.cameraFile === undefined ? [] : [`--use-file-for-fake-video-capture=${options.cameraFile}`];
  const context = await chromium.launchPersistentContext(options.profile ?? '', {
    executablePath: EXECUTABLE,
    headless: true,
    args: [
      ...QUIET,
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      ...camera,
      ...(options.more ?? []),
    ],
    viewport: { width: 1280, height: 800 },
    locale: 'ja-JP',
    permissions: ['camera'],
  });
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}
