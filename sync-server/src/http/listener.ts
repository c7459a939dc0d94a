import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { isEventStream } from './request-log.ts';

const REQUEST_TIMEOUT_MS = 60_000;
const FINISH_WITHIN_MS = 8_000;
const LOOK_AGAIN_MS = 50;

/** The listening server. */
export interface Listener {
  /** http address with the real port. */
  readonly url: string;
  /** Takes no more requests, ends event streams, lets the others finish (8 s), then closes. */
  stop(): Promise<void>;
}

/**
 * Listens for requests.
 * @param port 0 for any free one
 * @throws the system's error, e.g. EADDRINUSE
 */
export async function listen(app: Express, host: string, port: number): Promise<Listener> {
  const open = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    open.add(response);
    response.on('close', () => open.delete(response));
    app(request, response);
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return { url: urlOf(server.address(), host), stop: () => stop(server, open) };
}

async function stop(server: Server, open: ReadonlySet<ServerResponse>): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  // A connection kept alive is idle only once its last answer is out.
  const sweep = setInterval(() => {
    for (const response of open) if (isEventStream(response)) response.end();
    server.closeIdleConnections();
  }, LOOK_AGAIN_MS);
  const deadline = setTimeout(() => server.closeAllConnections(), FINISH_WITHIN_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(deadline);
}

function urlOf(address: AddressInfo | string | null, host: string): string {
  const port = typeof address === 'object' ? address?.port : undefined;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port ?? ''}`;
}
