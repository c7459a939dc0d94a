import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import leveldown from 'leveldown';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PouchDB } from './pouchdb-on-leveldb.ts';
import { type LevelWrites, syncedLeveldown, withSyncedWrites } from './synced-leveldown.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'uketsuke-synced-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** LevelDB handles whose write calls are recorded at the very point where LevelDB gets them. */
function recordingLeveldown(calls: { operation: string; sync: unknown }[], synced: boolean) {
  const open = (location: string) => {
    const level = leveldown(location);
    const writes: LevelWrites = level;
    for (const operation of ['put', 'del', 'batch'] as const) {
      const original = writes[operation].bind(level);
      Object.defineProperty(level, operation, {
        configurable: true,
        writable: true,
        value: (...call: unknown[]) => {
          const options = call.at(-2);
          const sync = typeof options === 'object' && options !== null && 'sync' in options ? options.sync : undefined;
          calls.push({ operation, sync });
          return original(...call);
        },
      });
    }
    return synced ? withSyncedWrites(level) : level;
  };
  open.destroy = leveldown.destroy;
  Object.defineProperty(open, 'name', { value: `recording-${synced}` });
  return open;
}

async function writeThrough(synced: boolean) {
  const calls: { operation: string; sync: unknown }[] = [];
  const database = new PouchDB(join(directory, `recorded-${synced}`), {
    adapter: 'leveldb',
    db: recordingLeveldown(calls, synced),
  });
  await database.put({ _id: 'a', n: 1 });
  await database.bulkDocs([{ _id: 'b' }, { _id: 'c' }], { new_edits: true });
  await database.put({ _id: '_local/x', n: 1 });
  await database.remove({ _id: 'a', _rev: (await database.get('a'))._rev });
  await database.close();
  return calls;
}

it('asks LevelDB to flush every write before it is confirmed', async () => {
  const calls = await writeThrough(true);
  expect(calls.filter((call) => call.operation === 'batch').length).toBeGreaterThanOrEqual(4);
  expect(calls.filter((call) => call.sync !== true)).toEqual([]);
});

it('without the wrapper PouchDB asks for none, so the wrapper is what does it', async () => {
  const calls = await writeThrough(false);
  expect(calls.filter((call) => call.operation === 'batch').length).toBeGreaterThanOrEqual(4);
  expect(calls.filter((call) => call.sync === true)).toEqual([]);
});

it('keeps what else is asked of a write, and refuses chained batches, which would slip through', async () => {
  const level = syncedLeveldown(join(directory, 'direct'));
  const done = (start: (callback: (error: unknown) => void) => void) =>
    new Promise<void>((resolve, reject) => start((error) => (error ? reject(error) : resolve())));
  await done((callback) => level.open(callback));
  await done((callback) => level.put('k', 'v', callback));
  await done((callback) => level.batch([{ type: 'put', key: 'k2', value: 'v2' }], { sync: false }, callback));
  await done((callback) => level.del('k', {}, callback));
  expect(() => level.batch()).toThrow(TypeError);
  const value = await new Promise((resolve, reject) =>
    level.get('k2', (error, found) => (error ? reject(error) : resolve(found.toString()))),
  );
  expect(value).toBe('v2');
  await done((callback) => level.close(callback));
});
