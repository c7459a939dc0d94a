import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerHubRequest, type HubRequest } from './hub-forwarding.ts';
import { TestHubServer } from './test-hub-server.ts';

let hub: TestHubServer;
let gone: AbortController;

beforeEach(async () => {
  hub = await TestHubServer.start();
  gone = new AbortController();
});
afterEach(() => hub.stop());

function requestOf(path: string, parts: Partial<HubRequest> & { headers?: Record<string, string> } = {}): HubRequest {
  const { headers = {}, ...rest } = parts;
  return { method: 'GET', path, header: (name) => headers[name], body: null, signal: gone.signal, ...rest };
}

async function* bodyOf(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield new TextEncoder().encode(part);
}

const codeOf = async (response: Response) => [response.status, (await response.json()).code];

describe('the way to the hub', () => {
  it('carries a push there and its answer back, with few headers', async () => {
    let received = '';
    hub.answer = (request, response) => {
      request.on('data', (part) => {
        received += part;
      });
      request.on('end', () => {
        response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': 'a=b', 'retry-after': '3' });
        response.end('{"ok":true}');
      });
    };
    const headers = {
      authorization: 'Bearer x',
      'content-type': 'application/json',
      cookie: 'c=d',
      origin: 'http://a',
    };
    const request = requestOf('/peer/hub/sync/v1/events', {
      method: 'POST',
      headers,
      body: bodyOf('{"ev', 'ents":[]}'),
    });
    const response = await answerHubRequest(request, hub.inUse);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ok: true });
    expect(Object.fromEntries(response.headers)).toEqual({ 'content-type': 'application/json', 'retry-after': '3' });
    expect(received).toBe('{"events":[]}');
    const [asked] = hub.asked;
    expect(asked?.url).toBe('/sync/v1/events');
    expect(asked?.headers).toMatchObject({ authorization: 'Bearer x', host: new URL(hub.origin).host });
    expect(asked?.headers).not.toHaveProperty('cookie');
    expect(asked?.headers).not.toHaveProperty('origin');
  });

  it('hands on refusals as they are', async () => {
    hub.answer = (_request, response) => {
      response.writeHead(503, { 'retry-after': '2' }).end('{"code":"busy"}');
    };
    const response = await answerHubRequest(requestOf('/peer/hub/sync/v1/events?limit=5'), hub.inUse);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(await response.text()).toBe('{"code":"busy"}');
    expect(hub.asked[0]?.url).toBe('/sync/v1/events?limit=5');
  });

  it('streams a live connection event by event, and ends it when the page goes (SYN-4)', async () => {
    let write = (_text: string) => {};
    const ended = new Promise<void>((resolve) => {
      hub.answer = (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.flushHeaders();
        write = (text) => response.write(text);
        response.on('close', resolve);
      };
    });
    const response = await answerHubRequest(requestOf('/peer/hub/sync/v1/live'), hub.inUse);
    const reader = response.body?.getReader();
    for (const text of ['event: hello\n\n', ': beat\n\n', 'event: changed\n\n']) {
      write(text);
      expect(new TextDecoder().decode((await reader?.read())?.value)).toBe(text);
    }
    gone.abort();
    await ended;
  });

  it('ends the connection to the hub when the page stops reading', async () => {
    const ended = new Promise<void>((resolve) => {
      hub.answer = (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': beat\n\n');
        response.on('close', resolve);
      };
    });
    const response = await answerHubRequest(requestOf('/peer/hub/sync/v1/live'), hub.inUse);
    await response.body?.cancel();
    await ended;
  });

  it('fails the answer’s body when the hub breaks off or falls silent in the middle', async () => {
    hub.answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setTimeout(() => response.destroy(), 50);
    };
    const cut = await answerHubRequest(requestOf('/peer/hub/sync/v1/events'), hub.inUse);
    await expect(cut.text()).rejects.toThrow();
    hub.answer = (_request, response) => {
      response.writeHead(200).write('half');
    };
    const silent = await answerHubRequest(requestOf('/peer/hub/sync/v1/events'), hub.inUse, { silenceMs: 200 });
    await expect(silent.text()).rejects.toThrow();
  });

  it('waits for a slow body as long as something comes', async () => {
    hub.answer = (_request, response) => {
      response.writeHead(200);
      let sent = 0;
      const timer = setInterval(() => {
        sent += 1;
        if (sent < 5) return response.write('x');
        clearInterval(timer);
        return response.end('x');
      }, 100);
    };
    const response = await answerHubRequest(requestOf('/peer/hub/sync/v1/events'), hub.inUse, { silenceMs: 3_000 });
    expect(await response.text()).toBe('xxxxx');
  });
});

describe('a hub that is not there', () => {
  it('is told as unreachable: nobody, a cut before the answer, silence', async () => {
    const nobody = { ...hub.inUse, origin: 'https://127.0.0.1:47' };
    expect(await codeOf(await answerHubRequest(requestOf('/peer/hub/sync/v1/events'), nobody))).toEqual([
      502,
      'peer-unreachable',
    ]);
    hub.answer = (_request, response) => void response.destroy();
    const cut = await answerHubRequest(requestOf('/peer/hub/sync/v1/events'), hub.inUse);
    expect(await codeOf(cut)).toEqual([502, 'peer-unreachable']);
    hub.answer = () => undefined;
    const silent = await answerHubRequest(requestOf('/peer/hub/sync/v1/events'), hub.inUse, { silenceMs: 200 });
    expect(await codeOf(silent)).toEqual([502, 'peer-unreachable']);
    const plain = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'));
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const address = plain.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const noTls = { ...hub.inUse, origin: `https://127.0.0.1:${port}` };
    expect((await answerHubRequest(requestOf('/peer/hub/sync/v1/events'), noTls)).status).toBe(502);
    plain.close();
  });

  it('follows no redirect', async () => {
    hub.answer = (_request, response) => {
      response.writeHead(302, { location: 'https://evil.example/' }).end();
    };
    const response = await answerHubRequest(requestOf('/peer/hub/sync/v1/events'), hub.inUse);
    expect(await codeOf(response)).toEqual([502, 'peer-unreachable']);
  });

  it('with another certificate is sent nothing at all (HUB-2)', async () => {
    const other = await TestHubServer.start();
    const changed = { origin: other.origin, certificateSha256: hub.certificateSha256 };
    const headers = { authorization: 'Bearer secret' };
    const request = requestOf('/peer/hub/sync/v1/events', { method: 'POST', headers, body: bodyOf('names') });
    expect(await codeOf(await answerHubRequest(request, changed))).toEqual([502, 'peer-changed']);
    expect(other.asked).toEqual([]);
    await other.stop();
  });
});

describe('what is not forwarded', () => {
  it.each([
    '/peer/hub',
    '/peer/hub/',
    '/peer/hub/sync/v1/',
    '/peer/hub/hub/v1/bundles',
    '/peer/hub/sync/v1/../../hub/v1/state',
    '/peer/hub/sync/v1/%2e%2e/%2e%2e/hub',
    '/peer/hub/sync/v1/events%2f..',
    '/peer/hub/sync/v2/events',
    `/peer/hub/sync/v1/events?checkpoint=${'x'.repeat(9_000)}`,
  ])('%s', async (path) => {
    const response = await answerHubRequest(requestOf(path), hub.inUse);
    expect(await codeOf(response)).toEqual([404, 'not-found']);
    expect(hub.asked).toEqual([]);
  });

  it('anything, while no hub is in use', async () => {
    expect((await answerHubRequest(requestOf('/peer/hub/sync/v1/events'), null)).status).toBe(404);
  });

  it.each(['PUT', 'DELETE', 'OPTIONS', 'HEAD'])('%s', async (method) => {
    expect((await answerHubRequest(requestOf('/peer/hub/sync/v1/events', { method }), hub.inUse)).status).toBe(405);
  });

  it('a body over the limit of a push, announced or not', async () => {
    const path = '/peer/hub/sync/v1/events';
    const huge = String(8 * 1024 * 1024);
    const announced = requestOf(path, { method: 'POST', headers: { 'content-length': huge }, body: bodyOf('x') });
    expect(await codeOf(await answerHubRequest(announced, hub.inUse))).toEqual([413, 'body-too-large']);
    expect(hub.asked).toEqual([]);
    hub.answer = (request) => void request.resume();
    const body = bodyOf(...Array.from({ length: 50 }, () => 'x'.repeat(64 * 1024)));
    const unannounced = await answerHubRequest(requestOf(path, { method: 'POST', body }), hub.inUse);
    expect(await codeOf(unannounced)).toEqual([413, 'body-too-large']);
  });
});
