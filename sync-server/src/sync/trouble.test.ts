import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problemSchema, pullEventsResponseSchema } from '@uketsuke/shared/contracts';
import nano from 'nano';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Couch, openCouch } from '../couch/couch.ts';
import { admissions, get, listen, push, pushed, startTestSync, type TestDevice, type TestSync } from './testing.ts';

/** A database that goes away and comes back: always the embedded one, as only that one is ours to stop. */
let dataDirectory: string;
let couch: Couch;
let sync: TestSync;
let kiosk: TestDevice;

beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'uketsuke-trouble-'));
  couch = await openCouch({ dataDirectory });
  sync = await startTestSync(couch);
  kiosk = sync.devices.enrol('s1');
});
afterEach(async () => {
  await sync.close();
  await couch.close();
  await rm(dataDirectory, { recursive: true, force: true });
});

describe('the database going away', () => {
  it('is said as such, and nothing is acknowledged (SYN-1)', async () => {
    await pushed(sync, kiosk, admissions(kiosk, 1));
    await couch.close();
    const events = admissions(kiosk, 5);
    for (const response of [await push(sync, kiosk, events), await get(sync, kiosk, '/events')]) {
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('5');
      expect(problemSchema.parse(await response.json()).code).toBe('database-unavailable');
    }
    expect((await get(sync, kiosk, '/live')).status).toBe(503);
  });

  it('in the middle of pushes loses nothing that was acknowledged (SYN-1)', async () => {
    const acknowledged: string[] = [];
    let closing: Promise<void> | undefined;
    // Each kiosk pushes batch after batch until the database is gone under it.
    const kiosks = Array.from({ length: 6 }, async (_, at) => {
      for (let batch = 0; ; batch += 1) {
        const response = await push(sync, kiosk, admissions(kiosk, 40, batch * 6 + at));
        if (response.status === 503) return;
        expect(response.status).toBe(200);
        const { outcomes } = await response.json();
        for (const { id } of outcomes) acknowledged.push(id);
        if (acknowledged.length >= 400) closing ??= couch.close();
      }
    });
    await Promise.all(kiosks);
    await closing;
    expect(acknowledged.length).toBeGreaterThanOrEqual(400);
    await sync.close();
    couch = await openCouch({ dataDirectory });
    sync = await startTestSync(couch);
    const reader = sync.devices.enrol('s1');
    const held = new Set<string>();
    for (let checkpoint = ''; ; ) {
      const response = await get(sync, reader, `/events?checkpoint=${checkpoint}`);
      const page = pullEventsResponseSchema.parse(await response.json());
      for (const { id } of page.events) held.add(id);
      checkpoint = page.checkpoint ?? '';
      if (page.end) break;
    }
    expect(acknowledged.filter((id) => !held.has(id))).toEqual([]);
  });

  it('is survived when it answers half, or not as agreed: nothing is acknowledged then (SYN-1)', async () => {
    await pushed(sync, kiosk, admissions(kiosk, 1));
    const answers = ['[]', '[{"id":"ev:other","ok":true}]', '[{"error":"forbidden"}]', '{"ok":true}', 'half of some['];
    for (const answer of answers) {
      const proxy = createServer((incoming, response) => void forward(incoming, response, answer));
      const port = await listen(proxy);
      const { username, password } = new URL(couch.server.config.url);
      const through: Couch = { ...couch, server: nano(`http://${username}:${password}@127.0.0.1:${port}`) };
      const second = await startTestSync(through);
      const response = await push(second, second.devices.enrol('s1'), [1]);
      const own = second.devices.enrol('s1');
      const stored = await push(second, own, admissions(own, 1));
      expect([answer, response.status, stored.status]).toEqual([answer, 503, 503]);
      await second.close();
      proxy.closeAllConnections();
      proxy.close();
    }
  });

  /** Passes everything on but `_bulk_docs`, which it answers itself. */
  async function forward(incoming: IncomingMessage, response: ServerResponse, answer: string) {
    const target = new URL(incoming.url ?? '/', couch.server.config.url);
    const chunks: Uint8Array[] = [];
    for await (const chunk of incoming) if (chunk instanceof Uint8Array) chunks.push(chunk);
    if (target.pathname.endsWith('/_bulk_docs')) {
      response.writeHead(201, { 'content-type': 'application/json' }).end(answer);
      return;
    }
    const passed = await fetch(`${target.origin}${target.pathname}${target.search}`, {
      method: incoming.method ?? 'GET',
      headers: { authorization: incoming.headers.authorization ?? '', 'content-type': 'application/json' },
      ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
    });
    response.writeHead(passed.status, { 'content-type': 'application/json' }).end(await passed.text());
  }
});

describe('a body of 50 MB', () => {
  const FIFTY_MEGABYTES = 50 * 1024 * 1024;

  /** Begins a push, and tells what is answered while only `bytes` of its body were sent. */
  function beginPush(headers: Record<string, string>, bytes: number): Promise<number | undefined> {
    const { hostname, port, pathname } = new URL(`${sync.url}/events`);
    const authorization = `Bearer ${kiosk.deviceId}`;
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest(
        { hostname, port, path: pathname, method: 'POST', headers: { authorization, ...headers } },
        (answer) => {
          resolve(answer.statusCode);
          outgoing.destroy();
        },
      );
      outgoing.on('error', reject);
      outgoing.write(Buffer.alloc(bytes, ' '));
    });
  }

  it('is refused from its announced length alone', async () => {
    expect(await beginPush({ 'content-length': String(FIFTY_MEGABYTES) }, 10)).toBe(413);
  });

  it('is refused as soon as too much of it came, when its length was not announced', async () => {
    expect(await beginPush({ 'transfer-encoding': 'chunked' }, 2 * 1024 * 1024 + 1)).toBe(413);
  });

  it('is refused in words to a client that sends it all', async () => {
    const response = await fetch(`${sync.url}/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${kiosk.deviceId}` },
      body: Buffer.alloc(FIFTY_MEGABYTES, ' '),
    });
    expect(response.status).toBe(413);
    expect(problemSchema.parse(await response.json()).code).toBe('body-too-large');
    await pushed(sync, kiosk, admissions(kiosk, 1));
  });

  it('broken off in the middle disturbs nobody', async () => {
    const { hostname, port, pathname } = new URL(`${sync.url}/events`);
    const headers = { authorization: `Bearer ${kiosk.deviceId}`, 'content-length': '1000' };
    await new Promise<void>((resolve) => {
      const outgoing = httpRequest({ hostname, port, path: pathname, method: 'POST', headers });
      outgoing.on('error', () => {});
      outgoing.on('close', () => resolve());
      outgoing.write('{"events":[', () => setTimeout(() => outgoing.destroy(), 50));
    });
    const answer = await pushed(sync, kiosk, admissions(kiosk, 2));
    expect(answer.mark.events).toBe(2);
  });
});
