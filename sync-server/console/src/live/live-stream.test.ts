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
  it('brings nudges, and every byte as a sign of life', async () => {
    const doFetch = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('event: hello\ndata: {"complete":true,"shelterIds":[]}\n\n');
      setTimeout(() => response.write(': heartbeat\n\n'), 30);
      setTimeout(() => response.end('event: changed\ndata: {"complete":true,"shelterIds":["s1"]}\n\n'), 60);
    });
    const heard: string[] = [];
    await liveStreamOver(doFetch, () => heard.push('ended'))(
      { onSignOfLife: () => heard.push('life'), onNudge: (nudge) => heard.push(nudge.shelterIds.join() || 'hello') },
      new AbortController().signal,
    );
    expect(heard).toEqual(['life', 'hello', 'life', 'life', 's1']);
  });

  it('lets pass what is not a nudge', async () => {
    const doFetch = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end('data: not json\n\ndata: {"complete":1}\n\n');
    });
    const nudges: unknown[] = [];
    await liveStreamOver(doFetch, () => {})(
      { onSignOfLife: () => {}, onNudge: (nudge) => nudges.push(nudge) },
      new AbortController().signal,
    );
    expect(nudges).toEqual([]);
  });

  it('says when the session has ended', async () => {
    const doFetch = await serve((_, response) => {
      response.writeHead(401, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ type: 'about:blank', title: 'x', status: 401, code: 'not-signed-in' }));
    });
    let ended = 0;
    const stream = liveStreamOver(doFetch, () => {
      ended += 1;
    })({ onSignOfLife: () => {}, onNudge: () => {} }, new AbortController().signal);
    await expect(stream).rejects.toMatchObject({ code: 'unreachable' });
    expect(ended).toBe(1);
  });
});
