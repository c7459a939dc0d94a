import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { isEventStream } from './request-log.ts';

const HEADERS_TIMEOUT_MS = 60_000;
/** A bundle of 256 MB over a shelter's Wi-Fi takes minutes. Pushes have their own, shorter limit. */
const REQUEST_TIMEOUT_MS = 10 * 60_000;
const FINISH_WITHIN_MS = 8_000;
const LOOK_AGAIN_MS = 50;

/** The listening server. */
export interface Listener {
  /** http or https address with the real port. */
  readonly url: string;
  /** Takes no more requests, ends event streams, lets the others finish (8 s), then closes. */
  stop(): Promise<void>;
}

/** Key and certificate to serve https with, PEM. */
export interface TlsIdentity {
  readonly privateKey: string;
  readonly certificate: string;
}

type Server = ReturnType<typeof createServer> | ReturnType<typeof createTlsServer>;

/**
 * Listens for requests.
 * @param port 0 for any free one
 * @param tls without it http is served
 * @throws the system's error, e.g. EADDRINUSE
 */
export async function listen(app: Express, host: string, port: number, tls?: TlsIdentity): Promise<Listener> {
  const open = new Set<ServerResponse>();
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    open.add(response);
    response.on('close', () => open.delete(response));
    app(request, response);
  };
  const server: Server =
    tls === undefined
      ? createServer(serve)
      : createTlsServer({ key: tls.privateKey, cert: tls.certificate, minVersion: 'TLSv1.2' }, serve);
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return { url: urlOf(server.address(), host, tls !== undefined), stop: () => stop(server, open) };
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

function urlOf(address: AddressInfo | string | null, host: string, isSecure: boolean): string {
  const port = typeof address === 'object' ? address?.port : undefined;
  return `${isSecure ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port ?? ''}`;
}
