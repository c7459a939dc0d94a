import * as z from 'zod';
import { allDocuments } from './all-docs.ts';
import { bulkDocuments } from './bulk.ts';
import { changes } from './changes.ts';
import { CouchProblem, methodNotAllowed } from './couch-problem.ts';
import type { Databases, EmbeddedDatabase } from './databases.ts';
import { deleteDocument, getDocument, noAttachments, postDocument, putDocument } from './documents.ts';
import { createIndex, find } from './find.ts';
import { type CouchRequest, parseParameters, readJson, readObject, readParameters, sendJson } from './request.ts';
import { queryView } from './views.ts';

/** Carries out an authenticated request. */
export async function route(request: CouchRequest, databases: Databases): Promise<void> {
  const [first, ...rest] = request.path;
  switch (first) {
    case undefined:
      allow(request, 'GET', 'HEAD');
      return sendJson(request, 200, { couchdb: 'Welcome', version: '3.0.0', vendor: { name: 'uketsuke (embedded)' } });
    case '_all_dbs':
      allow(request, 'GET', 'HEAD');
      return listDatabases(request, databases);
    case '_dbs_info':
      allow(request, 'POST');
      return databasesInfo(request, databases);
  }
  if (rest.length === 0) return routeDatabase(request, databases, first);
  return routeInDatabase(request, databases, databases.get(first), rest);
}

async function routeDatabase(request: CouchRequest, databases: Databases, name: string): Promise<void> {
  switch (request.method) {
    case 'PUT':
      await databases.create(name);
      return sendJson(request, 201, { ok: true });
    case 'DELETE':
      await databases.delete(name);
      return sendJson(request, 200, { ok: true });
    case 'POST':
      return postDocument(request, databases, databases.get(name));
    case 'GET':
    case 'HEAD':
      return sendJson(request, 200, await databaseInfo(databases.get(name)));
  }
  throw methodNotAllowed('DELETE,GET,HEAD,POST,PUT');
}

async function routeInDatabase(
  request: CouchRequest,
  databases: Databases,
  database: EmbeddedDatabase,
  rest: readonly string[],
): Promise<void> {
  const [name = '', second = '', third = '', fourth = ''] = rest;
  switch (name) {
    case '_bulk_docs':
      allow(request, 'POST');
      return bulkDocuments(request, databases, database);
    case '_all_docs':
      allow(request, 'GET', 'HEAD', 'POST');
      return allDocuments(request, database);
    case '_changes':
      allow(request, 'GET');
      return changes(request, database);
    case '_find':
      allow(request, 'POST');
      return find(request, database);
    case '_index':
      allow(request, 'POST');
      return createIndex(request, databases, database);
    case '_compact':
      allow(request, 'POST');
      await readJson(request);
      await database.pouch.compact();
      return sendJson(request, 202, { ok: true });
    case '_design':
      if (third === '_view' && rest.length === 4) {
        allow(request, 'GET', 'HEAD', 'POST');
        return queryView(request, database, second, fourth);
      }
      if (rest.length !== 2) return noAttachments();
      return routeDocument(request, databases, database, `${name}/${second}`);
  }
  if (rest.length !== 1) return noAttachments();
  return routeDocument(request, databases, database, name);
}

function routeDocument(
  request: CouchRequest,
  databases: Databases,
  database: EmbeddedDatabase,
  id: string,
): Promise<void> {
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      return getDocument(request, database, id);
    case 'PUT':
      return putDocument(request, databases, database, id);
    case 'DELETE':
      return deleteDocument(request, databases, database, id);
  }
  throw methodNotAllowed('DELETE,GET,HEAD,PUT');
}

const listSchema = z.object({
  startkey: z.string().optional(),
  endkey: z.string().optional(),
  limit: z.int().min(0).optional(),
  skip: z.int().min(0).default(0),
});

function listDatabases(request: CouchRequest, databases: Databases): void {
  const { startkey, endkey, limit, skip } = parseParameters(listSchema, readParameters(request.query));
  const names = databases
    .list()
    .filter((name) => (startkey === undefined || name >= startkey) && (endkey === undefined || name <= endkey));
  sendJson(request, 200, names.slice(skip, limit === undefined ? undefined : skip + limit));
}

const databasesInfoSchema = z.object({ keys: z.array(z.string()) });

async function databasesInfo(request: CouchRequest, databases: Databases): Promise<void> {
  const { keys } = await readObject(request, databasesInfoSchema);
  if (keys.length > 100) throw new CouchProblem(400, 'bad_request', '`keys` exceeds maximum of 100');
  const rows = await Promise.all(
    keys.map(async (key) =>
      databases.has(key) ? { key, info: await databaseInfo(databases.get(key)) } : { key, error: 'not_found' },
    ),
  );
  sendJson(request, 200, rows);
}

async function databaseInfo(database: EmbeddedDatabase) {
  const info = await database.pouch.info();
  const update_seq = (await database.lives()).text(info.update_seq);
  return { db_name: database.name, doc_count: info.doc_count, update_seq };
}

function allow(request: CouchRequest, ...methods: string[]): void {
  if (!methods.includes(request.method)) throw methodNotAllowed(methods.join(','));
}
