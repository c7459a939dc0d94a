import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { isEventStream } from './request-log.ts';

/**
 * How long a connection may stand without having asked for anything, or in the middle of asking, in ms: a hub is a laptop
 * on a network that anybody may be on, and has few connections to give away (SEC-8).
 */
export interface ListenerPatience {
  /** For a whole head, from the connection or the last answer's end on, and for a TLS handshake. */
  readonly headMs: number;
  /** Between two pieces of a body. */
  readonly silenceMs: number;
  /** For a whole body, but for uploads of files. */
  readonly bodyMs: number;
}
const PATIENCE: ListenerPatience = { headMs: 10_000, silenceMs: 15_000, bodyMs: 60_000 };
/** A bundle of 256 MB over a shelter's Wi-Fi takes minutes. */
const UPLOAD_TIMEOUT_MS = 10 * 60_000;
const UPLOADS = /^\/(?:(?:hq|hub|operator)\/v1\/bundles|usb)\b/;
const KEEP_ALIVE_MS = 5_000;
const CHECK_CONNECTIONS_MS = 1_000;
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
 * @param patience for tests
 * @throws the system's error, e.g. EADDRINUSE
 */
export async function listen(
  app: Express,
  host: string,
  port: number,
  tls?: TlsIdentity,
  patience: ListenerPatience = PATIENCE,
): Promise<Listener> {
  const open = new Set<ServerResponse>();
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    open.add(response);
    response.on('close', () => open.delete(response));
    limitBody(request, response, patience);
    app(request, response);
  };
  const limits = {
    headersTimeout: patience.headMs,
    requestTimeout: UPLOAD_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: Math.min(CHECK_CONNECTIONS_MS, patience.headMs),
  };
  const server: Server =
    tls === undefined
      ? createServer(limits, serve)
      : createTlsServer(
          {
            ...limits,
            key: tls.privateKey,
            cert: tls.certificate,
            minVersion: 'TLSv1.2',
            handshakeTimeout: patience.headMs,
          },
          serve,
        );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return { url: urlOf(server.address(), host, tls !== undefined), stop: () => stop(server, open) };
}

/** Closes the connection when a body stops coming, or trickles. */
function limitBody(request: IncomingMessage, response: ServerResponse, { silenceMs, bodyMs }: ListenerPatience): void {
  const { headers, socket, url = '' } = request;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return;
  const isUpload = UPLOADS.test(url);
  // A socket that is silent for so long is destroyed: nobody listens for its time-out.
  socket.setTimeout(silenceMs);
  const whole = isUpload ? undefined : setTimeout(() => socket.destroy(), bodyMs);
  request.once('end', () => {
    clearTimeout(whole);
    // Once the answer is out, the time that the connection is kept alive is running.
    if (!response.writableFinished) socket.setTimeout(0);
  });
  request.once('close', () => clearTimeout(whole));
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
