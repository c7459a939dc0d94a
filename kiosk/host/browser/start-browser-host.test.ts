import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventIdSchema } from '@uketsuke/shared/identifiers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type BrowserHost, startBrowserHost } from './start-browser-host.ts';

let root: string;
let host: BrowserHost;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'uketsuke-host-'));
  await mkdir(join(root, 'dist', 'assets'), { recursive: true });
  await writeFile(join(root, 'dist', 'index.html'), '<html><head></head></html>');
  await writeFile(join(root, 'dist', 'assets', 'page.js'), 'export {}');
  await writeFile(join(root, 'secret.json'), '{}');
  host = await start(0);
});
afterEach(async () => {
  await host.stop();
  await rm(root, { recursive: true, force: true });
});

function start(port: number): Promise<BrowserHost> {
  return startBrowserHost({ dataDirectory: join(root, 'data'), uiDirectory: join(root, 'dist'), port });
}

function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const url = new URL(host.url);
  return new Promise<{ status: number | undefined; headers: Record<string, unknown>; body: string }>(
    (resolve, reject) => {
      const asked = request({ host: url.hostname, port: url.port, path, method, headers }, (response) => {
        let body = '';
        response.on('data', (part) => {
          body += part;
        });
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
      });
      asked.on('error', reject);
      asked.end();
    },
  );
}

/** A window as a browser would open it. */
class TestWindow {
  readonly #socket: WebSocket;
  readonly #frames: Record<string, unknown>[] = [];
  #wake: () => void = () => undefined;
  closed = false;

  constructor(of: BrowserHost, options: { origin?: string } = {}) {
    const url = new URL(of.url);
    this.#socket = new WebSocket(`ws://${url.host}/host`, { origin: options.origin ?? url.origin });
    this.#socket.on('message', (data) => {
      this.#frames.push(JSON.parse(String(data)));
      this.#wake();
    });
    this.#socket.on('close', () => {
      this.closed = true;
      this.#wake();
    });
    this.#socket.on('error', () => undefined);
  }

  async say(frame: unknown): Promise<Record<string, unknown> | 'closed'> {
    if (this.#socket.readyState === this.#socket.CONNECTING) {
      await new Promise<void>((resolve) => {
        this.#socket.once('open', () => resolve());
        this.#socket.once('close', () => resolve());
      });
    }
    if (this.closed) return 'closed';
    this.#socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
    return this.next();
  }

  async next(): Promise<Record<string, unknown> | 'closed'> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame !== undefined) return frame;
      if (this.closed) return 'closed';
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  hello(token = tokenOf(host)) {
    return this.say({ frame: 'hello', token });
  }

  close(): void {
    this.#socket.close();
  }
}

function tokenOf(of: BrowserHost): string {
  return new URLSearchParams(new URL(of.url).hash.slice(1)).get('token') ?? '';
}

describe('the page over the browser host', () => {
  it('comes with a strict policy and is not cached', async () => {
    const page = await get('/');
    expect(page.status).toBe(200);
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';");
    expect(policy).not.toContain('unsafe-inline');
    expect(policy).not.toContain("'unsafe-eval'");
    expect(policy).toContain(`ws://${new URL(host.url).host}`);
    expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    expect(String(page.headers['permissions-policy'])).toContain('camera=(self)');
    expect(page.body).toContain(/'nonce-([^']+)'/.exec(policy)?.[1]);
    expect(await get('/assets/page.js')).toMatchObject({ status: 200, body: 'export {}' });
  });

  it.each(['/../secret.json', '/%2e%2e/secret.json', '/..%2fsecret.json', '/.hidden.json', '/nothing.js', '/assets'])(
    'gives nothing for %s',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );

  it('answers no other Host, no other Origin, no POST (DNS rebinding)', async () => {
    const { port } = new URL(host.url);
    expect((await get('/', { host: `evil.example:${port}` })).status).toBe(403);
    expect((await get('/', { host: `localhost:${port}` })).status).toBe(403);
    expect((await get('/', { origin: 'https://evil.example' })).status).toBe(403);
    expect((await get('/', {}, 'POST')).status).toBe(405);
  });
});

describe('the host functions over the browser host', () => {
  it('answer after hello with the token', async () => {
    const window = new TestWindow(host);
    expect(await window.hello()).toEqual({ frame: 'welcome' });
    expect(await window.say({ frame: 'call', number: 1, call: { call: 'info', given: [] } })).toMatchObject({
      frame: 'answer',
      number: 1,
      answer: { ok: true, result: { kind: 'browser', serverUrl: null } },
    });
    const id = eventIdSchema.parse('ev:000000000001-0000-desk1');
    const entry = { v: 1, id, kiosk: 'aa', hq: 'bb' };
    expect(
      await window.say({ frame: 'call', number: 2, call: { call: 'journal.append', given: [entry] } }),
    ).toMatchObject({
      answer: { ok: true },
    });
    expect(
      await window.say({ frame: 'call', number: 3, call: { call: 'journal.read', given: [0, 10] } }),
    ).toMatchObject({ answer: { ok: true, result: { entries: [entry], next: null } } });
    expect(await window.say({ frame: 'call', number: 4, call: { call: 'shell', given: ['x'] } })).toMatchObject({
      answer: { ok: false },
    });
    window.close();
  });

  it('answer nobody with a wrong token, without hello, or from another origin', async () => {
    expect(await new TestWindow(host).hello('wrong')).toEqual({ frame: 'refused', code: 'host-gone' });
    const rude = await new TestWindow(host).say({ frame: 'call', number: 1, call: { call: 'info', given: [] } });
    expect(rude).toEqual({ frame: 'refused', code: 'host-gone' });
    expect(await new TestWindow(host).say('not json')).toEqual({ frame: 'refused', code: 'host-gone' });
    expect(await new TestWindow(host, { origin: 'https://evil.example' }).hello()).toBe('closed');
    expect(await new TestWindow(host, { origin: 'null' }).hello()).toBe('closed');
  });

  it('end a connection that sends too much at once', async () => {
    const window = new TestWindow(host);
    await window.hello();
    expect(await window.say(`"${'x'.repeat(9 * 1024 * 1024)}"`)).toBe('closed');
  });

  it('serve one window at a time, and the next when the first has gone', async () => {
    const first = new TestWindow(host);
    expect(await first.hello()).toEqual({ frame: 'welcome' });
    expect(await new TestWindow(host).hello()).toEqual({ frame: 'refused', code: 'another-window' });
    expect(await first.say({ frame: 'call', number: 1, call: { call: 'info', given: [] } })).toMatchObject({
      number: 1,
    });
    first.close();
    expect(await first.next()).toBe('closed');
    expect(await new TestWindow(host).hello()).toEqual({ frame: 'welcome' });
  });

  it('have another token at every start', async () => {
    const before = tokenOf(host);
    await host.stop();
    host = await start(0);
    expect(tokenOf(host)).not.toBe(before);
    expect(await new TestWindow(host).hello(before)).toEqual({ frame: 'refused', code: 'host-gone' });
  });
});

describe('enrolling', () => {
  it.each([
    [401, 'enrolment-code-invalid', 'enrolment-refused'],
    [429, 'too-many-attempts', 'too-many-attempts'],
    [503, 'database-unavailable', 'server-unreachable'],
  ])('tells a refusal with %i %s apart', async (status, code, expected) => {
    const server = createServer((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/problem+json', 'retry-after': '7' });
      response.end(JSON.stringify({ type: 'about:blank', title: code, status, code }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const window = new TestWindow(host);
    await window.hello();
    const serverUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const call = { call: 'enrol', given: [serverUrl, { code: 'ABCD-EFGH-JKMN', deviceName: '受付1' }] };
    const answer = await window.say({ frame: 'call', number: 1, call });
    expect(answer).toMatchObject({ answer: { ok: false, code: expected } });
    server.close();
    window.close();
  });

  it('sends no code over an open network', async () => {
    const window = new TestWindow(host);
    await window.hello();
    const call = { call: 'enrol', given: ['http://192.0.2.1', { code: 'ABCD-EFGH-JKMN', deviceName: 'a' }] };
    expect(await window.say({ frame: 'call', number: 1, call })).toMatchObject({
      answer: { ok: false, code: 'server-unreachable' },
    });
    window.close();
  });
});
