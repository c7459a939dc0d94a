import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Couch, openCouch } from './couch.ts';

/**
 * A database for one test file: the server of COUCHDB_URL with a database prefix of its own, or an embedded one
 * in a temporary folder. `close` removes everything it made.
 */
export async function openTestCouch(): Promise<Couch> {
  const { COUCHDB_URL: couchdbUrl } = process.env;
  const databasePrefix = `test-${randomBytes(6).toString('hex')}-`;
  const dataDirectory = await mkdtemp(join(tmpdir(), 'uketsuke-couch-'));
  const couch = await openCouch({ couchdbUrl, dataDirectory, databasePrefix });
  return {
    ...couch,
    close: async () => {
      if (couch.kind === 'external') await deleteDatabases(couch);
      await couch.close();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

async function deleteDatabases(couch: Couch): Promise<void> {
  const names = await couch.server.db.list();
  for (const name of names.filter((each) => each.startsWith(couch.databasePrefix))) {
    await couch.server.db.destroy(name);
  }
}
