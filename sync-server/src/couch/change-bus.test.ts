import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { ChangeBus } from './change-bus.ts';
import { type Couch, openCouch } from './couch.ts';
import { openDatabase } from './open-database.ts';
import { openTestCouch } from './testing.ts';

let couch: Couch;
let serial = 0;
let name: string;

beforeAll(async () => {
  couch = await openTestCouch();
});
afterAll(() => couch.close());
beforeEach(() => {
  serial += 1;
  name = `changes-${serial}`;
});

/** The same server, as seen by another server process: nothing there nudges this one's bus. */
function asAnotherProcess(): Couch {
  const { onWrite: _onWrite, ...rest } = couch;
  return rest;
}

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 10) {
    if (waited > 10_000) throw new Error('it did not happen');
    await pause(10);
  }
}

it('tells the subscribers of a database, and nobody else, once for many writes', async () => {
  const changes = new ChangeBus({ couch: asAnotherProcess(), coalesceMs: 50, pollIntervalMs: 60_000 });
  await openDatabase(couch, name);
  const [mine, others]: string[][] = [[], []];
  changes.subscribe(name, (changed) => mine?.push(changed));
  changes.subscribe(`${name}-other`, (changed) => others?.push(changed));
  for (let write = 0; write < 20; write += 1) changes.nudge(name);
  expect(mine).toEqual([]);
  await until(() => mine?.length === 1);
  await pause(150);
  expect({ mine, others }).toEqual({ mine: [name], others: [] });
  changes.stop();
});

it('finds what other processes write, within the polling interval', async () => {
  const database = await openDatabase<{ n: number }>(couch, name);
  const changes = new ChangeBus({ couch: asAnotherProcess(), coalesceMs: 20, pollIntervalMs: 50 });
  const told: number[] = [];
  changes.subscribe(name, () => told.push(Date.now()));
  await until(() => told.length === 1);
  await pause(200);
  expect(told).toHaveLength(1);
  await database.insert({ n: 1 });
  await until(() => told.length === 2);
  await pause(200);
  expect(told).toHaveLength(2);
  changes.stop();
});

it('does not tell its own writes a second time when it polls', async () => {
  const database = await openDatabase<{ n: number }>(couch, name);
  const changes = new ChangeBus({ couch: asAnotherProcess(), coalesceMs: 20, pollIntervalMs: 100 });
  let told = 0;
  changes.subscribe(name, () => {
    told += 1;
  });
  await until(() => told === 1);
  for (let write = 0; write < 5; write += 1) {
    const before = told;
    await database.insert({ n: write });
    changes.nudge(name);
    await until(() => told > before);
    await pause(250);
  }
  // A poll may fall between a write and its nudge; that is told twice, once in a while.
  expect(told).toBeGreaterThanOrEqual(6);
  expect(told).toBeLessThanOrEqual(8);
  changes.stop();
});

it('watches more databases than one request may name', async () => {
  const changes = new ChangeBus({ couch: asAnotherProcess(), coalesceMs: 20, pollIntervalMs: 50 });
  const told = new Set<string>();
  for (let other = 0; other < 120; other += 1) changes.subscribe(`${name}-none-${other}`, () => {});
  const database = await openDatabase<{ n: number }>(couch, name);
  changes.subscribe(name, (changed) => told.add(changed));
  await until(() => told.has(name));
  told.clear();
  await database.insert({ n: 1 });
  await until(() => told.has(name));
  changes.stop();
});

it('tells nothing after a subscription ended or the bus stopped', async () => {
  const changes = new ChangeBus({ couch: asAnotherProcess(), coalesceMs: 10, pollIntervalMs: 60_000 });
  const told: string[] = [];
  const first = changes.subscribe(name, () => told.push('first'));
  changes.subscribe(name, () => told.push('second'));
  first();
  changes.nudge(name);
  await until(() => told.length > 0);
  changes.stop();
  changes.nudge(name);
  await pause(50);
  expect(told).toEqual(['second']);
});

it('goes on after the database was away', async () => {
  const errors: unknown[] = [];
  let reachable = false;
  const request: typeof couch.server.request = (options) =>
    reachable ? couch.server.request(options) : Promise.reject(new Error('error happened in your connection'));
  const away: Couch = { ...asAnotherProcess(), server: { ...couch.server, request } };
  const changes = new ChangeBus({
    couch: away,
    coalesceMs: 10,
    pollIntervalMs: 30,
    onPollError: (error) => errors.push(error),
  });
  const database = await openDatabase<{ n: number }>(couch, name);
  let told = 0;
  changes.subscribe(name, () => {
    told += 1;
  });
  await until(() => errors.length > 1);
  reachable = true;
  await database.insert({ n: 1 });
  await until(() => told >= 1);
  changes.stop();
});

it('hears every write of an embedded server without being told', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'uketsuke-changes-'));
  const embedded = await openCouch({ dataDirectory, databasePrefix: 'city-' });
  const changes = new ChangeBus({ couch: embedded, coalesceMs: 10 });
  const told: string[] = [];
  changes.subscribe('facts', (changed) => told.push(changed));
  const facts = await openDatabase<{ n: number }>(embedded, 'facts');
  await facts.insert({ n: 1 }, 'a');
  await until(() => told.length > 0);
  expect(new Set(told)).toEqual(new Set(['facts']));
  changes.stop();
  await embedded.close();
  await rm(dataDirectory, { recursive: true, force: true });
});
