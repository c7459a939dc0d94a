import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TestHubServer } from '../hub/test-hub-server.ts';
import { KioskFile } from '../kiosk-file.ts';
import { type BrowserHost, startBrowserHost } from './start-browser-host.ts';

let folder: string;
let hub: TestHubServer;
let host: BrowserHost;
let origin: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uketsuke-hub-requests-'));
  await writeFile(join(folder, 'index.html'), '<html><head></head></html>');
  hub = await TestHubServer.start();
  host = await startBrowserHost({ dataDirectory: join(folder, 'data'), uiDirectory: folder });
  origin = new URL(host.url).origin;
  const file = new KioskFile(join(folder, 'data', 'kiosk.json'));
  await file.enrolledAt('https://uketsuke.example.jp');
  await file.setHub(hub.inUse);
});
afterEach(async () => {
  await host.stop();
  await hub.stop();
  await rm(folder, { recursive: true, force: true });
});

it('the page’s requests reach the hub, and its live events come one by one until the page goes', async () => {
  let write = (_text: string) => {};
  const ended = new Promise<void>((resolve) => {
    hub.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      write = (text) => response.write(text);
      response.on('close', resolve);
    };
  });
  const page = new AbortController();
  const response = await fetch(`${origin}/peer/hub/sync/v1/live`, {
    headers: { authorization: 'Bearer x', 'sec-fetch-site': 'same-origin' },
    signal: page.signal,
  });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const reader = response.body?.getReader();
  for (const text of ['event: hello\n\n', 'event: changed\n\n']) {
    write(text);
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe(text);
  }
  page.abort();
  await ended;
  expect(hub.asked[0]?.headers.authorization).toBe('Bearer x');
});

it('a hub that answers before it has read the body is heard (SYN-12)', async () => {
  hub.answer = (_request, response) => {
    response.writeHead(503, { 'retry-after': '2', connection: 'close' }).end('{"code":"busy"}');
  };
  const body = 'x'.repeat(1_500_000);
  const response = await fetch(`${origin}/peer/hub/sync/v1/events`, { method: 'POST', body });
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
});

it('a body cut off by the hub breaks the page’s answer off too', async () => {
  hub.answer = (_request, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half');
    setTimeout(() => response.destroy(), 50);
  };
  await expect(fetch(`${origin}/peer/hub/sync/v1/events`).then((response) => response.text())).rejects.toThrow();
});

it('another site’s and another host’s requests reach nobody', async () => {
  for (const headers of [
    { origin: 'https://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'none' },
  ]) {
    expect((await fetch(`${origin}/peer/hub/sync/v1/events`, { headers })).status).toBe(403);
  }
  expect((await fetch(`${origin}/peer/hub/sync/v1/events`, { method: 'OPTIONS' })).status).toBe(405);
  expect(hub.asked).toEqual([]);
});
