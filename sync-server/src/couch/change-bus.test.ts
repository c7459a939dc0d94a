import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { HandWoundTimers } from '@uketsuke/shared/timers/hand-wound-timers';
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

const COALESCE_MS = 20;
const POLL_MS = 100;

/** A bus whose time stands still, over a database whose answers to it are counted. */
function bus() {
  const other = asAnotherProcess();
  const timers = new HandWoundTimers();
  let answers = 0;
  const request: typeof couch.server.request = async (options) => {
    try {
      return await couch.server.request(options);
    } finally {
      answers += 1;
    }
  };
  const changes = new ChangeBus({
    couch: { ...other, server: { ...couch.server, request } },
    coalesceMs: COALESCE_MS,
    pollIntervalMs: POLL_MS,
    timers,
  });
  /** Lets time pass until the database has been asked `asked` times and what that told is told. */
  const pass = async (ms: number, asked: number) => {
    const before = answers;
    await timers.advance(ms);
    await until(() => answers === before + asked);
    await timers.advance(0);
  };
  /** A poll, and the notices that it makes with the look at the sequences before them; or no notice. */
  const poll = async (isTold: boolean) => {
    await pass(POLL_MS - (timers.elapsed() % POLL_MS), 1);
    await pass(COALESCE_MS, isTold ? 1 : 0);
  };
  return { changes, pass, poll };
}

it('tells the subscribers of a database, and nobody else, once for many writes', async () => {
  const { changes, pass } = bus();
  await openDatabase(couch, name);
  const [mine, others]: string[][] = [[], []];
  changes.subscribe(name, (changed) => mine?.push(changed));
  changes.subscribe(`${name}-other`, (changed) => others?.push(changed));
  for (let write = 0; write < 20; write += 1) changes.nudge(name);
  await pass(COALESCE_MS - 1, 0);
  expect(mine).toEqual([]);
  await pass(1, 1);
  await pass(COALESCE_MS, 0);
  expect({ mine, others }).toEqual({ mine: [name], others: [] });
  changes.stop();
});

it('finds what other processes write, at the next look', async () => {
  const database = await openDatabase<{ n: number }>(couch, name);
  const { changes, poll } = bus();
  let told = 0;
  changes.subscribe(name, () => {
    told += 1;
  });
  await poll(true);
  expect(told).toBe(1);
  await poll(false);
  expect(told).toBe(1);
  await database.insert({ n: 1 });
  await poll(true);
  await poll(false);
  expect(told).toBe(2);
  changes.stop();
});

it('does not tell its own writes a second time when it polls', async () => {
  const database = await openDatabase<{ n: number }>(couch, name);
  const { changes, pass, poll } = bus();
  let told = 0;
  changes.subscribe(name, () => {
    told += 1;
  });
  await poll(true);
  for (let write = 0; write < 5; write += 1) {
    await database.insert({ n: write });
    changes.nudge(name);
    await pass(COALESCE_MS, 1);
    await poll(false);
    expect(told).toBe(2 + write);
  }
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
  expect([...told]).toEqual([name]);
  changes.stop();
});

it('tells nothing after a subscription ended or the bus stopped', async () => {
  await openDatabase(couch, name);
  const { changes, pass } = bus();
  const told: string[] = [];
  const first = changes.subscribe(name, () => told.push('first'));
  changes.subscribe(name, () => told.push('second'));
  first();
  changes.nudge(name);
  await pass(COALESCE_MS, 1);
  expect(told).toEqual(['second']);
  changes.nudge(name);
  changes.stop();
  await pass(POLL_MS, 0);
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
