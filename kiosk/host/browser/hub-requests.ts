import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { KioskHostService } from '../kiosk-host-service.ts';

/**
 * Answers a request of the page for the hub, both bodies streaming. The page's own requests only: what a browser marks
 * as coming from another site is refused, and a request with our headers from there would have asked first.
 */
export async function serveHubRequest(
  host: KioskHostService,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') {
    response.writeHead(403).end();
    return;
  }
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const answer = await host.answerHubRequest({
    method: request.method ?? '',
    path: request.url ?? '',
    header: (name) => request.headersDistinct[name]?.join(', '),
    // A hub that answers before it has read everything must not end the page's connection.
    body: request.method === 'POST' ? request.iterator({ destroyOnReturn: false }) : null,
    signal: gone.signal,
  });
  response.writeHead(answer.status, { 'X-Content-Type-Options': 'nosniff', ...Object.fromEntries(answer.headers) });
  response.flushHeaders();
  // A body that the hub did not want must not hold up the page's next request on this connection.
  request.resume();
  if (answer.body !== null) await pass(answer.body.getReader(), response);
  response.end();
}

async function pass(from: ReadableStreamDefaultReader<Uint8Array>, to: ServerResponse): Promise<void> {
  to.on('close', () => void from.cancel().catch(() => undefined));
  for (;;) {
    const { done, value } = await from.read();
    if (done || to.destroyed) return;
    if (!to.write(value)) await Promise.race([once(to, 'drain'), once(to, 'close')]);
  }
}
