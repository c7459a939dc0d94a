import { createServer, type RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { liveStreamOver } from './live-stream.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function serve(answer: RequestListener): Promise<typeof fetch> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return (path, options) => fetch(`http://127.0.0.1:${address.port}${String(path)}`, options);
}

describe('the live stream', () => {
  it('brings what the server sends as it is sent, heartbeats too', async () => {
    let end = () => {};
    const doFetch = await serve((request, response) => {
      expect(request.url).toBe('/hq/v1/roster/live');
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': heartbeat\n\n');
      end = () => response.end('data: {}\n\n');
    });
    const stream = await liveStreamOver(doFetch, () => {})(new AbortController().signal);
    const reader = stream.getReader();
    const read = async () => new TextDecoder().decode((await reader.read()).value);
    expect(await read()).toBe(': heartbeat\n\n');
    end();
    expect(await read()).toBe('data: {}\n\n');
    expect((await reader.read()).done).toBe(true);
  });

  it('says when the session has ended', async () => {
    const doFetch = await serve((_, response) => {
      response.writeHead(401, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ type: 'about:blank', title: 'x', status: 401, code: 'not-signed-in' }));
    });
    let ended = 0;
    const stream = liveStreamOver(doFetch, () => {
      ended += 1;
    })(new AbortController().signal);
    await expect(stream).rejects.toMatchObject({ code: 'failing' });
    expect(ended).toBe(1);
  });
});
