/**
 * A line of people before one kiosk: `npm run bench:line -- --people 44 --interval-ms 1000 [--server-off]`.
 * Real Chromium, a film of that many codes, the built kiosk, the real server. The last line of stdout is the result.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { IssuedCard } from '@uketsuke/shared/contracts';
import type { ShelterId } from '@uketsuke/shared/identifiers';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import type { Page } from 'playwright-core';
import * as z from 'zod';
import { pageScript } from '../testbed/camera/page-module.ts';
import { writeCameraFile } from '../testbed/camera/write-camera-file.ts';
import { Headquarters } from '../testbed/headquarters/headquarters.ts';
import { latencyFigures } from '../testbed/measuring/percentiles.ts';
import { openShelterKiosk, type ShelterKiosk } from '../testbed/stage/stage.ts';

const optionsSchema = z.object({
  people: z.coerce.number().int().min(1).max(1_000).default(44),
  'interval-ms': z.coerce.number().int().min(67).max(60_000).default(1_000),
  'server-off': z.boolean().default(false),
});
const logSchema = z.object({
  shownAt: z.record(z.string(), z.number()),
  acknowledged: z.record(z.string(), z.object({ at: z.number(), cardId: z.string() })),
});
/** Unlocking and starting the camera take a while; the film begins when the camera does. */
const LEAD_IN_MS = 4_000;
/** After the last code, for its result; then the camera is covered. */
const SETTLE_MS = 3_000;
const LEAD_OUT_MS = 30_000;
const SYNC_TIMEOUT_MS = 180_000;
const SEED = 44;

const say = (sentence: string) => process.stderr.write(`${sentence}\n`);

/** Polls until `done` says so. @throws Error after `timeoutMs` */
async function until(what: string, timeoutMs: number, done: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await done())) {
    if (performance.now() > end) throw new Error(`${what}: not after ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function readLog(page: Page): Promise<z.infer<typeof logSchema>> {
  return logSchema.parse(await page.evaluate('line.lineLog()'));
}

/** Shows the whole film once and gives back what the page saw and answered. */
async function runLine(kiosk: ShelterKiosk, people: number, intervalMs: number): Promise<z.infer<typeof logSchema>> {
  const { page } = kiosk;
  await page.locator('[data-testid=scan-screen][data-camera=running]').waitFor();
  await page.evaluate(await pageScript(join(import.meta.dirname, 'bench', 'watch-line.page.ts'), 'line'));
  await page.evaluate('line.watchLine()');
  await until('the last code', LEAD_IN_MS + people * intervalMs + 60_000, async () =>
    Object.hasOwn((await readLog(page)).shownAt, String(people)),
  );
  await page.waitForTimeout(intervalMs + SETTLE_MS);
  await page.evaluate('line.stopCamera()');
  return readLog(page);
}

/** First frame → green, ms, of each card that was acknowledged; a card's number in the film is its place in `cardIds`. */
function latencies(log: z.infer<typeof logSchema>, cardIds: readonly string[]): number[] {
  return Object.values(log.acknowledged).flatMap(({ at, cardId }) => {
    const shown = log.shownAt[String(cardIds.indexOf(cardId) + 1)];
    return shown === undefined ? [] : [at - shown];
  });
}

/** Admissions on HQ's roster when everything has arrived, and residents counted more than once. */
async function onRoster(headquarters: Headquarters, shelterId: ShelterId) {
  const people = await headquarters.people(shelterId);
  return {
    recorded: new Set(people.map(({ residentId }) => residentId)).size,
    duplicates:
      people.length -
      new Set(people.map(({ residentId }) => residentId)).size +
      people.reduce((sum, { repeatedAdmissions }) => sum + repeatedAdmissions, 0),
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      people: { type: 'string' },
      'interval-ms': { type: 'string' },
      'server-off': { type: 'boolean' },
    },
  });
  const { people, 'interval-ms': intervalMs, 'server-off': serverOff } = optionsSchema.parse(values);
  const folder = await mkdtemp(join(tmpdir(), 'uketsuke-line-'));
  const headquarters = await Headquarters.open();
  let kiosk: ShelterKiosk | undefined;
  try {
    const shelterId = await headquarters.createShelter('白川小学校');
    say(`issuing ${people} cards and filming them …`);
    const cards: IssuedCard[] = [];
    // One person a card: every card is one admission and one person of the line.
    for (const household of sampleHouseholds(SEED, people, 1)) cards.push(await headquarters.issueCard(household));
    const cameraFile = join(folder, 'line.mjpeg');
    const codes = cards.map(({ code }) => code);
    await writeCameraFile({ codes, intervalMs, leadInMs: LEAD_IN_MS, leadOutMs: LEAD_OUT_MS, path: cameraFile });
    kiosk = await openShelterKiosk(headquarters, shelterId, { cameraFile });
    if (serverOff) await headquarters.stopServer();
    say(`the line begins${serverOff ? ', with the server stopped' : ''} …`);
    const log = await runLine(kiosk, people, intervalMs);
    if (serverOff) await headquarters.startServer();
    say('waiting until everything is acknowledged by the server …');
    await until('synced', SYNC_TIMEOUT_MS, async () => (await kiosk?.pending()) === 0);
    const acknowledged = Object.keys(log.acknowledged).length;
    await until(
      'on the roster',
      SYNC_TIMEOUT_MS,
      async () => (await onRoster(headquarters, shelterId)).recorded >= acknowledged,
    );
    const { recorded, duplicates } = await onRoster(headquarters, shelterId);
    const moments = [...Object.values(log.shownAt), ...Object.values(log.acknowledged).map(({ at }) => at)];
    const seconds = (Math.max(...moments) - Math.min(...moments)) / 1000;
    process.stdout.write(
      `${JSON.stringify({
        people,
        recorded,
        missed: people - recorded,
        duplicates,
        secondsPerPerson: Math.round((seconds / people) * 1000) / 1000,
        latencyMs: latencyFigures(
          latencies(
            log,
            cards.map(({ cardId }) => cardId),
          ),
        ),
      })}\n`,
    );
  } finally {
    await kiosk?.close();
    await headquarters.close();
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
