import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { launchChromium } from '../testbed/stage/chromium.ts';
import { type EnrolledKiosk, PIN, prepareCity } from './bench-kiosk/bench-city.ts';
import { fillKiosk } from './bench-kiosk/fill-store.ts';
import { OpenKiosk } from './bench-kiosk/open-kiosk.ts';
import { buildChangedParts } from './setup/build.ts';

/**
 * How long an admission takes at the built kiosk in real Chromium, offline, with few and with many events in its
 * store: from the key that completes a card's code to the result on the screen. Each size has a kiosk of its own, and
 * the kiosks take turns, so that all of them see the same machine. Last line: latencies in ms.
 */
const STORES = [0, 10_000, 100_000] as const;
/** Enough to fill the list of last admissions, which is then as long at every kiosk. */
const WARM_UP = 50;
const MEASURED = 150;
/** Admissions at one kiosk before it is the next one's turn. */
const TURN = 10;
/** A scanner and no camera: decoding pictures is another bench's subject. */
const NO_CAMERA = ['--use-fake-device-for-media-stream=device-count=0'];

await main();

async function main(): Promise<void> {
  buildChangedParts((sentence) => console.log(sentence));
  const directory = await mkdtemp(join(tmpdir(), 'uketsuke-bench-kiosk-'));
  const browsers: BrowserContext[] = [];
  const open: OpenKiosk[] = [];
  try {
    const { kiosks, cards } = await prepareCity(directory, STORES.length, WARM_UP + MEASURED);
    for (const [at, kiosk] of kiosks.entries()) {
      const browser = await launchChromium({ profile: join(directory, `profile-${at}`), more: NO_CAMERA });
      browsers.push(browser);
      open.push(await openFilled(browser, kiosk, STORES[at] ?? 0));
    }
    const begun = performance.now();
    const latencies = await takeTurns(open, cards);
    console.log(`${cards.length} cards at each kiosk in ${seconds(performance.now() - begun)} s`);
    const runs = STORES.map((events, at) => ({ events, latencyMs: percentiles(latencies[at] ?? []) }));
    console.log(JSON.stringify({ runs }));
  } finally {
    for (const kiosk of open) await kiosk.close();
    for (const browser of browsers) await browser.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function openFilled(browser: BrowserContext, kiosk: EnrolledKiosk, events: number): Promise<OpenKiosk> {
  const begun = performance.now();
  const port = await fillKiosk(browser, kiosk.host, kiosk.secrets, events);
  await kiosk.host.close();
  const filledMs = performance.now() - begun;
  const opened = await OpenKiosk.open(browser, { dataDirectory: kiosk.dataDirectory, port, pin: PIN });
  console.log(
    `${events} events: store filled in ${seconds(filledMs)} s, from PIN to scan screen ${seconds(opened.unlockMs)} s`,
  );
  return opened;
}

/** Every card at every kiosk, in turns; the latencies of each kiosk, ms, without the warm-up. */
async function takeTurns(kiosks: readonly OpenKiosk[], cards: readonly string[]): Promise<number[][]> {
  const latencies = kiosks.map((): number[] => []);
  for (let from = 0; from < cards.length; from += TURN) {
    for (const [at, kiosk] of kiosks.entries()) {
      for (const code of cards.slice(from, from + TURN)) latencies[at]?.push(await kiosk.admit(code));
    }
  }
  return latencies.map((all) => all.slice(WARM_UP));
}

function percentiles(values: readonly number[]) {
  const sorted = values.toSorted((left, right) => left - right);
  const at = (share: number) => Number(sorted[Math.ceil(sorted.length * share) - 1]?.toFixed(1));
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
