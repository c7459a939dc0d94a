import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pullEventsResponseSchema, rosterPageSchema, type ShelterFacts } from '@uketsuke/shared/contracts';
import type { ReceptionEvent } from '@uketsuke/shared/reception';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newKiosk, newShelter } from '../../../testbed/test-server/new-shelter.ts';
import {
  BareKiosk,
  Console,
  eventually,
  openTestCity,
  TEST_PASSWORD,
  type TestCity,
} from '../../../testbed/test-server/test-server.ts';
import type { RunningServer } from '../city/start-server.ts';
import { type Couch, openCouch } from '../couch/couch.ts';
import { findMasterKey } from '../identity/master-key.ts';
import { readOperatorFile } from '../operator/operator-file.ts';
import { backupOf, type OperatorClient, operatorClient } from '../operator-commands/operator-client.ts';
import { BackupRefusedError, ServerNotEmptyError, UnfinishedRestoreError } from './backup-errors.ts';
import { cityDatabases } from './city-databases.ts';
import { verifyBackup } from './read-backup.ts';
import { restoreBackup } from './restore-backup.ts';

/** Servers are started and filled many times, perhaps on a busy machine. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const SHELTERS = 3;
const KIOSKS_EACH = 2;
const BATCH = 40;
const BATCHES_AT_MOST = 8;

let folder: string;
let city: TestCity;
let server: RunningServer;
let hq: Console;
let shelters: ShelterFacts[];
let kiosks: BareKiosk[];
let masterKey: Uint8Array;
/** What the server acknowledged to each kiosk, in that order. */
const acknowledged = new Map<BareKiosk, string[]>();
const households = sampleHouseholds(71, 4_000, 1).values();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uketsuke-backup-'));
  city = await openTestCity();
  server = await city.start();
  hq = await Console.firstAdmin(server);
  shelters = [];
  kiosks = [];
  for (let at = 0; at < SHELTERS; at += 1) {
    const shelter = await newShelter(hq, `第${at + 1}小学校`);
    shelters.push(shelter);
    for (let kiosk = 0; kiosk < KIOSKS_EACH; kiosk += 1) kiosks.push(await newKiosk(server.url, hq, shelter));
  }
  const key = await findMasterKey(undefined, city.place.dataDirectory);
  if (key === undefined) throw new Error('no master key');
  masterKey = key;
});

afterAll(async () => {
  await city?.close();
  await rm(folder, { recursive: true, force: true });
});

function admissions(kiosk: BareKiosk, count: number): ReceptionEvent[] {
  return Array.from({ length: count }, () => {
    const { value } = households.next();
    if (value === undefined) throw new Error('too few households');
    return kiosk.admission(value);
  });
}

/** Sent away by a busy server, or cut off by it, a kiosk comes again (SYN-11, SYN-12). */
async function served<Answer extends { readonly status: number }>(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await ask().catch((error: unknown) => {
      // What `fetch` throws where a connection breaks.
      if (error instanceof TypeError) return null;
      throw error;
    });
    if (answer !== null && answer.status !== 503) return answer;
  }
}

async function pushBatch(kiosk: BareKiosk, count = BATCH): Promise<void> {
  const events = admissions(kiosk, count);
  const answer = await served(() => kiosk.push(...events));
  expect(answer.status).toBe(200);
  acknowledged.set(kiosk, [...(acknowledged.get(kiosk) ?? []), ...events.map(({ id }) => id)]);
}

async function operator(): Promise<OperatorClient> {
  const access = await readOperatorFile(city.place.dataDirectory);
  if (access === undefined) throw new Error('no operator channel');
  return operatorClient(access);
}

async function backUp(name: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of backupOf(await operator())) pieces.push(piece);
  const path = join(folder, name);
  await writeFile(path, Buffer.concat(pieces));
  return path;
}

/** An empty place with the city's master key, and what is restored there. */
async function restoredTo(target: TestCity, path: string, replace = false): Promise<Couch> {
  await copyFile(join(city.place.dataDirectory, 'master.key'), join(target.place.dataDirectory, 'master.key'));
  const couch = await openCouch(target.place);
  try {
    await restoreBackup({ couch, masterKey, path, replace });
    return couch;
  } finally {
    await couch.close();
  }
}

/** The ids of all events of a kiosk's shelter at a server. */
async function pulled(kiosk: BareKiosk): Promise<{ epoch: string; ids: string[] }> {
  const ids: string[] = [];
  for (let checkpoint = ''; ; ) {
    const answer = await served(() => kiosk.send(`/events?checkpoint=${checkpoint}&limit=500`, 'GET'));
    const page = pullEventsResponseSchema.parse(answer.body);
    ids.push(...page.events.map(({ id }) => id));
    if (page.end) return { epoch: page.mark.epoch, ids };
    checkpoint = page.checkpoint ?? '';
  }
}

const at = (url: string, kiosk: BareKiosk) => new BareKiosk(url, kiosk.enrolment);

/** The stopped server at a new address. */
async function startAgain(): Promise<void> {
  server = await city.start();
  hq = new Console(server.url);
  await hq.signIn('admin', TEST_PASSWORD);
  kiosks = kiosks.map((kiosk) => at(server.url, kiosk));
}

describe('a backup taken while kiosks push (BAK-1)', () => {
  it('holds a beginning of every log without gaps, and everything that was acknowledged before it began', async () => {
    for (const kiosk of kiosks) await pushBatch(kiosk, 200);
    const before = new Map([...acknowledged].map(([kiosk, ids]) => [kiosk, ids.length]));
    let isOver = false;
    const pushing = kiosks.map(async (kiosk) => {
      for (let batch = 0; batch < BATCHES_AT_MOST && !isOver; batch += 1) await pushBatch(kiosk);
    });
    const path = await backUp('running');
    isOver = true;
    await Promise.all(pushing);

    const target = await openTestCity();
    try {
      await restoredTo(target, path);
      const restored = await target.start();
      for (const kiosk of kiosks) {
        const { ids } = await pulled(at(restored.url, kiosk));
        const own = ids.filter((id) => id.endsWith(`-${kiosk.enrolment.deviceId}`));
        expect(own.length).toBeGreaterThanOrEqual(before.get(kiosk) ?? 0);
        expect(own.toSorted()).toEqual(acknowledged.get(kiosk)?.slice(0, own.length));
      }
    } finally {
      await target.close();
    }
  });

  it('holds every database of the server', async () => {
    const path = await backUp('all');
    const manifest = await verifyBackup(path, masterKey);
    await server.stop();
    const couch = await openCouch(city.place);
    const names = await couch.server.db.list();
    await couch.close();
    await startAgain();
    const { databasePrefix } = city.place;
    const own = names
      .filter((name) => name.startsWith(databasePrefix))
      .map((name) => name.slice(databasePrefix.length));
    expect(Object.keys(manifest.databases).toSorted()).toEqual(own.toSorted());
  });

  it('shows nothing of what it holds (SEC-2)', async () => {
    const bytes = await readFile(await backUp('sealed'));
    const [header = ''] = bytes.toString('latin1').split('\n');
    expect(Object.keys(JSON.parse(header))).toEqual(['format', 'version', 'createdAt', 'salt', 'sealedUnder']);
    for (const word of ['第1小学校', 'admitted', 'reception-']) expect(bytes.includes(word)).toBe(false);
  });
});

describe('a restored server', () => {
  it('has the roster, lets staff in, and gives every log a new epoch, so that kiosks offer the rest (BAK-2)', async () => {
    const [kiosk] = kiosks;
    const [shelter] = shelters;
    if (kiosk === undefined || shelter === undefined) throw new Error('no kiosk');
    const path = await backUp('restored');
    const before = await pulled(kiosk);
    const [later] = admissions(kiosk, 1);
    if (later === undefined) throw new Error('no event');
    await kiosk.push(later);

    const target = await openTestCity();
    try {
      await restoredTo(target, path);
      const restored = await target.start();
      expect(restored.firstAdmin).toBeNull();
      const staff = new Console(restored.url);
      // Sessions are not in the backup.
      expect((await hq.get('/me')).status).toBe(200);
      staff.cookie = hq.cookie;
      expect((await staff.get('/me')).status).toBe(401);
      expect((await staff.signIn('admin', TEST_PASSWORD)).status).toBe(200);
      const there = at(restored.url, kiosk);
      const after = await pulled(there);
      expect(after.ids.toSorted()).toEqual(before.ids.toSorted());
      expect(after.epoch).not.toBe(before.epoch);
      expect(JSON.stringify((await there.push(later)).body)).toContain('"stored"');
      await eventually(async () => {
        const answer = await staff.get(`/roster/shelters/${shelter.shelterId}/people?limit=1`);
        return rosterPageSchema.parse(answer.body).total === before.ids.length + 1 ? true : undefined;
      });
    } finally {
      await target.close();
    }
  });

  it('was empty before, or is replaced on purpose; every time it has other epochs (BAK-2)', async () => {
    const [kiosk] = kiosks;
    if (kiosk === undefined) throw new Error('no kiosk');
    const path = await backUp('twice');
    const target = await openTestCity();
    try {
      await restoredTo(target, path);
      const first = await target.start();
      const epochs = [(await pulled(at(first.url, kiosk))).epoch];
      await first.stop();
      await expect(restoredTo(target, path)).rejects.toThrow(ServerNotEmptyError);
      await restoredTo(target, path, true);
      const second = await target.start();
      epochs.push((await pulled(at(second.url, kiosk))).epoch);
      expect(new Set(epochs).size).toBe(2);
    } finally {
      await target.close();
    }
  });

  it('does not start on half of a restore', async () => {
    const path = await backUp('half');
    const target = await openTestCity();
    try {
      await copyFile(join(city.place.dataDirectory, 'master.key'), join(target.place.dataDirectory, 'master.key'));
      const couch = await openCouch(target.place);
      // The database goes away once the first batch is written.
      let writes = 0;
      const request: typeof couch.server.request = (options) => {
        if (typeof options === 'object' && options?.path === '_bulk_docs') writes += 1;
        if (writes > 1) return Promise.reject(new Error('gone'));
        return couch.server.request(options);
      };
      const failing: Couch = { ...couch, server: { ...couch.server, request } };
      await expect(restoreBackup({ couch: failing, masterKey, path, replace: false })).rejects.toThrow('gone');
      await couch.close();
      await expect(target.start()).rejects.toThrow(UnfinishedRestoreError);
      await expect(restoredTo(target, path)).rejects.toThrow(ServerNotEmptyError);
      await restoredTo(target, path, true);
      expect((await target.start()).firstAdmin).toBeNull();
    } finally {
      await target.close();
    }
  });
});

describe('a file that is no whole backup of this city', () => {
  it('is refused by name, and nothing is written (BAK-2)', async () => {
    const path = await backUp('whole');
    const bytes = await readFile(path);
    const target = await openTestCity();
    const couch = await openCouch(target.place);
    const refusalOf = async (content: Buffer, key = masterKey) => {
      const altered = join(folder, 'altered');
      await writeFile(altered, content);
      const error: unknown = await restoreBackup({ couch, masterKey: key, path: altered, replace: true }).catch(
        (reason: unknown) => reason,
      );
      expect(await cityDatabases(couch)).toEqual([]);
      return error instanceof BackupRefusedError ? error.code : `not refused: ${String(error)}`;
    };
    try {
      expect(await refusalOf(bytes, new Uint8Array(32))).toBe('backup-foreign');
      expect(await refusalOf(Buffer.from('PK\u0003\u0004 a zip file'))).toBe('not-a-backup');
      expect(await refusalOf(Buffer.alloc(0))).toBe('not-a-backup');
      const newer = Buffer.from(bytes.toString('latin1').replace('"version":1', '"version":2'), 'latin1');
      expect(await refusalOf(newer)).toBe('backup-too-new');
      expect(await refusalOf(Buffer.concat([bytes, Buffer.of(0)]))).toBe('backup-damaged');
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
          expect(['backup-damaged', 'not-a-backup']).toContain(await refusalOf(bytes.subarray(0, length)));
        }),
        { numRuns: 15 },
      );
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length * 8 - 1), async (bit) => {
          const altered = Buffer.from(bytes);
          altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          expect(await refusalOf(altered)).toMatch(/^(backup-|not-a-backup)/);
        }),
        { numRuns: 15 },
      );
    } finally {
      await couch.close();
      await target.close();
    }
  });
});

describe('the operator channel', () => {
  it('opens only with the token in a file that only this user reads, and ends with the server', async () => {
    const { dataDirectory } = city.place;
    expect((await stat(join(dataDirectory, 'operator.json'))).mode & 0o777).toBe(0o600);
    const access = await readOperatorFile(dataDirectory);
    if (access === undefined) throw new Error('no operator channel');
    expect(new URL(access.url).hostname).toBe('127.0.0.1');
    expect((await (await operator()).state()).version).toMatch(/^\d/);
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: `Bearer ${hq.cookie}` }]) {
      for (const path of ['/operator/v1/state', '/operator/v1/backup']) {
        expect((await fetch(access.url + path, { headers })).status).toBe(401);
      }
    }
    expect((await fetch(`${server.url}/operator/v1/state`)).status).toBe(404);
    expect(city.logged()).not.toContain(access.token);
  });

  it('gives somebody who lost their password a new one, once, and ends their sessions', async () => {
    await hq.signIn('admin', TEST_PASSWORD);
    const { oneTimePassword } = await (await operator()).resetPassword({ params: { username: 'admin' } });
    expect((await hq.get('/me')).status).toBe(401);
    expect((await hq.signIn('admin', TEST_PASSWORD)).code).toBe('wrong-credentials');
    hq = await Console.newcomer(server.url, { username: 'admin', oneTimePassword });
    expect((await hq.get('/shelters')).status).toBe(200);
    await expect((await operator()).resetPassword({ params: { username: 'nobody' } })).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(city.logged()).not.toContain(oneTimePassword);
  });
});
