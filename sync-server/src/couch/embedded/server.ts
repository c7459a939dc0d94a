import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { CodedError } from '@uketsuke/shared/coded-error';
import leveldown from 'leveldown';
import { badRequest, CouchProblem, notFound, problemOf } from './couch-problem.ts';
import { Databases } from './databases.ts';
import { type CouchRequest, sendJson } from './request.ts';
import { route } from './routes.ts';

/** Another process works on the same data directory. */
export class DataDirectoryInUseError extends CodedError<'data-directory-in-use'> {
  override readonly name = 'DataDirectoryInUseError';
  constructor(directory: string, options?: ErrorOptions) {
    super('data-directory-in-use', `the data directory ${directory} is in use by another process`, options);
  }
}

export interface EmbeddedCouch {
  /** Base URL with credentials; loopback, so nothing outside this machine gets to it. */
  readonly url: string;
  /** Calls back after every write with the database's name; returns how to stop that. */
  onWrite(listener: (name: string) => void): () => void;
  /** Ends all connections and closes the files. */
  close(): Promise<void>;
}

/**
 * A CouchDB-compatible HTTP server inside this process: the endpoints nano needs, over PouchDB and LevelDB, on
 * 127.0.0.1 with a credential made anew at each start. A confirmed write is on the disk.
 * @throws DataDirectoryInUseError
 */
export async function startEmbeddedCouch(options: { readonly dataDirectory: string }): Promise<EmbeddedCouch> {
  const directory = join(options.dataDirectory, 'couch');
  await mkdir(directory, { recursive: true });
  const unlock = await lock(directory);
  const databases = await Databases.in(join(directory, 'databases'));
  const password = randomBytes(24).toString('base64url');
  const server = createServer((incoming, response) => void answer(incoming, response, databases, password));
  server.on('clientError', refuseUnreadable);
  server.keepAliveTimeout = 60_000;
  const port = await listen(server);
  return {
    url: `http://embedded:${password}@127.0.0.1:${port}`,
    onWrite: (listener) => databases.onWrite(listener),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await databases.close();
      await unlock();
    },
  };
}

async function answer(
  incoming: IncomingMessage,
  response: ServerResponse,
  databases: Databases,
  password: string,
): Promise<void> {
  response.on('error', () => {});
  const request = { method: incoming.method ?? 'GET', path: [], query: new URLSearchParams(), incoming, response };
  try {
    const address = addressOf(incoming.url ?? '/');
    if (address.path.length === 1 && address.path[0] === '_up') return sendJson(request, 200, { status: 'ok' });
    authenticate(incoming.headers.authorization, password);
    await route({ ...request, ...address }, databases).catch((error: unknown) => {
      const name = address.path[0];
      const gone = name !== undefined && !name.startsWith('_') && !databases.has(name);
      throw gone && problemOf(error).status === 500 ? notFound('Database does not exist.') : error;
    });
  } catch (error) {
    refuse(request, problemOf(error));
  }
}

function refuse(request: CouchRequest, problem: CouchProblem): void {
  const { response } = request;
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const headers: Record<string, string> = problem.status === 401 ? { 'www-authenticate': 'Basic realm="couch"' } : {};
  sendJson(request, problem.status, { error: problem.error, reason: problem.reason }, headers);
}

function addressOf(url: string): Pick<CouchRequest, 'path' | 'query'> {
  const [pathText = '', queryText = ''] = url.split(/\?(.*)/s);
  try {
    const parts = pathText.split('/').slice(1).map(decodeURIComponent);
    if (parts.at(-1) === '') parts.pop();
    // `_design%2Fname` is the same document as `_design/name`.
    const path = parts.flatMap((part, at) => (at === 1 && part.startsWith('_design/') ? splitOnce(part) : [part]));
    return { path, query: new URLSearchParams(queryText) };
  } catch {
    throw badRequest('the path is not properly encoded');
  }
}

function splitOnce(part: string): string[] {
  const at = part.indexOf('/');
  return [part.slice(0, at), part.slice(at + 1)];
}

function authenticate(header: string | undefined, password: string): void {
  const expected = `Basic ${Buffer.from(`embedded:${password}`).toString('base64')}`;
  if (header === undefined) {
    throw new CouchProblem(401, 'unauthorized', 'You are not authorized to access this server.');
  }
  if (!timingSafeEqual(digest(header), digest(expected))) {
    throw new CouchProblem(401, 'unauthorized', 'Name or password is incorrect.');
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Bytes that are not HTTP end their own connection, nothing else. */
function refuseUnreadable(_error: Error, socket: Socket): void {
  if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  else socket.destroy();
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the server has no port');
  return address.port;
}

/** LevelDB's own lock: it goes with the process, however that ends. */
async function lock(directory: string): Promise<() => Promise<void>> {
  const level = leveldown(join(directory, 'lock'));
  await new Promise<void>((resolve, reject) => {
    level.open((error) => (error ? reject(new DataDirectoryInUseError(directory, { cause: error })) : resolve()));
  });
  return () => new Promise((resolve, reject) => level.close((error) => (error ? reject(error) : resolve())));
}
