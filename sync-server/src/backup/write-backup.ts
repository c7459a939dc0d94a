import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { RandomBytes } from '@uketsuke/shared/identifiers';
import type nano from 'nano';
import * as z from 'zod';
import { type Couch, databaseName } from '../couch/couch.ts';
import type { Manifest } from './backup-content.ts';
import { sealBackup } from './backup-seal.ts';
import { cityDatabases, isEventLog, isKept } from './city-databases.ts';

const PAGE = 500;
/** Fast rather than small: names and addresses compress to a fifth all the same. */
const GZIP_LEVEL = 1;

const documentSchema = z.looseObject({ _id: z.string() });
const changesSchema = z.object({
  results: z.array(z.object({ id: z.string(), deleted: z.boolean().optional(), doc: z.unknown() })),
  last_seq: z.union([z.string(), z.number()]),
  pending: z.int().min(0).optional(),
});
const rowsSchema = z.object({ rows: z.array(z.object({ id: z.string(), doc: z.unknown() })) });

export interface BackupOptions {
  readonly couch: Couch;
  readonly masterKey: Uint8Array;
  readonly serverVersion: string;
  readonly random: RandomBytes;
  /** ms since 1970 UTC */
  readonly now: () => number;
}

/**
 * The bytes of a backup of all the city's databases, read while the server goes on working. The event logs come first,
 * each in the order in which its events arrived: as they only grow, what is read is a beginning of each without gaps;
 * then what the events refer to (BAK-1). Needs little memory, whatever the size.
 * @throws the error of nano
 */
export function writeBackup(options: BackupOptions): AsyncGenerator<Uint8Array> {
  const gzip = createGzip({ level: GZIP_LEVEL });
  // Whoever reads the compressed stream gets the error; the callback only keeps it from being thrown.
  pipeline(Readable.from(contentOf(options)), gzip, () => {});
  return sealBackup(bytesOf(gzip), options.masterKey, { now: options.now(), random: options.random });
}

async function* bytesOf(stream: Readable): AsyncGenerator<Uint8Array> {
  for await (const piece of stream) if (piece instanceof Uint8Array) yield piece;
}

async function* contentOf({ couch, serverVersion, now }: BackupOptions): AsyncGenerator<string> {
  const createdAt = new Date(now()).toISOString();
  const counts: Record<string, number> = {};
  for (const name of await cityDatabases(couch)) {
    yield `${JSON.stringify({ database: name })}\n`;
    const seen = new Set<string>();
    for await (const page of pagesOf(couch, name)) {
      const lines: string[] = [];
      for (const { _rev, ...document } of page) {
        // A cluster that lost a node may tell of a document twice.
        if (!isKept(name, document._id) || seen.has(document._id)) continue;
        seen.add(document._id);
        lines.push(`${JSON.stringify({ document })}\n`);
      }
      yield lines.join('');
    }
    counts[name] = seen.size;
  }
  const manifest: Manifest = { createdAt, serverVersion, databases: counts };
  yield `${JSON.stringify({ manifest })}\n`;
}

type Page = readonly z.infer<typeof documentSchema>[];

function pagesOf(couch: Couch, name: string): AsyncGenerator<Page> {
  const database = couch.server.use<Record<string, unknown>>(databaseName(couch, name));
  return isEventLog(name) ? logPages(database) : documentPages(database);
}

type Database = nano.DocumentScope<Record<string, unknown>>;

/** A log in the order of arrival, up to where it ends when the last page is read. */
async function* logPages(database: Database): AsyncGenerator<Page> {
  for (let since = '0'; ; ) {
    const options = { since, limit: PAGE, include_docs: true, feed: 'normal' } as const;
    const answer = changesSchema.parse(await database.changes(options));
    yield answer.results.flatMap(({ deleted, doc }) => (deleted === true ? [] : [documentSchema.parse(doc)]));
    if (answer.results.length < PAGE || answer.pending === 0) return;
    since = String(answer.last_seq);
  }
}

/** Any other database in the order of ids. */
async function* documentPages(database: Database): AsyncGenerator<Page> {
  for (let after: string | undefined; ; ) {
    const from = after === undefined ? {} : { startkey: after };
    const { rows } = rowsSchema.parse(await database.list({ ...from, include_docs: true, limit: PAGE + 1 }));
    const fresh = rows.filter(({ id }) => id !== after);
    yield fresh.map(({ doc }) => documentSchema.parse(doc));
    if (rows.length <= PAGE) return;
    after = fresh.at(-1)?.id;
  }
}
