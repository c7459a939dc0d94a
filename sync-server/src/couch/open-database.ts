import { isDeepStrictEqual } from 'node:util';
import type nano from 'nano';
import * as z from 'zod';
import { type Couch, databaseName } from './couch.ts';
import { isConflict, isDesignConflict, isFileExists, isNotFound } from './couch-errors.ts';

/** A Mango index. `name` also names its design document, `_design/index-<name>`. */
export interface MangoIndex {
  readonly name: string;
  readonly fields: readonly string[];
}

/** A view: JavaScript source of the map function, and a reduce function built into CouchDB. */
export interface View {
  readonly map: string;
  readonly reduce?: '_count' | '_sum' | '_stats';
}

/** What a database needs besides its documents. */
export interface DatabaseDefinition {
  readonly indexes?: readonly MangoIndex[];
  /** Design document name (without `_design/`) → view name → view. */
  readonly views?: Readonly<Record<string, Readonly<Record<string, View>>>>;
}

const CONFLICT_RETRIES = 5;

const designDocumentSchema = z.looseObject({ _rev: z.string(), views: z.unknown() });

/**
 * Opens a database, and first creates what is missing of it: the database, its indexes, its design documents.
 * Repeating it changes nothing; several processes may do it at once. `name` is without the prefix.
 * @throws the error of nano when the server cannot be reached or refuses
 */
export async function openDatabase<Document>(
  couch: Couch,
  name: string,
  definition: DatabaseDefinition = {},
): Promise<nano.DocumentScope<Document>> {
  const fullName = databaseName(couch, name);
  await createDatabase(couch, fullName);
  const database = couch.server.use<Document>(fullName);
  for (const index of definition.indexes ?? []) await ensureIndex(couch, fullName, index);
  for (const [design, views] of Object.entries(definition.views ?? {})) {
    await ensureViews(couch, fullName, design, views);
  }
  return database;
}

async function createDatabase(couch: Couch, fullName: string): Promise<void> {
  try {
    await couch.server.request({ db: fullName, method: 'get' });
    return;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  try {
    await couch.server.db.create(fullName);
  } catch (error) {
    if (!isFileExists(error)) throw error;
  }
}

async function ensureIndex(couch: Couch, fullName: string, index: MangoIndex): Promise<void> {
  await retryOnConflict(() =>
    couch.server.request({
      db: fullName,
      path: '_index',
      method: 'post',
      body: { index: { fields: index.fields }, ddoc: `index-${index.name}`, name: index.name, type: 'json' },
    }),
  );
}

async function ensureViews(
  couch: Couch,
  fullName: string,
  design: string,
  views: Readonly<Record<string, View>>,
): Promise<void> {
  const path = `_design/${encodeURIComponent(design)}`;
  await retryOnConflict(async () => {
    const present = await designDocument(couch, fullName, path);
    if (present !== undefined && isDeepStrictEqual(present.views, views)) return;
    const revision = present === undefined ? {} : { _rev: present._rev };
    const body = { _id: `_design/${design}`, ...revision, language: 'javascript', views };
    await couch.server.request({ db: fullName, path, method: 'put', body });
  });
}

async function designDocument(couch: Couch, fullName: string, path: string) {
  try {
    return designDocumentSchema.parse(await couch.server.request({ db: fullName, path }));
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function retryOnConflict(attempt: () => Promise<unknown>): Promise<void> {
  for (let left = CONFLICT_RETRIES; ; left -= 1) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (!(isConflict(error) || isDesignConflict(error)) || left === 0) throw error;
    }
  }
}
