/**
 * How much disk admissions take, and how large a backup of them is and how long it takes:
 * `npm run bench:storage -- [--events N] [--shelters S] [--q Q]`. With COUCHDB_URL set it measures that CouchDB, each
 * database made with Q shards, before and after compaction; else the embedded database. Events come as a burst does, up
 * to 500 in a write, and, in a second run of a tenth as many, one by one, as a live reception sends them. Last line: JSON.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { HybridClock } from '@uketsuke/shared/clock';
import { deviceIdSchema, type ShelterId, secureRandomBytes, shelterIdSchema } from '@uketsuke/shared/identifiers';
import { type ReceptionEvent, recordEvent } from '@uketsuke/shared/reception';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import * as z from 'zod';
import { writeBackup } from '../sync-server/src/backup/write-backup.ts';
import { type Couch, databaseName, openCouch } from '../sync-server/src/couch/couch.ts';
import { receptionDatabase } from '../sync-server/src/event-log/database-names.ts';
import { storedEvent } from '../sync-server/src/event-log/stored-event.ts';
import { writeBatch } from '../sync-server/src/event-log/write-batch.ts';

const BATCH = 500;
/** Households made at a time, so that memory holds no more. */
const BLOCK = 5_000;
const COMPACTION_PATIENCE_MS = 300_000;

const number = (fallback: number) => z.coerce.number().pipe(z.int().min(1)).default(fallback);
const optionsSchema = z.object({ events: number(100_000), shelters: number(182), q: number(2) });
const sizesSchema = z.object({
  sizes: z.object({ file: z.number(), active: z.number() }),
  compact_running: z.boolean(),
});

const { values } = parseArgs({
  options: { events: { type: 'string' }, shelters: { type: 'string' }, q: { type: 'string' } },
});
const { events, shelters, q } = optionsSchema.parse(values);
const couchdbUrl = process.env['COUCHDB_URL'] || undefined;
const shelterIds = Array.from({ length: shelters }, (_, at) => shelterIdSchema.parse(`s${at + 1}`));

const burst = await measure(events, BATCH);
const live = await measure(Math.ceil(events / 10), 1);
console.log(JSON.stringify({ database: couchdbUrl === undefined ? 'embedded' : 'couchdb', shelters, q, burst, live }));

async function measure(count: number, batch: number) {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'uketsuke-bench-storage-'));
  const databasePrefix = `bench-${randomBytes(6).toString('hex')}-`;
  const couch = await openCouch({ dataDirectory, databasePrefix, couchdbUrl });
  const names = shelterIds.map((shelterId) => databaseName(couch, receptionDatabase(shelterId)));
  try {
    for (const name of names) await couch.server.request({ db: name, method: 'put', qs: { q } });
    const empty = await megabytes(couch, names, dataDirectory);
    const { people, json } = await fill(couch, count, batch);
    const written = await megabytes(couch, names, dataDirectory);
    await compact(couch, names);
    const compacted = await megabytes(couch, names, dataDirectory);
    return { events: count, batch, people, json, disk: { empty, written, compacted }, backup: await backUp(couch) };
  } finally {
    for (const name of names) await couch.server.db.destroy(name).catch(() => {});
    await couch.close();
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

/** Shelters take turns, as the kiosks of a city do. */
async function fill(couch: Couch, count: number, batch: number): Promise<{ people: number; json: string }> {
  const clocks = new Map(shelterIds.map((shelterId, at) => [shelterId, recorderOf(shelterId, at)]));
  let people = 0;
  let bytes = 0;
  for (let from = 0, turn = 0; from < count; from += BLOCK) {
    const households = sampleHouseholds(from + 1, Math.min(BLOCK, count - from));
    for (let at = 0; at < households.length; at += batch, turn += 1) {
      const shelterId = shelterIds[turn % shelters];
      const recorder = shelterId === undefined ? undefined : clocks.get(shelterId);
      if (shelterId === undefined || recorder === undefined) throw new Error('no shelter');
      const documents = households.slice(at, at + batch).map((household) => {
        people += household.members.length;
        const event = recorder(household);
        const json = JSON.stringify(storedEvent(event, new Date().toISOString()));
        bytes += Buffer.byteLength(json);
        return { id: event.id, json };
      });
      await writeBatch(couch, couch.server.use(databaseName(couch, receptionDatabase(shelterId))), documents);
    }
  }
  return { people, json: mb(bytes) };
}

function recorderOf(shelterId: ShelterId, at: number) {
  const deviceId = deviceIdSchema.parse(`desk${at}`);
  const clock = new HybridClock(deviceId, Date.now);
  const recorder = { shelterId, deviceId, eventKey: randomBytes(32) };
  const way = { stay: 'shelter', method: 'card-qr', assurance: 'card-presented' } as const;
  return (household: ReturnType<typeof sampleHouseholds>[number]): ReceptionEvent =>
    recordEvent(recorder, clock, Date.now(), 'admitted', { ...way, household });
}

/** CouchDB tells the size of its files; the embedded database's are counted. */
async function megabytes(couch: Couch, names: readonly string[], dataDirectory: string): Promise<string> {
  if (couch.kind === 'embedded') return mb(await bytesBelow(dataDirectory));
  // Sizes are told with some delay.
  await pause(3_000);
  let bytes = 0;
  for (const name of names) bytes += sizesSchema.parse(await couch.server.request({ db: name })).sizes.file;
  return mb(bytes);
}

async function compact(couch: Couch, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await couch.server.request({ db: name, path: '_compact', method: 'post', body: {} });
    if (couch.kind === 'embedded') continue;
    for (const deadline = Date.now() + COMPACTION_PATIENCE_MS; Date.now() < deadline; await pause(20)) {
      if (!sizesSchema.parse(await couch.server.request({ db: name })).compact_running) break;
    }
  }
}

async function backUp(couch: Couch): Promise<{ size: string; seconds: number }> {
  const options = { masterKey: randomBytes(32), serverVersion: 'bench', random: secureRandomBytes, now: Date.now };
  const started = performance.now();
  let bytes = 0;
  for await (const piece of writeBackup({ couch, ...options })) bytes += piece.length;
  return { size: mb(bytes), seconds: Math.round((performance.now() - started) / 100) / 10 };
}

async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  // What is on the disk counts, not what a file could hold: LevelDB sets space aside.
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(file.parentPath, file.name))).blocks * 512),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function mb(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
