import { randomUUID } from 'node:crypto';
import { CodedError } from '@uketsuke/shared/coded-error';
import type nano from 'nano';
import * as z from 'zod';
import type { Couch } from '../couch/couch.ts';
import { isConflict, isNotFound } from '../couch/couch-errors.ts';
import { openDatabase } from '../couch/open-database.ts';
import type { ReadDocument } from './checkpoints.ts';

/** Document that names the database's present life; a restored or new database has another (SYN-5). */
const EPOCH_DOCUMENT = 'epoch';

const epochSchema = z.object({ epoch: z.string().min(1).max(64) });
const markSchema = z.object({
  total_rows: z.int().min(0),
  rows: z.array(
    z.object({
      key: z.string(),
      value: z.object({ deleted: z.boolean().optional() }).optional(),
      doc: z.unknown().optional(),
    }),
  ),
});
const changesSchema = z.object({
  results: z.array(
    z.object({
      id: z.string(),
      seq: z.union([z.string(), z.number()]),
      deleted: z.boolean().optional(),
      doc: z.unknown(),
    }),
  ),
  last_seq: z.union([z.string(), z.number()]),
  pending: z.int().min(0).optional(),
});
const revisionsSchema = z.looseObject({
  _revisions: z.object({ start: z.int(), ids: z.array(z.string()) }),
});
const keysSchema = z.object({ rows: z.array(z.unknown()) });

/** What identifies a database, and how much is in it. */
export interface LogMark {
  readonly epoch: string;
  readonly events: number;
  readonly witnessed: boolean;
}

/** The database has no epoch (yet): it was just replaced. The status makes it a 404 as from the database. */
class EpochMissingError extends CodedError<'epoch-missing'> {
  override readonly name = 'EpochMissingError';
  readonly statusCode = 404;
  constructor() {
    super('epoch-missing', 'the database has no epoch');
  }
}

/** One changed document. `sequence` is opaque. */
export interface LogChange {
  readonly sequence: string;
  readonly document: unknown;
}

export interface LogPage {
  readonly changes: readonly LogChange[];
  /** Where to go on, also when `changes` is empty. */
  readonly sequence: string;
  /** Nothing came after this page when it was read. */
  readonly end: boolean;
}

/** A database that is read from checkpoints: it has an epoch, and its documents are counted. */
export class LogReader {
  readonly name: string;
  readonly database: nano.DocumentScope<Record<string, unknown>>;
  /** Documents of ours that are no content: the epoch, design documents. */
  readonly #ownDocuments: number;

  constructor(name: string, database: nano.DocumentScope<Record<string, unknown>>, ownDocuments: number) {
    this.name = name;
    this.database = database;
    this.#ownDocuments = ownDocuments;
  }

  /**
   * The epoch, the number of content documents, and whether all `witnesses` (document ids) are there, in one request.
   * Asked each time: another process may replace the database.
   */
  async mark(witnesses: readonly string[] = []): Promise<LogMark> {
    const answer = markSchema.parse(await this.database.fetch({ keys: [EPOCH_DOCUMENT, ...witnesses] }));
    const present = new Map(answer.rows.map(({ key, value, doc }) => [key, value?.deleted === true ? null : doc]));
    const epoch = epochSchema.safeParse(present.get(EPOCH_DOCUMENT));
    if (!epoch.success) throw new EpochMissingError();
    return {
      epoch: epoch.data.epoch,
      events: Math.max(0, answer.total_rows - this.#ownDocuments),
      witnessed: witnesses.every((id) => present.get(id) != null),
    };
  }

  /** Whether the document stood at that revision at some time of the database's life. */
  async hasHeld({ id, rev }: ReadDocument): Promise<boolean> {
    try {
      const { _revisions } = revisionsSchema.parse(await this.database.get(id, { revs: true }));
      return _revisions.ids.some((hash, at) => `${_revisions.start - at}-${hash}` === rev);
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  async epoch(): Promise<string> {
    return epochSchema.parse(await this.database.get(EPOCH_DOCUMENT)).epoch;
  }

  /** Content documents changed after `since` (undefined: from the beginning), at most `limit` of them. */
  async page(since: string | undefined, limit: number): Promise<LogPage> {
    let from = since ?? '0';
    for (;;) {
      const answer = changesSchema.parse(
        await this.database.changes({ since: from, limit, include_docs: true, feed: 'normal' }),
      );
      const changes = answer.results
        .filter((change) => change.deleted !== true && !isOwnDocument(change.id))
        .map((change) => ({ sequence: String(change.seq), document: change.doc }));
      const end = answer.results.length < limit || answer.pending === 0;
      from = String(answer.last_seq);
      if (changes.length > 0 || end) return { changes, sequence: from, end };
    }
  }
}

/** Opens logs by database name and keeps them open. */
export class LogReaders {
  readonly #couch: Couch;
  readonly #readers = new Map<string, Promise<LogReader>>();

  constructor(couch: Couch) {
    this.#couch = couch;
  }

  /**
   * Runs `action` on the log of a database, made if missing. Once more if the database was deleted meanwhile.
   * @throws what nano or `action` throws
   */
  async use<Result>(name: string, action: (log: LogReader) => Promise<Result>): Promise<Result> {
    try {
      return await action(await this.#open(name));
    } catch (error) {
      if (!isNotFound(error)) throw error;
      this.#readers.delete(name);
      return action(await this.#open(name));
    }
  }

  #open(name: string): Promise<LogReader> {
    const present = this.#readers.get(name);
    if (present !== undefined) return present;
    const opening = openLogReader(this.#couch, name);
    this.#readers.set(name, opening);
    opening.catch(() => {
      if (this.#readers.get(name) === opening) this.#readers.delete(name);
    });
    return opening;
  }
}

async function openLogReader(couch: Couch, name: string): Promise<LogReader> {
  const database = await openDatabase<Record<string, unknown>>(couch, name);
  await ensureEpoch(database);
  return new LogReader(name, database, await countOwnDocuments(database));
}

async function ensureEpoch(database: nano.DocumentScope<Record<string, unknown>>): Promise<void> {
  try {
    await database.get(EPOCH_DOCUMENT);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await database.insert({ epoch: randomUUID() }, EPOCH_DOCUMENT).catch((refusal: unknown) => {
      if (!isConflict(refusal)) throw refusal;
    });
  }
}

async function countOwnDocuments(database: nano.DocumentScope<Record<string, unknown>>): Promise<number> {
  const designs = keysSchema.parse(await database.list({ startkey: '_design/', endkey: '_design0' }));
  return 1 + designs.rows.length;
}

function isOwnDocument(id: string): boolean {
  return id === EPOCH_DOCUMENT || id.startsWith('_');
}
