import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCouch } from '../../sync-server/src/couch/couch.ts';

/** A server's data for one run: a temporary folder, or databases under a prefix of their own at COUCHDB_URL. */
export interface ThrowawayData {
  readonly dataDirectory: string;
  readonly databasePrefix: string;
  readonly couchdbUrl?: string;
  remove(): Promise<void>;
}

export async function throwawayData(purpose: string): Promise<ThrowawayData> {
  const dataDirectory = await mkdtemp(join(tmpdir(), `uketsuke-${purpose}-`));
  const databasePrefix = `${purpose}-${randomBytes(6).toString('hex')}-`;
  const couchdbUrl = process.env['COUCHDB_URL'];
  return {
    dataDirectory,
    databasePrefix,
    ...(couchdbUrl ? { couchdbUrl } : {}),
    remove: async () => {
      if (couchdbUrl) await removeDatabases(couchdbUrl, dataDirectory, databasePrefix);
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

async function removeDatabases(couchdbUrl: string, dataDirectory: string, prefix: string): Promise<void> {
  const couch = await openCouch({ couchdbUrl, dataDirectory });
  const names = await couch.server.db.list();
  for (const name of names.filter((each) => each.startsWith(prefix))) await couch.server.db.destroy(name);
  await couch.close();
}
