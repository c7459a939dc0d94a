import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Couch, openCouch } from '../couch.ts';
import { DatabaseUnreachableError, isDatabaseUnavailable } from '../couch-errors.ts';
import { openDatabase } from '../open-database.ts';
import { DataDirectoryInUseError } from './server.ts';

let dataDirectory: string;
let couch: Couch;

beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'uketsuke-embedded-'));
  couch = await openCouch({ dataDirectory });
});
afterEach(async () => {
  await couch.close();
  await rm(dataDirectory, { recursive: true, force: true });
});

function address(): URL {
  return new URL(couch.server.config.url);
}

/** A request without nano, so that it can be as wrong as we like. */
function send(path: string, init: RequestInit = {}, withPassword = true): Promise<Response> {
  const { username, password, host } = address();
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const headers = { ...(withPassword ? { authorization } : {}), ...init.headers };
  return fetch(`http://${host}${path}`, { ...init, headers });
}

/** Writes bytes to the server's port and returns what comes back until the connection ends. */
function sendRaw(bytes: string, thenDestroy = false): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(address().port), '127.0.0.1', () => {
      socket.write(bytes, () => {
        if (thenDestroy) socket.destroy();
      });
    });
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}

describe('the embedded server', () => {
  it('keeps documents, indexes and databases over a restart', async () => {
    const definition = { indexes: [{ name: 'by-age', fields: ['age'] }] };
    const before = await openDatabase<{ age: number }>(couch, 'reception-s1', definition);
    await before.bulk({ docs: [1, 2, 3].map((age) => ({ _id: `p${age}`, age })) });
    await couch.server.db.create('to-be-deleted');
    await couch.server.db.destroy('to-be-deleted');
    await couch.close();
    await mkdir(join(dataDirectory, 'couch', 'databases', '.deleted-1'));
    couch = await openCouch({ dataDirectory });
    expect(await couch.server.db.list()).toEqual(['reception-s1']);
    expect(await readdir(join(dataDirectory, 'couch', 'databases'))).toEqual(['reception-s1']);
    const after = await openDatabase<{ age: number }>(couch, 'reception-s1', definition);
    expect((await after.find({ selector: { age: { $gt: 1 } }, use_index: 'index-by-age' })).docs).toHaveLength(2);
    expect((await after.changes({ since: '3-e' })).results).toHaveLength(1);
  });

  it('listens on this machine only and refuses whoever has not its password', async () => {
    expect(address().hostname).toBe('127.0.0.1');
    await couch.server.db.create('reception-s1');
    for (const path of ['/', '/_all_dbs', '/reception-s1', '/reception-s1/_all_docs', '/%F0%9F']) {
      const refused = await send(path, {}, false);
      expect(refused.status).toBe(path === '/%F0%9F' ? 400 : 401);
    }
    const wrong = await send('/reception-s1', { headers: { authorization: `Basic ${btoa('embedded:guess')}` } });
    expect(wrong.status).toBe(401);
    expect(wrong.headers.get('www-authenticate')).toContain('Basic');
    expect(await wrong.json()).toEqual({ error: 'unauthorized', reason: 'Name or password is incorrect.' });
    expect((await send('/_up', {}, false)).status).toBe(200);
    const password = address().password;
    await couch.close();
    couch = await openCouch({ dataDirectory });
    expect(address().password).not.toBe(password);
  });

  it('refuses a data directory that another server works on', async () => {
    await expect(openCouch({ dataDirectory })).rejects.toThrow(DataDirectoryInUseError);
    await couch.server.db.create('still-working');
  });

  it('answers wrong requests and goes on', async () => {
    await couch.server.db.create('a');
    const wrong: [string, string, string | undefined, number][] = [
      ['GET', '/%', undefined, 400],
      ['PATCH', '/a', undefined, 405],
      ['PUT', '/_all_dbs', undefined, 405],
      ['POST', '/a', '', 400],
      ['POST', '/a/_bulk_docs', 'not json', 400],
      ['POST', '/a/_bulk_docs', '{"docs":1}', 400],
      ['POST', '/a/_bulk_docs', '{"docs":[null]}', 400],
      ['POST', '/a/_bulk_docs', '{"docs":[{"_id":1}]}', 400],
      ['POST', '/a/_find', '[]', 400],
      ['POST', '/a/_find', '{"selector":{"$and":1}}', 400],
      ['POST', '/a/_index', '{"index":{"fields":[]}}', 400],
      ['GET', '/a/_all_docs?limit=x', undefined, 400],
      ['GET', '/a/_all_docs?include_docs=maybe', undefined, 400],
      ['GET', '/a/_changes?feed=longpoll', undefined, 400],
      ['GET', '/a/_changes?filter=_doc_ids', undefined, 400],
      ['POST', '/a/_find', '{"selector":{},"bookmark":"nil"}', 400],
      ['POST', '/a/_index', '{"index":{"fields":["a"],"partial_filter_selector":{}}}', 400],
      ['GET', '/a/_index', undefined, 405],
      ['POST', '/a/_bulk_get', '{"docs":[]}', 405],
      ['PUT', '/a/_local/x', '{}', 404],
      ['GET', '/a/_changes?limit=-1', undefined, 400],
      ['GET', '/a/doc/attachment', undefined, 404],
      ['GET', '/a/_unknown', undefined, 404],
      ['DELETE', '/a/nobody', undefined, 404],
      ['PUT', '/a/doc', '{"_id":"other"}', 400],
    ];
    for (const [method, path, body, status] of wrong) {
      const answer = await send(path, { method, ...(body === undefined ? {} : { body }) });
      const { error, reason } = JSON.parse(await answer.text());
      expect({ path, body, status: answer.status }).toEqual({ path, body, status });
      expect([typeof error, typeof reason]).toEqual(['string', 'string']);
    }
    expect((await send('/a')).status).toBe(200);
  });

  it('survives bytes that are not HTTP, and bodies broken off', async () => {
    await couch.server.db.create('a');
    const { username, password } = address();
    const authorization = `authorization: Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    expect(await sendRaw('\u0000\u0001 nonsense\r\n\r\n')).toContain('400');
    const head = `POST /a/_bulk_docs HTTP/1.1\r\nhost: x\r\n${authorization}\r\ncontent-length: 1000\r\n\r\n`;
    await sendRaw(`${head}{"docs":[{"_id":"half`, true);
    const database = couch.server.use<{ n: number }>('a');
    await database.insert({ n: 1 }, 'whole');
    expect((await database.list()).rows.map((row) => row.id)).toEqual(['whole']);
  });

  it('refuses a body beyond its limit', async () => {
    await couch.server.db.create('a');
    const megabyte = Buffer.alloc(1024 * 1024, 'x');
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        sent += 1;
        if (sent > 80) controller.close();
        else controller.enqueue(megabyte);
      },
    });
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, duplex: 'half' };
    const status = await send('/a/_bulk_docs', init).then(
      (answer) => answer.status,
      () => 'connection ended',
    );
    expect([413, 'connection ended']).toContain(status);
    expect(sent).toBeLessThan(80);
    expect((await send('/a')).status).toBe(200);
  });
});

describe('sequences of files that were put back to an older copy (SYN-5)', () => {
  const copied = () => join(dataDirectory, '..', `${basename(dataDirectory)}-copy`);
  afterEach(() => rm(copied(), { recursive: true, force: true }));

  async function restarted(between: () => Promise<void> = async () => undefined): Promise<void> {
    await couch.close();
    await between();
    couch = await openCouch({ dataDirectory });
  }
  /** What is confirmed is in the files, of a running server too. */
  const copyAside = () => cp(dataDirectory, copied(), { recursive: true });
  const putBack = () =>
    restarted(async () => {
      await rm(dataDirectory, { recursive: true });
      await cp(copied(), dataDirectory, { recursive: true });
    });
  const write = async (...names: string[]) => {
    const database = await openDatabase<{ n: number }>(couch, 'reception-s1');
    for (const name of names) await database.insert({ n: 1 }, name);
  };
  const readAfter = async (since: string) => {
    const database = await openDatabase(couch, 'reception-s1');
    const { results, last_seq } = await database.changes({ since, feed: 'normal' });
    return { names: results.map(({ id }) => id), last: String(last_seq) };
  };

  it('lead to everything since the copy, though what they had seen is there again', async () => {
    await write('a');
    const atCopy = (await readAfter('0')).last;
    await copyAside();
    await write('b', 'c');
    const seen = await readAfter(atCopy);
    expect(seen.names).toEqual(['b', 'c']);
    await putBack();
    await write('unseen', 'c', 'b', 'd');
    expect((await readAfter(seen.last)).names).toEqual(['unseen', 'c', 'b', 'd']);
    expect((await readAfter(atCopy)).names).toEqual(['unseen', 'c', 'b', 'd']);
  });

  it('lead to everything where the files know nothing of the time they are from', async () => {
    await write('a');
    await restarted(copyAside);
    await write('b');
    const { last } = await readAfter('0');
    await putBack();
    await write('unseen', 'b');
    expect((await readAfter(last)).names).toEqual(['a', 'unseen', 'b']);
  });

  it('go on where they stood over starts that lost nothing, those from before starts were told apart too', async () => {
    await write('a', 'b');
    const { last } = await readAfter('0');
    for (const name of ['c', 'd']) {
      await restarted();
      await write(name);
    }
    expect((await readAfter(last)).names).toEqual(['c', 'd']);
    expect((await readAfter(last.replace(/-.*/, '-e'))).names).toEqual(['c', 'd']);
  });
});

describe('a database server that is away', () => {
  it('is told apart from a refusal', async () => {
    const database = await openDatabase<{ n: number }>(couch, 'a');
    await couch.close();
    const error = await database.insert({ n: 1 }, 'x').catch((thrown: unknown) => thrown);
    expect(isDatabaseUnavailable(error)).toBe(true);
    couch = await openCouch({ dataDirectory });
    const refusal = await couch.server
      .use('none')
      .get('x')
      .catch((thrown: unknown) => thrown);
    expect(isDatabaseUnavailable(refusal)).toBe(false);
  });

  it('is waited for at start, and reported when it does not come', async () => {
    const couchdbUrl = 'http://admin:admin@127.0.0.1:9';
    const warnings: string[] = [];
    const log = { info: () => {}, warn: (message: string) => warnings.push(message) };
    await expect(openCouch({ couchdbUrl, dataDirectory, waitForServerMs: 500, log })).rejects.toThrow(
      DatabaseUnreachableError,
    );
    expect(warnings.length).toBeGreaterThan(0);
    expect(warnings.join()).not.toContain('admin');
  });
});
