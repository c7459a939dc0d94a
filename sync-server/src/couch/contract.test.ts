import type nano from 'nano';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { refusal, rowsSchema } from './contract-testing.ts';
import { type Couch, databaseName } from './couch.ts';
import { isConflict, isFileExists, isNotFound } from './couch-errors.ts';
import { openDatabase } from './open-database.ts';
import { openTestCouch } from './testing.ts';

/**
 * What we rely on of a CouchDB server. Runs against COUCHDB_URL when that is set, else against the embedded
 * server: both have to pass every line of it.
 */
interface Person {
  name: string;
  age: number;
  town?: string;
}

let couch: Couch;
let serial = 0;

beforeAll(async () => {
  couch = await openTestCouch();
});
afterAll(() => couch.close());

async function freshDatabase(): Promise<nano.DocumentScope<Person>> {
  serial += 1;
  return openDatabase<Person>(couch, `contract-${serial}`);
}

function request(database: nano.DocumentScope<Person>, options: nano.RequestOptions): Promise<unknown> {
  return couch.server.request({ db: database.config.db, ...options });
}

const changesSchema = z.object({
  results: z.array(
    z.looseObject({
      id: z.string(),
      seq: z.string(),
      changes: z.array(z.object({ rev: z.string() })),
      deleted: z.boolean().optional(),
      doc: z.looseObject({ _id: z.string() }).optional(),
    }),
  ),
  last_seq: z.string(),
  pending: z.number(),
});

async function changes(database: nano.DocumentScope<Person>, qs: Record<string, unknown>) {
  return changesSchema.parse(await request(database, { path: '_changes', qs }));
}

describe('databases', () => {
  it('are created once, described, listed and deleted', async () => {
    const name = databaseName(couch, 'shelter-43101-a_1');
    await couch.server.db.create(name);
    expect(isFileExists(await couch.server.db.create(name).catch((error: unknown) => error))).toBe(true);
    expect(await couch.server.db.list()).toContain(name);
    expect(await couch.server.db.get(name)).toMatchObject({ db_name: name, doc_count: 0 });
    await couch.server.request({ db: name, method: 'head' });
    await couch.server.db.destroy(name);
    expect(await refusal(couch.server.db.get(name))).toMatchObject({ status: 404, error: 'not_found' });
    expect(await refusal(couch.server.db.destroy(name))).toMatchObject({ status: 404, error: 'not_found' });
    expect(await couch.server.db.list()).not.toContain(name);
    await couch.server.db.create(name);
    expect(await couch.server.db.get(name)).toMatchObject({ doc_count: 0 });
  });

  it('have lower-case names that begin with a letter', async () => {
    for (const name of ['Upper', '1st', '-a', 'ä']) {
      const refused = await refusal(couch.server.db.create(name));
      expect(refused).toMatchObject({ status: 400, error: 'illegal_database_name' });
    }
  });

  it('tell of many at once how far each has got', async () => {
    const database = await freshDatabase();
    const keys = [database.config.db, databaseName(couch, 'nobody-made-this')];
    const ask = async () =>
      z
        .array(z.looseObject({ key: z.string(), info: z.looseObject({ update_seq: z.string() }).optional() }))
        .parse(await couch.server.request({ path: '_dbs_info', method: 'post', body: { keys } }));
    const [before, missing] = await ask();
    expect(missing).toEqual({ key: keys[1], error: 'not_found' });
    await database.insert({ name: '花子', age: 30 }, 'p1');
    const [after] = await ask();
    const number = (text: string | undefined) => Number.parseInt(text ?? '', 10);
    expect(number(after?.info?.update_seq)).toBe(number(before?.info?.update_seq) + 1);
    expect(await refusal(couch.server.request({ path: '_dbs_info', method: 'post', body: {} }))).toMatchObject({
      status: 400,
      error: 'bad_request',
    });
  });

  it('open as often and as concurrently as you like, with indexes and views that follow their definition', async () => {
    const views = (map: string) => ({ people: { 'by-town': { map, reduce: '_count' as const } } });
    const definition = {
      indexes: [{ name: 'by-age', fields: ['age'] }],
      views: views('function (doc) { emit(doc.town, 1); }'),
    };
    const open = () => openDatabase<Person>(couch, 'opened-together', definition);
    const [database] = await Promise.all([open(), open(), open(), open()]);
    if (database === undefined) throw new Error('not opened');
    await database.insert({ name: '花子', age: 30, town: '益城' }, 'p1');
    const count = async () => rowsSchema.parse(await database.view('people', 'by-town', { group: true })).rows;
    expect(await count()).toMatchObject([{ key: '益城', value: 1 }]);
    const before = (await database.get('_design/people'))._rev;
    await open();
    expect((await database.get('_design/people'))._rev).toBe(before);
    const changed = { ...definition, views: views('function (doc) { emit(doc.name, 1); }') };
    await openDatabase<Person>(couch, 'opened-together', changed);
    expect(await count()).toMatchObject([{ key: '花子', value: 1 }]);
  });
});

describe('documents', () => {
  it('are created, read, changed with their revision and deleted', async () => {
    const database = await freshDatabase();
    const created = await database.insert({ name: '山﨑 花子', age: 30 }, 'ev:0001-0000-kiosk1');
    expect(created).toMatchObject({ ok: true, id: 'ev:0001-0000-kiosk1' });
    expect(created.rev).toMatch(/^1-/);
    expect(await database.get('ev:0001-0000-kiosk1')).toEqual({
      _id: 'ev:0001-0000-kiosk1',
      _rev: created.rev,
      name: '山﨑 花子',
      age: 30,
    });
    expect((await database.head('ev:0001-0000-kiosk1'))['etag']).toBe(`"${created.rev}"`);
    const changed = await database.insert({ _id: created.id, _rev: created.rev, name: '山﨑 花子', age: 31 });
    expect(changed.rev).toMatch(/^2-/);
    await database.destroy(created.id, changed.rev);
    expect(await refusal(database.get(created.id))).toEqual({ status: 404, error: 'not_found', reason: 'deleted' });
  });

  it('are created once: the same id without its revision is a conflict', async () => {
    const database = await freshDatabase();
    const first = await database.insert({ name: 'a', age: 1 }, 'p1');
    expect(await refusal(database.insert({ name: 'a', age: 1 }, 'p1'))).toEqual({
      status: 409,
      error: 'conflict',
      reason: 'Document update conflict.',
    });
    await database.insert({ _id: 'p1', _rev: first.rev, name: 'b', age: 2 });
    expect(await refusal(database.insert({ _id: 'p1', _rev: first.rev, name: 'c', age: 3 }))).toMatchObject({
      status: 409,
    });
    expect(await refusal(database.destroy('p1', first.rev))).toMatchObject({ status: 409 });
    expect(await database.get('p1')).toMatchObject({ name: 'b' });
  });

  it('are created exactly once when many try at the same time', async () => {
    const database = await freshDatabase();
    const attempts = await Promise.allSettled(
      Array.from({ length: 20 }, (_, age) => database.insert({ name: 'x', age }, 'only-once')),
    );
    expect(attempts.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1);
    for (const attempt of attempts) if (attempt.status === 'rejected') expect(isConflict(attempt.reason)).toBe(true);
  });

  it('can be created again after a deletion', async () => {
    const database = await freshDatabase();
    const { rev } = await database.insert({ name: 'a', age: 1 }, 'p1');
    await database.destroy('p1', rev);
    await database.insert({ name: 'b', age: 2 }, 'p1');
    expect(await database.get('p1')).toMatchObject({ name: 'b' });
  });

  it('get an id when posted without one', async () => {
    const database = await freshDatabase();
    const created = await database.insert({ name: 'a', age: 1 });
    expect(created.id).toMatch(/^[0-9a-f]{32}$/);
    expect(await database.get(created.id)).toMatchObject({ name: 'a' });
  });

  it('are missed by name of what is missing', async () => {
    const database = await freshDatabase();
    expect(await refusal(database.get('nobody'))).toEqual({ status: 404, error: 'not_found', reason: 'missing' });
    const gone = couch.server.use<Person>(databaseName(couch, 'no-such-database'));
    expect(await refusal(gone.get('nobody'))).toEqual({
      status: 404,
      error: 'not_found',
      reason: 'Database does not exist.',
    });
    expect(await refusal(gone.insert({ name: 'a', age: 1 }, 'p1'))).toMatchObject({ status: 404, error: 'not_found' });
    expect(isNotFound(await gone.bulk({ docs: [] }).catch((error: unknown) => error))).toBe(true);
  });

  it('are refused when they are no objects, have unknown special members or reserved ids', async () => {
    const database = await freshDatabase();
    const put = (path: string, body: string) => request(database, { path, method: 'put', body: Buffer.from(body) });
    expect(await refusal(put('p1', '[1]'))).toMatchObject({ status: 400, error: 'bad_request' });
    expect(await refusal(put('p1', '{"a":'))).toMatchObject({ status: 400, error: 'bad_request' });
    expect(await refusal(put('p1', '{"_private":1}'))).toMatchObject({ status: 400, error: 'doc_validation' });
    expect(await refusal(put('_reserved', '{}'))).toMatchObject({ status: 400, error: 'illegal_docid' });
    expect(await refusal(put('p1', JSON.stringify({ text: 'x'.repeat(8_100_000) })))).toMatchObject({ status: 413 });
    expect((await database.info()).doc_count).toBe(0);
  });
});

describe('bulk writes and reads', () => {
  it('give every document its own result, in order', async () => {
    const database = await freshDatabase();
    await database.insert({ name: 'old', age: 1 }, 'b');
    const results = await database.bulk({
      docs: [
        { _id: 'a', name: 'a', age: 1 },
        { _id: 'b', name: 'b', age: 2 },
        { _id: 'c', name: 'c', age: 3 },
        { _id: 'a', name: 'again', age: 4 },
      ],
    });
    expect(results).toMatchObject([
      { ok: true, id: 'a' },
      { id: 'b', error: 'conflict', reason: 'Document update conflict.' },
      { ok: true, id: 'c' },
      { id: 'a', error: 'conflict' },
    ]);
    expect(await database.get('a')).toMatchObject({ name: 'a' });
    expect(await database.get('b')).toMatchObject({ name: 'old' });
    expect((await database.info()).doc_count).toBe(3);
  });

  it('refuse a bulk write that has no documents or impossible ones', async () => {
    const database = await freshDatabase();
    const post = (body: object) => refusal(request(database, { path: '_bulk_docs', method: 'post', body }));
    expect(await post({})).toMatchObject({ status: 400, error: 'bad_request' });
    expect(await post({ docs: [{ _id: 'a' }, { _id: 'b', _x: 1 }] })).toMatchObject({ status: 400 });
    expect(await database.bulk({ docs: [] })).toEqual([]);
    expect((await database.info()).doc_count).toBe(0);
  });

  it('list documents by id, by range, by keys', async () => {
    const database = await freshDatabase();
    await database.bulk({ docs: ['a', 'b', 'c', 'd'].map((name, age) => ({ _id: name, name, age })) });
    const ids = async (qs: nano.DocumentListParams) => (await database.list(qs)).rows.map((row) => row.id);
    expect(await ids({})).toEqual(['a', 'b', 'c', 'd']);
    expect(await ids({ startkey: 'b', endkey: 'c' })).toEqual(['b', 'c']);
    expect(await ids({ startkey: 'b', limit: 1 })).toEqual(['b']);
    expect(await ids({ descending: true, limit: 2 })).toEqual(['d', 'c']);
    expect(await ids({ startkey: 'c', descending: true })).toEqual(['c', 'b', 'a']);
    expect(await ids({ startkey: 'b', endkey: 'd', inclusive_end: false })).toEqual(['b', 'c']);
    expect(await ids({ key: 'b' })).toEqual(['b']);
    await database.destroy('d', (await database.get('d'))._rev);
    const fetched = rowsSchema.parse(await database.fetch({ keys: ['c', 'none', 'd', 'a'] }));
    expect(fetched.rows).toMatchObject([
      { id: 'c', doc: { name: 'c', age: 2 } },
      { key: 'none', error: 'not_found' },
      { id: 'd', value: { deleted: true }, doc: null },
      { id: 'a', doc: { name: 'a' } },
    ]);
  });
});

describe('changes', () => {
  it('hold every document once, with its latest state, in pages that tell what is left', async () => {
    const database = await freshDatabase();
    await database.bulk({ docs: ['a', 'b', 'c', 'd', 'e'].map((name, age) => ({ _id: name, name, age })) });
    const { _rev } = await database.get('a');
    await database.insert({ _id: 'a', _rev, name: 'newer', age: 9 });
    const b = await database.get('b');
    await database.destroy('b', b._rev);
    const seen = new Map<string, unknown>();
    let since = '0';
    for (let pages = 0; ; pages += 1) {
      const page = await changes(database, { since, limit: 2, include_docs: true });
      for (const change of page.results) {
        expect(seen.has(change.id)).toBe(false);
        seen.set(change.id, change.deleted === true ? 'deleted' : change.doc?.['name']);
      }
      since = page.last_seq;
      expect(page.results.length).toBeLessThanOrEqual(2);
      if (page.pending === 0) break;
      expect(pages).toBeLessThan(5);
    }
    expect(Object.fromEntries(seen)).toEqual({ a: 'newer', b: 'deleted', c: 'c', d: 'd', e: 'e' });
    expect(await changes(database, { since, limit: 2 })).toMatchObject({ results: [], pending: 0 });
  });

  it('go on from any change, and from now', async () => {
    const database = await freshDatabase();
    const now = (await changes(database, { since: 'now' })).last_seq;
    await database.insert({ name: 'a', age: 1 }, 'a');
    expect((await changes(database, { since: now })).results.map((change) => change.id)).toEqual(['a']);
    expect((await changes(database, { since: 'now' })).results).toEqual([]);
    expect(await refusal(changes(database, { since: 'garbage' }))).toMatchObject({ status: 400 });
  });
});

describe('upkeep', () => {
  it('compacts on request and says that it is up', async () => {
    const database = await freshDatabase();
    await database.insert({ name: 'a', age: 1 }, 'a');
    expect(await request(database, { path: '_compact', method: 'post', body: {} })).toEqual({ ok: true });
    expect(await couch.server.request({ path: '_up' })).toMatchObject({ status: 'ok' });
  });
});
