import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { HybridClock } from '@uketsuke/shared/clock';
import { PUSH_MAX_EVENTS, pushResponseSchema, syncContracts } from '@uketsuke/shared/contracts';
import { deviceIdSchema, shelterIdSchema } from '@uketsuke/shared/identifiers';
import { parseReceptionEvent, type ReceptionEvent, recordEvent } from '@uketsuke/shared/reception';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { fromBase64url } from '@uketsuke/shared/sealing';
import nano from 'nano';
import * as z from 'zod';
import serverFlags from '../sync-server/node-flags.json' with { type: 'json' };
import { storedEvent } from '../sync-server/src/event-log/stored-event.ts';

/**
 * How fast the server takes in reception events, beside how fast the same database server takes the same
 * documents by plain `_bulk_docs`. Both with the same number of clients at the same time, in turns, each time into
 * a fresh database. The server is measured, not the clients beside it on the same cores: what they send is made before
 * the clock starts, and what they got is checked after it stopped. A first round warms up and does not count. Last line: events/s of both (medians over the rounds), and the geometric mean of the rounds' ratios.
 */
const EVENTS = 20_000;
/** One to warm up and six that count: three in either order, as whichever goes first is some 15 % faster. */
const ROUNDS = 7;
/** Kiosks that push at the same time. Each waits for its answer before it sends the next batch. */
const KIOSKS = 8;
const HOUSEHOLDS_SEED = 2016;
/** Before each half, for the database to finish compacting what the half before wrote; else whoever is second pays for it. */
const SETTLE_MS = 2_500;

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
const bulkResultsSchema = z.array(z.object({ ok: z.boolean().optional() }));
type Kiosk = z.infer<typeof startedSchema>['kiosks'][number];

type Batches = readonly (readonly ReceptionEvent[])[];

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
        async () => ingest.push(await measurePushes(serverUrl, kiosk, batches)),
        async () => raw.push(await measureBulkDocs(couchdbUrl, name, batches)),
      ];
      for (const measure of round % 2 === 0 ? both : both.toReversed()) {
        await pause(SETTLE_MS);
        await measure();
      }
      console.log(
        `round ${round + 1} of ${ROUNDS}: ${ingest.at(-1)?.toFixed(0)} events/s through sync, ${raw.at(-1)?.toFixed(0)} by _bulk_docs`,
      );
    }
    ingest.shift();
    raw.shift();
    const [perSecond, rawBulkDocsPerSecond] = [median(ingest), median(raw)];
    console.log(
      JSON.stringify({
        events: EVENTS,
        perSecond: Math.round(perSecond),
        rawBulkDocsPerSecond: Math.round(rawBulkDocsPerSecond),
        // Geometric mean of the rounds' own ratios: both halves of a round saw about the same machine.
        ratio: Number(geometricMean(ingest.map((rate, round) => rate / (raw[round] ?? Number.NaN))).toFixed(3)),
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
  return spawn(process.execPath, [...serverFlags, '--import', 'tsx', script, dataDirectory, prefix, String(ROUNDS)], {
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
  // A kiosk sends what it read back from its store.
  const events = sampleHouseholds(HOUSEHOLDS_SEED + round, EVENTS).map((household) =>
    parseReceptionEvent(recordEvent(desk, clock, Date.now(), 'admitted', { ...body, household })),
  );
  return Array.from({ length: Math.ceil(EVENTS / PUSH_MAX_EVENTS) }, (_, at) =>
    events.slice(at * PUSH_MAX_EVENTS, (at + 1) * PUSH_MAX_EVENTS),
  );
}

/** Sends every body, several at a time; then checks every answer. */
async function eventsPerSecond(
  bodies: readonly Buffer[],
  send: (body: Buffer) => Promise<string>,
  check: (answer: unknown) => void,
): Promise<number> {
  const waiting = bodies.values();
  const answers: string[] = [];
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: KIOSKS }, async () => {
      for (const body of waiting) answers.push(await send(body));
    }),
  );
  const perSecond = (EVENTS * 1_000) / (performance.now() - begun);
  for (const answer of answers) check(JSON.parse(answer));
  return perSecond;
}

async function post(url: string, authorization: string, body: Buffer): Promise<string> {
  const headers = { authorization, 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) });
  if (!response.ok) throw new Error(`${new URL(url).pathname} answered ${response.status}`);
  return response.text();
}

function measurePushes(serverUrl: string, kiosk: Kiosk, batches: Batches): Promise<number> {
  const bodies = batches.map((events) => Buffer.from(JSON.stringify({ events })));
  const send = (body: Buffer) => post(serverUrl + syncContracts.push.path, `Bearer ${kiosk.credential}`, body);
  return eventsPerSecond(bodies, send, (answer) => {
    const { outcomes } = pushResponseSchema.parse(answer);
    if (outcomes.length !== PUSH_MAX_EVENTS || outcomes.some(({ outcome }) => outcome !== 'stored')) {
      throw new Error('not every event was stored');
    }
  });
}

function measureBulkDocs(couchdbUrl: string, name: string, batches: Batches): Promise<number> {
  const receivedAt = new Date().toISOString();
  const url = new URL(couchdbUrl);
  const authorization = `Basic ${Buffer.from(`${url.username}:${url.password}`).toString('base64')}`;
  const bodies = batches.map((events) =>
    Buffer.from(JSON.stringify({ docs: events.map((event) => storedEvent(event, receivedAt)) })),
  );
  return eventsPerSecond(
    bodies,
    (body) => post(`${url.origin}/${name}/_bulk_docs`, authorization, body),
    (answer) => {
      const results = bulkResultsSchema.parse(answer);
      if (results.length !== PUSH_MAX_EVENTS || results.some(({ ok }) => ok !== true)) {
        throw new Error('not every document was stored');
      }
    },
  );
}

async function deleteDatabases(couch: nano.ServerScope, prefix: string): Promise<void> {
  for (const name of await couch.db.list()) if (name.startsWith(prefix)) await couch.db.destroy(name);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const [low = Number.NaN, high = Number.NaN] = [
    sorted[Math.ceil(sorted.length / 2) - 1],
    sorted[Math.floor(sorted.length / 2)],
  ];
  return (low + high) / 2;
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
