import { createServer, type Server } from 'node:net';
import { hubCode } from '@uketsuke/shared/hub';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KioskHostError } from '../kiosk-host-error.ts';
import { lookUpHub } from './look-up-hub.ts';
import { TestHubServer } from './test-hub-server.ts';

const IDENTITY = { credential: 'a.b.c', shelter: { shelterId: 'shirakawa', name: '白川小学校' }, addresses: [] };
/** Nothing listens there. */
const NOBODY = 'https://127.0.0.1:47';

let hub: TestHubServer;
let silent: Server | undefined;

beforeEach(async () => {
  hub = await TestHubServer.start();
  hub.answer = (request, response) => {
    response.writeHead(request.url === '/hub/v1/identity' ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(IDENTITY));
  };
});
afterEach(async () => {
  await hub.stop();
  silent?.close();
  silent = undefined;
});

const codeOf = (looking: Promise<unknown>) =>
  looking.then(
    () => 'found',
    (error: unknown) => (error instanceof KioskHostError ? error.code : error),
  );

describe('looking up a hub', () => {
  it('gives its credential and the certificate it showed (HUB-2)', async () => {
    const found = { ...hub.inUse, credential: 'a.b.c', shelterName: '白川小学校' };
    expect(await lookUpHub(`127.0.0.1:${hub.port}`)).toEqual(found);
    expect(await lookUpHub(`${hub.origin}/`)).toEqual(found);
    expect(hub.asked.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });

  it('tries every address of the QR, and takes the one that answers', async () => {
    expect((await lookUpHub(hubCode([NOBODY, hub.origin]))).origin).toBe(hub.origin);
  });

  it('says when nobody answers, also when somebody is only silent', async () => {
    expect(await codeOf(lookUpHub(NOBODY))).toBe('hub-unreachable');
    expect(await codeOf(lookUpHub('not an address'))).toBe('hub-unreachable');
    const { port } = new URL(hub.origin);
    expect(await codeOf(lookUpHub(`http://127.0.0.1:${port}`))).toBe('hub-unreachable');
    const server = createServer();
    silent = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const silentPort = typeof address === 'object' ? address?.port : undefined;
    expect(await codeOf(lookUpHub(`127.0.0.1:${silentPort}`, 500))).toBe('hub-unreachable');
  });

  it.each([
    ['a page', 200, '<html>Wi-Fi</html>'],
    ['an error', 502, JSON.stringify(IDENTITY)],
    ['another identity', 200, '{"credential":7}'],
    ['something endless', 200, `"${'x'.repeat(200_000)}"`],
  ])('says that %s is no hub', async (_what, status, body) => {
    hub.answer = (_request, response) => {
      response.writeHead(status).end(body);
    };
    expect(await codeOf(lookUpHub(hub.origin))).toBe('not-a-hub');
  });
});
