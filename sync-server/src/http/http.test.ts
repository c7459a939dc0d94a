import { once } from 'node:events';
import { IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { problemSchema } from '@uketsuke/shared/contracts';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { newKiosk, newShelter } from '../../../testbed/test-server/new-shelter.ts';
import { Console, openTestCity, send, type TestCity } from '../../../testbed/test-server/test-server.ts';
import type { RunningServer } from '../city/start-server.ts';

let city: TestCity;
let server: RunningServer;
let hq: Console;

beforeAll(async () => {
  city = await openTestCity();
  server = await city.start();
  hq = await Console.firstAdmin(server);
});
afterAll(() => city.close());

/** Sends exactly these bytes; answers what came back. */
function sendRaw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

/** Sends a body of so many bytes of spaces, or says it does. */
function sendLarge(
  path: string,
  bytes: number,
  headers: Record<string, string>,
): Promise<{ status: number; body: string; sent: number }> {
  return new Promise((resolve, reject) => {
    const chunk = Buffer.alloc(64 * 1024, ' ');
    let sent = 0;
    const sending = request(
      `${server.url}${path}`,
      { method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
      (response) => {
        let body = '';
        response.on('data', (part) => {
          body += part;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body, sent }));
      },
    );
    sending.on('error', (error) => (sent > 0 ? undefined : reject(error)));
    const pump = () => {
      while (sent < bytes) {
        sent += chunk.length;
        if (!sending.write(chunk)) {
          sending.once('drain', pump);
          return;
        }
      }
      sending.end();
    };
    pump();
  });
}

describe('problem answers (RFC 9457)', () => {
  it.each([
    ['GET', '/nowhere', 404, 'not-found'],
    ['GET', '/hq/v1/nowhere', 404, 'not-found'],
    ['GET', '/card/v1/nowhere', 404, 'not-found'],
    ['GET', '/sync/v1/nowhere', 404, 'not-found'],
    ['POST', '/card/v1/city', 405, 'method-not-allowed'],
    ['GET', '/device/v1/enrol', 405, 'method-not-allowed'],
    ['POST', '/device/v1/enrol', 400, 'malformed-request'],
    ['GET', '/card/v1/cards/%E0%A4%A/state', 400, 'malformed-request'],
    ['GET', '/hq/v1/me', 401, 'not-signed-in'],
  ] as const)('%s %s is %d %s', async (method, path, status, code) => {
    const answer = await send(server.url + path, method);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(problemSchema.parse(answer.body)).toMatchObject({ status, code });
    expect(answer.status).toBe(status);
  });

  it('name the field and the rule of bad input, never the value', async () => {
    const answer = await send(`${server.url}/device/v1/enrol`, 'POST', {
      code: '0123-4567-89AB',
      deviceName: '',
      佐藤: '花子',
    });
    expect(answer.body).toMatchObject({ detail: 'deviceName: too_small' });
    const unknown = await send(`${server.url}/device/v1/enrol`, 'POST', {
      code: '0123-4567-89AB',
      deviceName: 'x',
      佐藤: '花子',
    });
    expect(unknown.code).toBe('malformed-request');
    expect(JSON.stringify([answer.body, unknown.body])).not.toMatch(/佐藤|花子/);
  });

  it('come for broken JSON and for what is no JSON', async () => {
    for (const [type, body, code] of [
      ['application/json', '{"code":', 'malformed-request'],
      ['application/json', 'null', 'malformed-request'],
      ['text/plain', 'x', 'malformed-request'],
      ['application/json; charset=x', '{}', 'media-type-unsupported'],
    ] as const) {
      const response = await fetch(`${server.url}/device/v1/enrol`, {
        method: 'POST',
        body,
        headers: { 'content-type': type },
      });
      expect(problemSchema.parse(await response.json()).code).toBe(code);
    }
  });

  it('come early for a body of 50 MB, also for one that does not say its size', async () => {
    const size = 50 * 1024 * 1024;
    const announced = await sendLarge('/device/v1/enrol', size, { 'content-length': String(size) });
    expect(announced).toMatchObject({ status: 413, body: expect.stringContaining('body-too-large') });
    const chunked = await sendLarge('/device/v1/enrol', size, {});
    expect(chunked).toMatchObject({ status: 413, body: expect.stringContaining('body-too-large') });
    const kiosk = await newKiosk(server.url, hq, await newShelter(hq, '大きい'));
    const pushed = await sendLarge('/sync/v1/events', size, { authorization: `Bearer ${kiosk.enrolment.credential}` });
    expect(pushed).toMatchObject({ status: 413, body: expect.stringContaining('body-too-large') });
    expect((await send(`${server.url}/healthz`, 'GET')).status).toBe(200);
  });
});

describe('hostile addresses', () => {
  it.each([
    '/hq/../../../../etc/passwd',
    '/hq/..%2f..%2f..%2f..%2fetc/passwd',
    '/card/%2e%2e/%2e%2e/package.json',
    '/hq/assets/..%5c..%5cpackage.json',
    '/card/.%00./package.json',
  ])('%s shows no file', async (path) => {
    const answer = await sendRaw(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 (400|403|404|200) /);
    expect(answer).not.toMatch(/root:|"dependencies"/);
    if (answer.startsWith('HTTP/1.1 200')) expect(answer).toContain('<!doctype html>');
  });

  it.each(['..%2f_users', 'a%2f..%2fkeys', '_all_dbs', 'A', 'x%00', encodeURIComponent('s"}')])(
    'a shelter called %s is refused before any database is asked',
    async (id) => {
      expect((await hq.get(`/roster/shelters/${id}/people`)).code).toBe('malformed-request');
      expect((await hq.get(`/shelters/${id}/devices`)).code).toBe('malformed-request');
      expect((await hq.get(`/quarantine?shelterId=${id}`)).code).toBe('malformed-request');
      expect((await hq.post(`/shelters/${id}/enrolment-codes`)).code).toBe('malformed-request');
      expect((await hq.post(`/devices/${id}/revoke`)).code).toMatch(/malformed-request|not-found/);
    },
  );

  it('a query that is given twice or as an object is refused', async () => {
    for (const query of ['q=a&q=b', 'q[$gt]=', 'q=']) {
      expect((await hq.get(`/roster/search?${query}`)).code).toBe('malformed-request');
    }
  });
});

describe('pages and descriptions', () => {
  it('the first page leads to both others, in two languages; headers keep foreign content out', async () => {
    const answer = await send(`${server.url}/`, 'GET');
    expect(String(answer.body)).toMatch(/href="\/card\/".*href="\/hq\/"/s);
    expect(String(answer.body)).toMatch(/避難所受付カード.*Resident card/s);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("script-src 'self' 'unsafe");
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('x-powered-by')).toBeNull();
    expect(answer.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
  });

  it('health tells the version, metrics count by route pattern', async () => {
    expect((await send(`${server.url}/healthz`, 'GET')).body).toEqual({
      status: 'ok',
      version: '0.1.0',
      rosterComplete: true,
    });
    const kiosk = await newKiosk(server.url, hq, await newShelter(hq, '数'));
    const [household] = sampleHouseholds(3, 1);
    if (household === undefined) throw new Error('no sample');
    await kiosk.push(kiosk.admission(household));
    await hq.get(`/roster/people/${household.members[0]?.residentId}`);
    const metrics = String((await send(`${server.url}/metrics`, 'GET')).body);
    expect(metrics).toContain('uketsuke_pushed_events_total{outcome="stored"} 1');
    expect(metrics).toContain('route="/hq/v1/roster/people/:residentId"');
    expect(metrics).toMatch(/uketsuke_roster_complete 1/);
    expect(metrics).not.toContain(household.members[0]?.residentId);
  });
});

describe('the log (SEC-5)', () => {
  it('holds no name, reading, address, id or secret of anybody', async () => {
    const shelter = await newShelter(hq, 'ログ');
    const kiosk = await newKiosk(server.url, hq, shelter);
    const households = sampleHouseholds(12, 5);
    await kiosk.push(...households.map((household) => kiosk.admission(household)));
    await kiosk.send('/events', 'POST', {
      events: [{ ...kiosk.admission(households[0] ?? { members: [] }), kind: households[0]?.members[0]?.name.written }],
    });
    const secrets = [kiosk.enrolment.credential, kiosk.enrolment.eventKey, hq.cookie.split('=')[1] ?? ''];
    for (const { address, members } of households) {
      secrets.push(address?.line ?? members[0]?.name.written ?? '');
      for (const { name, residentId } of members) {
        secrets.push(name.written, name.kana ?? name.written, residentId);
        await hq.get(`/roster/search?q=${encodeURIComponent(name.written)}`);
        await hq.get(`/roster/people/${residentId}`);
        await send(`${server.url}/card/v1/cards`, 'POST', { household: { members: [{ name }] }, consent: true });
      }
    }
    const logged = city.logged();
    expect(logged).toContain('"route":"/hq/v1/roster/search"');
    for (const secret of secrets) expect([logged.includes(secret), secret !== '']).toEqual([false, true]);
    for (const secret of secrets) expect(logged).not.toContain(encodeURIComponent(secret));
  });
});

describe('stopping', () => {
  it('finishes a request under way, ends streams, takes no new ones', async () => {
    const own = await openTestCity();
    const stopping = await own.start();
    const console = await Console.firstAdmin(stopping);
    const stream = await fetch(`${stopping.url}/hq/v1/roster/live`, { headers: { cookie: console.cookie } });
    const login = request(`${stopping.url}/hq/v1/login`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-uketsuke': '1',
        origin: stopping.url,
        // The server says 100 once it has the request.
        expect: '100-continue',
      },
    });
    login.flushHeaders();
    await once(login, 'continue');
    const stopped = stopping.stop();
    const answered = once(login, 'response');
    login.end(JSON.stringify({ username: 'admin', password: 'wrong password, checked slowly' }));
    const [answer] = z.tuple([z.instanceof(IncomingMessage)]).parse(await answered);
    expect(problemSchema.parse(JSON.parse(await textOf(answer))).code).toBe('wrong-credentials');
    await stopped;
    // A stream that was cut off instead would fail here.
    expect(await stream.text()).toContain('event: hello');
    await expect(fetch(stopping.url)).rejects.toThrow();
    await own.close();
  });
});
