import { setTimeout as pause } from 'node:timers/promises';
import { backoffMs } from '@uketsuke/shared/sync';
import nano from 'nano';
import { couchStatus, DatabaseCredentialsError, DatabaseUnreachableError } from './couch-errors.ts';
import { startEmbeddedCouchInThread } from './embedded/start-in-thread.ts';

const RETRY_BOUNDS = { firstMs: 200, longestMs: 5_000 };
const WAIT_FOR_SERVER_MS = 120_000;

/** What the database has to say about itself while it starts. */
export interface CouchLog {
  info(message: string): void;
  warn(message: string): void;
}

export interface CouchOptions {
  /** An own CouchDB server or cluster, credentials in the URL. Without it the embedded server is started. */
  readonly couchdbUrl?: string | undefined;
  /** Where the embedded server keeps its files. */
  readonly dataDirectory: string;
  /** Put before every database name, so that several systems can share a server. Begins with a letter. */
  readonly databasePrefix?: string | undefined;
  /** How long to wait for an own server that does not answer yet, in ms. */
  readonly waitForServerMs?: number | undefined;
  readonly log?: CouchLog | undefined;
}

/** The database server in use. */
export interface Couch {
  readonly server: nano.ServerScope;
  readonly kind: 'external' | 'embedded';
  readonly databasePrefix: string;
  /** Only where this process does all the writing: calls back after every write with the full database name. */
  onWrite?(listener: (fullName: string) => void): () => void;
  close(): Promise<void>;
}

/** The name a database has on the server. All other functions take names without the prefix. */
export function databaseName(couch: Couch, name: string): string {
  return couch.databasePrefix + name;
}

/**
 * Connects to the CouchDB of `couchdbUrl`, or starts the embedded server.
 * @throws DatabaseUnreachableError, DatabaseCredentialsError
 */
export async function openCouch(options: CouchOptions): Promise<Couch> {
  const databasePrefix = options.databasePrefix ?? '';
  if (options.couchdbUrl === undefined || options.couchdbUrl === '') {
    const embedded = await startEmbeddedCouchInThread({ dataDirectory: options.dataDirectory });
    return {
      server: nano({ url: embedded.url }),
      kind: 'embedded',
      databasePrefix,
      onWrite: (listener) => embedded.onWrite(listener),
      close: () => embedded.close(),
    };
  }
  const server = nano({ url: options.couchdbUrl });
  await waitForServer(server, options);
  return { server, kind: 'external', databasePrefix, close: async () => {} };
}

async function waitForServer(server: nano.ServerScope, options: CouchOptions): Promise<void> {
  const waitMs = options.waitForServerMs ?? WAIT_FOR_SERVER_MS;
  const deadline = Date.now() + waitMs;
  for (let failures = 1; ; failures += 1) {
    const retryMs = Math.round(backoffMs(failures, Math.random, RETRY_BOUNDS));
    try {
      await server.request({ path: '_all_dbs', qs: { limit: 1 } });
      return;
    } catch (error) {
      const status = couchStatus(error);
      if (status === 401 || status === 403) throw new DatabaseCredentialsError();
      if (Date.now() + retryMs > deadline) throw new DatabaseUnreachableError(waitMs, { cause: error });
    }
    options.log?.warn(`the database server does not answer yet; trying again in ${retryMs} ms`);
    await pause(retryMs);
  }
}
