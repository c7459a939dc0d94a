import { describe, expect, it } from 'vitest';
import { hubRequestOf } from './hub-requests.ts';

const URL_OF_PUSH = 'app://uketsuke/peer/hub/sync/v1/events?limit=1';

/** Node's Request refuses the custom scheme's Origin, so the parts are given as Electron gives them. */
function requestOf(url: string, headers: Record<string, string> = {}, body?: string) {
  const { body: stream, signal } = new Request(
    'http://page.invalid',
    body === undefined ? {} : { method: 'POST', body },
  );
  return { url, method: body === undefined ? 'GET' : 'POST', headers: new Headers(headers), body: stream, signal };
}

describe('requests of the page for the hub', () => {
  it('are handed on with method, path, headers and body', async () => {
    const request = hubRequestOf(requestOf(URL_OF_PUSH, { origin: 'app://uketsuke', accept: 'text/plain' }, '避難'));
    expect(request).toMatchObject({ method: 'POST', path: '/peer/hub/sync/v1/events?limit=1' });
    expect(request?.header('accept')).toBe('text/plain');
    const parts: Uint8Array[] = [];
    for await (const part of request?.body ?? []) parts.push(part);
    expect(Buffer.concat(parts).toString('utf8')).toBe('避難');
    expect(hubRequestOf(requestOf(URL_OF_PUSH))?.body).toBeNull();
  });

  it.each(['app://uketsuke/index.html', 'app://elsewhere/peer/hub/sync/v1/events', 'https://uketsuke/peer/hub/x'])(
    '%s is none',
    (url) => {
      expect(hubRequestOf(requestOf(url))).toBeNull();
    },
  );

  it('of another page are none', () => {
    expect(hubRequestOf(requestOf(URL_OF_PUSH, { origin: 'https://evil.example' }))).toBeNull();
    expect(hubRequestOf(requestOf(URL_OF_PUSH, { origin: 'null' }))).toBeNull();
  });
});
