import * as z from 'zod';
import { CARDS_DATABASE } from '../cards/card-office.ts';
import type { Couch } from '../couch/couch.ts';
import { QUARANTINE_DATABASE } from '../event-log/database-names.ts';
import { FACTS_DATABASE } from '../facts/fact-board.ts';
import { DEVICES_DATABASE } from '../identity/device-register.ts';
import { KEYS_DATABASE } from '../identity/open-identity.ts';
import { STAFF_DATABASE } from '../identity/staff-sessions.ts';
import { SHELTERS_DATABASE } from '../shelters/shelter-register.ts';

const LOG = /^reception-[a-z0-9-]+$/;

/**
 * The databases that are not event logs, in the order of a backup: after the logs come those that events and one
 * another refer to, so that a reference never leads to something younger than itself.
 */
const REFERRED_TO: readonly string[] = [
  QUARANTINE_DATABASE,
  CARDS_DATABASE,
  DEVICES_DATABASE,
  STAFF_DATABASE,
  SHELTERS_DATABASE,
  FACTS_DATABASE,
  KEYS_DATABASE,
];

const namesSchema = z.array(z.string());

/** Whether the database is a shelter's event log. */
export function isEventLog(name: string): boolean {
  return LOG.test(name);
}

/** Whether the database belongs to the city: on a shared CouchDB there may be others beside them. */
export function isCityDatabase(name: string): boolean {
  return isEventLog(name) || REFERRED_TO.includes(name);
}

/** The city's databases that there are, without prefix, in the order of a backup. */
export async function cityDatabases(couch: Couch): Promise<string[]> {
  const all = namesSchema.parse(await couch.server.db.list());
  const names = all
    .filter((name) => name.startsWith(couch.databasePrefix))
    .map((name) => name.slice(couch.databasePrefix.length));
  const logs = names.filter(isEventLog).sort();
  return [...logs, ...REFERRED_TO.filter((name) => names.includes(name))];
}

/** Documents that are made anew rather than kept: indexes, epochs (BAK-2), sessions. */
export function isKept(database: string, id: string): boolean {
  if (id.startsWith('_')) return false;
  if (isEventLog(database) || database === FACTS_DATABASE) return id !== 'epoch';
  return !(database === STAFF_DATABASE && id.startsWith('session:'));
}
