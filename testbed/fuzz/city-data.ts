import { randomBytes } from 'node:crypto';
import { cp, rm } from 'node:fs/promises';
import { openCouch } from '../../sync-server/src/couch/couch.ts';

/**
 * A city's data: a folder with everything, or, where COUCHDB_URL names a server, a folder with the master key and
 * databases under a prefix of their own.
 */
export interface CityData {
  readonly dataDirectory: string;
  readonly databasePrefix: string;
  readonly couchdbUrl?: string;
}

/** Data of no city yet, at the folder. */
export function cityDataAt(dataDirectory: string): CityData {
  const couchdbUrl = process.env['COUCHDB_URL'];
  if (!couchdbUrl) return { dataDirectory, databasePrefix: '' };
  return { dataDirectory, databasePrefix: `fuzz-${randomBytes(6).toString('hex')}-`, couchdbUrl };
}

/** Makes `target` the same as `source`, epochs and all, as someone does who puts back old files. Neither may be in use. */
export async function copyCityData(source: CityData, target: CityData): Promise<void> {
  await removeCityData(target);
  await cp(source.dataDirectory, target.dataDirectory, { recursive: true });
  if (source.couchdbUrl === undefined) return;
  const { server } = await openCouch(source);
  const addressOf = (name: string) => `${source.couchdbUrl?.replace(/\/+$/, '')}/${encodeURIComponent(name)}`;
  for (const name of await namesOf(source)) {
    const copy = target.databasePrefix + name.slice(source.databasePrefix.length);
    await server.db.create(copy);
    await server.db.replicate(addressOf(name), addressOf(copy));
  }
}

export async function removeCityData(data: CityData): Promise<void> {
  await rm(data.dataDirectory, { recursive: true, force: true });
  if (data.couchdbUrl === undefined) return;
  const { server } = await openCouch(data);
  for (const name of await namesOf(data)) await server.db.destroy(name);
}

async function namesOf(data: CityData): Promise<string[]> {
  const { server } = await openCouch(data);
  return (await server.db.list()).filter((name) => name.startsWith(data.databasePrefix));
}
