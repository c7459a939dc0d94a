import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { HybridClock } from '@uketsuke/shared/clock';
import { deviceIdSchema, shelterIdSchema } from '@uketsuke/shared/identifiers';
import { PUSH_MAX_EVENTS, pushResponseSchema } from '@uketsuke/shared/protocol';
import { type EventOf, recordEvent } from '@uketsuke/shared/reception';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { fromBase64url } from '@uketsuke/shared/sealing';
import nano from 'nano';
import { z } from 'zod';
import { storedEvent } from '../sync-server/src/sync/stored-event.ts';

/**
 * How fast the server takes in reception events, beside how fast the same database server takes the same
 * documents by plain `_bulk_docs`. Both with the same number of clients at the same time, in turns, each time into
 * a fresh database. Last line: events/s of both (medians over the rounds), and the median of the rounds' ratios.
 */
const EVENTS = 20_000;
const ROUNDS = 5;
/** Kiosks that push at the same time. Each waits for its answer before it sends the next batch. */
const KIOSKS = 4;
const HOUSEHOLDS_SEED = 2016;

const startedSchema = z.object({
  serverUrl: z.string(),
  couchdbUrl: z.string(),
  kiosks: z.array(
    z.object({
      shelterId: shelterIdSchema,
      deviceId: deviceIdSchema,
      credential: z.string(),
      /** base64url */
      eventKey: z.string(),
    }),
  ),
});
type Kiosk = z.infer<typeof startedSchema>['kiosks'][number];

type Batches = readonly (readonly EventOf<'admitted'>[])[];

await main();

async function main(): Promise<void> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'uketsuke-bench-ingest-'));
  const prefix = `bench-${randomBytes(6).toString('hex')}-`;
  const child = startServerProcess(dataDirectory, prefix);
  let couch: nano.ServerScope | undefined;
  try {
    const { serverUrl, couchdbUrl, kiosks } = await started(child);
    const server = nano(couchdbUrl);
    couch = server;
    const ingest: number[] = [];
    const raw: number[] = [];
    for (const [round, kiosk] of kiosks.entries()) {
      const batches = makeBatches(kiosk, round);
      const name = `${prefix}raw-${round}`;
      await server.db.create(name);
      const both = [
        async () => ingest.push(await eventsPerSecond(batches, (batch) => pushBatch(serverUrl, kiosk, batch))),
        async () => raw.push(await eventsPerSecond(batches, (batch) => bulkBatch(server, name, batch))),
      ];
      for (const measure of round % 2 === 0 ? both : both.toReversed()) await measure();
      console.log(
        `round ${round + 1} of ${ROUNDS}: ${ingest.at(-1)?.toFixed(0)} events/s through sync, ${raw.at(-1)?.toFixed(0)} by _bulk_docs`,
      );
    }
    const [perSecond, rawBulkDocsPerSecond] = [median(ingest), median(raw)];
    console.log(
      JSON.stringify({
        events: EVENTS,
        perSecond: Math.round(perSecond),
        rawBulkDocsPerSecond: Math.round(rawBulkDocsPerSecond),
        // Each round's own ratio: both of its halves saw about the same machine.
        ratio: Number(median(ingest.map((rate, round) => rate / (raw[round] ?? Number.NaN))).toFixed(3)),
      }),
    );
  } finally {
    if (couch !== undefined) await deleteDatabases(couch, prefix);
    if (child.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

function startServerProcess(dataDirectory: string, prefix: string): ChildProcess {
  const script = fileURLToPath(new URL('./bench/ingest-server.ts', import.meta.url));
  return spawn(process.execPath, ['--import', 'tsx', script, dataDirectory, prefix, String(ROUNDS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function started(child: ChildProcess) {
  if (child.stdout === null) throw new Error('the server process has no output');
  for await (const line of createInterface(child.stdout)) {
    if (line.startsWith('{')) return startedSchema.parse(JSON.parse(line));
  }
  throw new Error('the server process ended before it had started');
}

function makeBatches(kiosk: Kiosk, round: number): Batches {
  const clock = new HybridClock(kiosk.deviceId, Date.now);
  const desk = {
    shelterId: kiosk.shelterId,
    deviceId: kiosk.deviceId,
    eventKey: fromBase64url(kiosk.eventKey),
    recordedBy: '受付 太郎',
  };
  const body = { stay: 'shelter', method: 'card-qr', assurance: 'card-presented' } as const;
  const events = sampleHouseholds(HOUSEHOLDS_SEED + round, EVENTS).map((household) =>
    recordEvent(desk, clock, Date.now(), 'admitted', { ...body, household }),
  );
  return Array.from({ length: Math.ceil(EVENTS / PUSH_MAX_EVENTS) }, (_, at) =>
    events.slice(at * PUSH_MAX_EVENTS, (at + 1) * PUSH_MAX_EVENTS),
  );
}

async function eventsPerSecond(batches: Batches, send: (batch: Batches[number]) => Promise<void>): Promise<number> {
  const waiting = batches.values();
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: KIOSKS }, async () => {
      for (const batch of waiting) await send(batch);
    }),
  );
  return (EVENTS * 1_000) / (performance.now() - begun);
}

async function pushBatch(serverUrl: string, kiosk: Kiosk, events: Batches[number]): Promise<void> {
  const response = await fetch(`${serverUrl}/sync/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${kiosk.credential}`, 'content-type': 'application/json' },
    // Bytes: as text, fetch would copy it once more, on the cores that are measured.
    body: Buffer.from(JSON.stringify({ events })),
  });
  if (!response.ok) throw new Error(`push answered ${response.status}`);
  const { outcomes } = pushResponseSchema.parse(await response.json());
  if (outcomes.length !== events.length || outcomes.some(({ outcome }) => outcome !== 'stored')) {
    throw new Error('not every event was stored');
  }
}

async function bulkBatch(couch: nano.ServerScope, name: string, events: Batches[number]): Promise<void> {
  const receivedAt = new Date().toISOString();
  const results = await couch.use(name).bulk({ docs: events.map((event) => storedEvent(event, receivedAt)) });
  if (results.length !== events.length || results.some(({ error }) => error !== undefined)) {
    throw new Error('not every document was stored');
  }
}

async function deleteDatabases(couch: nano.ServerScope, prefix: string): Promise<void> {
  for (const name of await couch.db.list()) if (name.startsWith(prefix)) await couch.db.destroy(name);
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}
