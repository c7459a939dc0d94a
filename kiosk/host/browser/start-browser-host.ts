import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { SmartCardService } from '../card-reader/smart-card-service.ts';
import { contentSecurityPolicy, PAGE_SECURITY_HEADERS, withStyleNonce } from '../content-security-policy.ts';
import { isHubPath } from '../hub/hub-forwarding.ts';
import { createKioskHost } from '../kiosk-host-service.ts';
import { readPageFile } from '../page-files/page-file.ts';
import { serveHostSocket } from './host-socket.ts';
import { serveHubRequest } from './hub-requests.ts';

export const KIOSK_VERSION = '0.1.0';
const LOOPBACK = '127.0.0.1';

export interface BrowserHostOptions {
  readonly dataDirectory: string;
  /** The built page (kiosk/dist). */
  readonly uiDirectory: string;
  /** 0 takes a free one. The page's store belongs to the port, so a kiosk keeps the same one. */
  readonly port?: number;
  readonly fetch?: typeof fetch;
  /** The machine's smart cards (pcscService()); without them there is no card reader. */
  readonly smartCards?: SmartCardService;
}

export interface BrowserHost {
  /** Address to open in the browser; its fragment holds the token of this start. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Serves the kiosk's page and its host functions on loopback, to one window at a time.
 * @throws KioskHostError when the data directory cannot be used; the system's error when the port is taken
 */
export async function startBrowserHost(options: BrowserHostOptions): Promise<BrowserHost> {
  const host = await createKioskHost({
    dataDirectory: options.dataDirectory,
    kind: 'browser',
    version: KIOSK_VERSION,
    ...(options.smartCards === undefined ? {} : { smartCards: options.smartCards }),
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
  });
  const token = randomBytes(24).toString('base64url');
  let authority = '';
  const isOwn = (request: IncomingMessage) => {
    const { host: asked, origin } = request.headers;
    return asked === authority && (origin === undefined || origin === `http://${authority}`);
  };
  const server = createServer((request, response) => {
    if (!isOwn(request)) refuse(response, 403);
    else if (isHubPath(request.url ?? '')) serveHubRequest(host, request, response).catch(() => response.destroy());
    else if (request.method !== 'GET' && request.method !== 'HEAD') refuse(response, 405);
    else
      sendPageFile(options.uiDirectory, request, response, async () => {
        const { serverUrl } = await host.info();
        return [`ws://${authority}`, ...(serverUrl === null ? [] : [serverUrl])];
      }).catch(() => refuse(response, 500));
  });
  const socket = serveHostSocket({ server, host, token, isOwn });
  try {
    authority = `${LOOPBACK}:${await listen(server, options.port ?? 0)}`;
  } catch (cause) {
    await host.close();
    throw cause;
  }
  return {
    url: `http://${authority}/#token=${token}`,
    stop: async () => {
      socket.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await host.close();
    },
  };
}

async function sendPageFile(
  directory: string,
  request: IncomingMessage,
  response: ServerResponse,
  connect: () => Promise<readonly string[]>,
): Promise<void> {
  const file = await readPageFile(directory, (request.url ?? '/').split(/[?#]/)[0] ?? '/');
  if (file === null) return refuse(response, 404);
  const styleNonce = randomBytes(16).toString('base64url');
  response.writeHead(200, {
    ...PAGE_SECURITY_HEADERS,
    'Content-Security-Policy': contentSecurityPolicy({ connect: await connect(), styleNonce }),
    'Content-Type': file.mediaType,
    'Cache-Control': file.isIndex ? 'no-store' : 'no-cache',
  });
  response.end(file.isIndex ? withStyleNonce(file.body.toString('utf8'), styleNonce) : file.body);
}

function refuse(response: ServerResponse, status: number): void {
  if (!response.headersSent) response.writeHead(status, { 'Content-Type': 'text/plain' });
  response.end();
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new Error('the server has no port'));
    });
  });
}
