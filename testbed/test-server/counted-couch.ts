import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { openTestCouch } from '../../sync-server/src/couch/testing.ts';

/** A database server that counts how often each database is opened, by its name without the prefix. */
export interface CountedCouch {
  /** Where to connect to it, as `couchdbUrl` and `databasePrefix`. */
  readonly place: { readonly couchdbUrl: string; readonly databasePrefix: string };
  readonly opened: Map<string, number>;
  close(): Promise<void>;
}

/** Stands before the database of `openTestCouch`: `openDatabase` asks for a database itself first, nobody else does. */
export async function openCountedCouch(): Promise<CountedCouch> {
  const couch = await openTestCouch();
  const behind = new URL(couch.server.config.url);
  const opened = new Map<string, number>();
  const count = ({ method, url = '' }: IncomingMessage) => {
    const name = decodeURIComponent(url.slice(1));
    if (method !== 'GET' || !name.startsWith(couch.databasePrefix) || /[/?]/.test(name)) return;
    const bare = name.slice(couch.databasePrefix.length);
    opened.set(bare, (opened.get(bare) ?? 0) + 1);
  };
  const server = createServer((incoming, response) => {
    count(incoming);
    forward(behind, incoming, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the server has no port');
  const { username, password } = behind;
  return {
    place: {
      couchdbUrl: `http://${username}:${password}@127.0.0.1:${address.port}`,
      databasePrefix: couch.databasePrefix,
    },
    opened,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await couch.close();
    },
  };
}

function forward(behind: URL, incoming: IncomingMessage, response: ServerResponse): void {
  const { method, url: path, headers } = incoming;
  const { hostname: host, port } = behind;
  const outgoing = request({ host, port, method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    // Who asked may have left.
    pipeline(answer, response).catch(() => {});
  });
  pipeline(incoming, outgoing).catch(() => response.destroy());
}
