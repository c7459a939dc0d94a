import type nano from 'nano';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, rowsSchema } from './contract-testing.ts';
import type { Couch } from './couch.ts';
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
  return openDatabase<Person>(couch, `contract-queries-${serial}`);
}

function request(database: nano.DocumentScope<Person>, options: nano.RequestOptions): Promise<unknown> {
  return couch.server.request({ db: database.config.db, ...options });
}

describe('Mango queries', () => {
  it('find by an index, sorted and limited', async () => {
    const database = await freshDatabase();
    await request(database, {
      path: '_index',
      method: 'post',
      body: { index: { fields: ['town', 'age'] }, ddoc: 'index-by-town', name: 'by-town', type: 'json' },
    });
    const docs = Array.from({ length: 60 }, (_, age) => ({ name: `p${age}`, age, town: age % 2 ? '益城' : '宇土' }));
    await database.bulk({ docs });
    const query = { selector: { town: '益城', age: { $gte: 3 } }, sort: ['town', 'age'], use_index: 'index-by-town' };
    const found = await database.find({ ...query, limit: 5, fields: ['age', 'name'] });
    expect(found.docs).toEqual([3, 5, 7, 9, 11].map((age) => ({ age, name: `p${age}` })));
    expect(found.warning).toBeUndefined();
    expect((await database.find(query)).docs).toHaveLength(25);
    expect((await database.find({ selector: { town: 'なし' } })).docs).toEqual([]);
    const prefix = await database.find({ selector: { town: { $gte: '宇', $lt: '宇\ufff0' } }, limit: 100 });
    expect(prefix.docs).toHaveLength(30);
  });

  it('never match documents without the member asked for, but where that is the question', async () => {
    serial += 1;
    const definition = {
      indexes: [
        { name: 'by-expiry', fields: ['expiresAt'] },
        { name: 'by-kind', fields: ['kind', 'expiresAt'] },
      ],
    };
    const database = await openDatabase<Record<string, unknown>>(couch, `contract-${serial}`, definition);
    await database.bulk({
      docs: [
        { _id: 'none', kind: 'a' },
        { _id: 'null', kind: 'a', expiresAt: null },
        { _id: 'early', kind: 'a', expiresAt: '2026-01-01' },
        { _id: 'late', kind: 'a', expiresAt: '2027-01-01' },
        { _id: 'other', kind: 'b', expiresAt: '2026-01-01' },
      ],
    });
    const ids = async (selector: nano.MangoSelector) =>
      (await database.find({ selector, limit: 50 })).docs.map((doc) => doc._id).sort();
    expect(await ids({ expiresAt: { $lt: '2026-06-01' } })).toEqual(['early', 'null', 'other']);
    expect(await ids({ expiresAt: { $lte: '2026-01-01', $gt: null } })).toEqual(['early', 'other']);
    expect(await ids({ expiresAt: { $gte: null } })).toEqual(['early', 'late', 'null', 'other']);
    expect(await ids({ expiresAt: null })).toEqual(['null']);
    expect(await ids({ kind: 'a', expiresAt: { $lt: '2026-06-01' } })).toEqual(['early', 'null']);
    expect(await ids({ kind: 'a', expiresAt: { $exists: false } })).toEqual(['none']);
    expect(await ids({ $or: [{ expiresAt: { $lt: '2026-06-01' } }, { kind: 'b' }] })).toEqual([
      'early',
      'null',
      'other',
    ]);
    const all = await database.find({ selector: { expiresAt: { $lt: '2028' } }, limit: 10, sort: ['expiresAt'] });
    expect(all.docs.map((doc) => doc._id).sort()).toEqual(['early', 'late', 'null', 'other']);
  });

  it('are refused when they make no sense', async () => {
    const database = await freshDatabase();
    await database.insert({ name: 'a', age: 1 }, 'a');
    const find = (body: object) => refusal(request(database, { path: '_find', method: 'post', body }));
    expect(await find({})).toMatchObject({ status: 400 });
    expect(await find({ selector: { age: { $nonsense: 1 } } })).toMatchObject({ status: 400 });
    expect(await find({ selector: { age: 1 }, sort: ['age'] })).toMatchObject({ status: 400 });
  });

  it('have indexes that are made once', async () => {
    const database = await freshDatabase();
    const body = { index: { fields: ['age'] }, ddoc: 'index-by-age', name: 'by-age', type: 'json' };
    const create = () => request(database, { path: '_index', method: 'post', body });
    expect(await create()).toMatchObject({ result: 'created', id: '_design/index-by-age', name: 'by-age' });
    expect(await create()).toMatchObject({ result: 'exists' });
  });
});

describe('views', () => {
  async function peopleByTown() {
    serial += 1;
    const map = 'function (doc) { if (doc.town) emit([doc.town, doc.age], doc.age); }';
    const views = { counted: { map, reduce: '_count' }, summed: { map, reduce: '_sum' } } as const;
    const database = await openDatabase<Person>(couch, `contract-${serial}`, {
      views: { people: { ...views, measured: { map, reduce: '_stats' }, listed: { map } } },
    });
    await database.bulk({
      docs: [
        { _id: 'a', name: 'a', age: 10, town: '益城' },
        { _id: 'b', name: 'b', age: 20, town: '益城' },
        { _id: 'c', name: 'c', age: 30, town: '宇土' },
        { _id: 'd', name: 'd', age: 40 },
      ],
    });
    return database;
  }

  it('are read by key and range', async () => {
    const database = await peopleByTown();
    const ids = async (qs: nano.DocumentViewParams) =>
      rowsSchema.parse(await database.view('people', 'listed', qs)).rows.map((row) => row['id']);
    expect(await ids({})).toEqual(['c', 'a', 'b']);
    expect(await ids({ startkey: ['益城'], endkey: ['益城', {}] })).toEqual(['a', 'b']);
    expect(await ids({ key: ['益城', 20] })).toEqual(['b']);
    expect(await ids({ keys: [['益城', 20], ['宇土', 30], ['none']] })).toEqual(['b', 'c']);
    expect(await ids({ descending: true, limit: 2 })).toEqual(['b', 'a']);
    expect(await ids({ skip: 1 })).toEqual(['a', 'b']);
    const [row] = (await database.view('people', 'listed', { include_docs: true, limit: 1 })).rows;
    expect(row).toMatchObject({ id: 'c', doc: { _id: 'c', name: 'c' } });
  });

  it('are reduced, whole and in groups, and follow the documents', async () => {
    const database = await peopleByTown();
    const rows = async (view: string, qs: nano.DocumentViewParams) =>
      rowsSchema.parse(await database.view('people', view, qs)).rows;
    expect(await rows('counted', {})).toMatchObject([{ key: null, value: 3 }]);
    expect(await rows('counted', { group_level: 1 })).toMatchObject([
      { key: ['宇土'], value: 1 },
      { key: ['益城'], value: 2 },
    ]);
    expect(await rows('summed', { group: true, startkey: ['益城'] })).toMatchObject([
      { key: ['益城', 10], value: 10 },
      { key: ['益城', 20], value: 20 },
    ]);
    expect(await rows('measured', {})).toMatchObject([
      { value: { sum: 60, count: 3, min: 10, max: 30, sumsqr: 1400 } },
    ]);
    expect(await rows('counted', { reduce: false })).toHaveLength(3);
    const { _rev } = await database.get('a');
    await database.destroy('a', _rev);
    expect(await rows('counted', {})).toMatchObject([{ value: 2 }]);
  });

  it('are missed by status, and refuse groups where nothing is reduced', async () => {
    const database = await peopleByTown();
    expect(await refusal(database.view('people', 'none'))).toMatchObject({ status: 404 });
    expect(await refusal(database.view('none', 'none'))).toMatchObject({ status: 404 });
    expect(await refusal(database.view('people', 'listed', { group: true }))).toMatchObject({
      status: 400,
      error: 'query_parse_error',
    });
  });
});
