import { createHash } from 'node:crypto';
import type { QuarantineReason } from '@uketsuke/shared/errors';
import type nano from 'nano';
import * as z from 'zod';
import type { Couch } from '../couch/couch.ts';
import { isNotFound } from '../couch/couch-errors.ts';
import { type DatabaseDefinition, openDatabase } from '../couch/open-database.ts';
import { QUARANTINE_DATABASE } from '../event-log/database-names.ts';
import { writeBatch } from '../event-log/write-batch.ts';
import { RequestRefusedError } from '../http/request-refused.ts';
import type { AuthenticatedDevice } from '../identity/device-directory.ts';

/** More of a document than this is not kept, in bytes of JSON. No reception event comes near. */
export const QUARANTINE_MAX_BYTES = 64 * 1024;

/**
 * What one device may fill, in documents and in bytes. Nothing good comes near: the events of a kiosk that is newer than
 * the server are a few MB.
 */
export interface QuarantineQuota {
  readonly documents: number;
  readonly bytes: number;
}
const QUOTA: QuarantineQuota = { documents: 20_000, bytes: 64 * 1024 * 1024 };
/** A device whose quota is used up comes back after so many seconds. */
const FULL_RETRY_AFTER_SECONDS = 600;

/** What stands before the hash in the id of a kept document. */
export const QUARANTINED_PREFIX = 'quarantined:';
/** What stands there when a person threw it away. */
const DISCARDED_PREFIX = 'discarded:';

/** A kept document: `document` is its JSON as text, so that nothing in it can disturb the database. */
export interface QuarantinedDocument {
  readonly shelterId: string;
  /** The device that sent it. */
  readonly deviceId: string;
  readonly eventId: string | null;
  readonly reason: QuarantineReason;
  /** UTC */
  readonly receivedAt: string;
  readonly document: string;
  /** Size of the whole document; more than QUARANTINE_MAX_BYTES when it was cut. */
  readonly bytes: number;
}

export type QuarantineDatabase = nano.DocumentScope<QuarantinedDocument>;

const DEFINITION: DatabaseDefinition = {
  indexes: [{ name: 'by-shelter', fields: ['shelterId', 'receivedAt'] }],
  views: {
    quarantine: {
      'per-shelter': {
        map: 'function (doc) { if (doc.shelterId && doc.reason) emit([doc.shelterId, doc.reason], 1); }',
        reduce: '_count',
      },
      'per-device': {
        map: 'function (doc) { if (doc.shelterId && doc.reason) emit(doc.deviceId, Math.min(doc.bytes, 65536)); }',
        reduce: '_stats',
      },
    },
  },
};

const statsSchema = z.object({ rows: z.array(z.object({ value: z.object({ sum: z.number(), count: z.number() }) })) });
const knownSchema = z.object({
  rows: z.array(z.object({ key: z.string(), value: z.object({ deleted: z.boolean().optional() }).optional() })),
});
const keptSchema = z.looseObject({
  _rev: z.string(),
  shelterId: z.string(),
  deviceId: z.string(),
  eventId: z.string().nullable(),
  reason: z.string(),
  bytes: z.int(),
});

/** A document to be kept. */
export interface Refusal {
  readonly document: unknown;
  readonly eventId: string | null;
  readonly reason: QuarantineReason;
}

/** The database of the quarantine. It is opened when first needed, and anew after somebody deleted it. */
export class QuarantineStore {
  readonly #couch: Couch;
  readonly #quota: QuarantineQuota;
  #database: Promise<QuarantineDatabase> | undefined;

  /** @param quota for tests */
  constructor(couch: Couch, quota: QuarantineQuota = QUOTA) {
    this.#couch = couch;
    this.#quota = quota;
  }

  /**
   * Runs `work` on the database; its view `quarantine/per-shelter` counts by `[shelterId, reason]`. Once more if the
   * database was deleted meanwhile.
   * @throws what nano or `work` throws
   */
  async use<Result>(work: (database: QuarantineDatabase) => Promise<Result>): Promise<Result> {
    try {
      return await work(await this.#open());
    } catch (error) {
      if (!isNotFound(error)) throw error;
      this.#database = undefined;
      return work(await this.#open());
    }
  }

  /**
   * Keeps refused documents. The id comes from the content, so a retry keeps nothing twice, and what was thrown away
   * once stays so. `receivedAt` is UTC.
   * @throws RequestRefusedError 503 when the carrier has filled its quota, the error of nano, or IncompleteWriteError:
   * then nothing may be acknowledged
   */
  async keep(carrier: AuthenticatedDevice, refusals: readonly Refusal[], receivedAt: string): Promise<void> {
    const documents = new Map<string, QuarantinedDocument & { _id: string }>();
    for (const refusal of refusals) {
      const document = quarantined(carrier, refusal, receivedAt);
      documents.set(document._id, document);
    }
    if (documents.size === 0) return;
    await this.use(async (database) => {
      const known = await knownOf(database, [...documents.keys()]);
      const fresh = [...documents.values()].filter(({ _id }) => !known.has(_id));
      if (fresh.length === 0) return;
      await this.#refuseBeyondQuota(database, carrier, fresh);
      const batch = fresh.map((document) => ({ id: document._id, json: JSON.stringify(document) }));
      await writeBatch(this.#couch, database, batch);
    });
  }

  /**
   * Throws a kept document away for good; what is left says who did it, when, and what it was.
   * @param id without the prefix of ids in the database
   * @throws RequestRefusedError `not-found` (404)
   */
  async discard(id: string, by: string, at: string): Promise<void> {
    await this.use(async (database) => {
      const { rows } = documentsSchema.parse(await database.fetch({ keys: [QUARANTINED_PREFIX + id] }));
      const kept = keptSchema.safeParse(rows[0]?.doc);
      if (!kept.success) throw new RequestRefusedError(404, 'not-found', 'there is no such kept document');
      const { _rev, shelterId, deviceId, eventId, reason, bytes } = kept.data;
      const discarded = { by, at, shelterId, deviceId, eventId, reason, bytes };
      const record = { _id: DISCARDED_PREFIX + id, discarded };
      await writeBatch(this.#couch, database, [{ id: record._id, json: JSON.stringify(record) }]);
      const gone = { _id: QUARANTINED_PREFIX + id, _rev, _deleted: true };
      const results = bulkSchema.parse(await database.bulk({ docs: [gone] }));
      if (results.some(({ error }) => error !== undefined)) {
        throw new RequestRefusedError(409, 'conflict', 'the document is being released by somebody else');
      }
    });
  }

  async #refuseBeyondQuota(
    database: QuarantineDatabase,
    { deviceId }: AuthenticatedDevice,
    fresh: readonly QuarantinedDocument[],
  ): Promise<void> {
    const answer = statsSchema.parse(await database.view('quarantine', 'per-device', { key: deviceId, group: true }));
    const { sum = 0, count = 0 } = answer.rows[0]?.value ?? {};
    const bytes = fresh.reduce((total, document) => total + Math.min(document.bytes, QUARANTINE_MAX_BYTES), sum);
    if (count + fresh.length <= this.#quota.documents && bytes <= this.#quota.bytes) return;
    throw new RequestRefusedError(503, 'busy', 'as much of this device is kept aside as may be', {
      retryAfterSeconds: FULL_RETRY_AFTER_SECONDS,
    });
  }

  #open(): Promise<QuarantineDatabase> {
    this.#database ??= openDatabase<QuarantinedDocument>(this.#couch, QUARANTINE_DATABASE, DEFINITION).catch(
      (error: unknown) => {
        this.#database = undefined;
        throw error;
      },
    );
    return this.#database;
  }
}

const documentsSchema = z.object({ rows: z.array(z.object({ doc: z.unknown().optional() })) });
const bulkSchema = z.array(z.object({ error: z.string().optional() }));

/** Those of the ids that are kept already, or were thrown away. */
async function knownOf(database: QuarantineDatabase, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const discarded = ids.map((id) => DISCARDED_PREFIX + id.slice(QUARANTINED_PREFIX.length));
  const { rows } = knownSchema.parse(await database.fetch({ keys: [...ids, ...discarded] }));
  const there = rows.map(({ value }) => value !== undefined && value.deleted !== true);
  return new Set(ids.filter((_, at) => there[at] === true || there[at + ids.length] === true));
}

function quarantined(carrier: AuthenticatedDevice, { document, eventId, reason }: Refusal, receivedAt: string) {
  const json = Buffer.from(jsonOf(document));
  // Not from the reason: that may be another one later.
  const hash = createHash('sha256').update(`${carrier.shelterId}\n`).update(json).digest('base64url');
  return {
    _id: `${QUARANTINED_PREFIX}${hash}`,
    shelterId: carrier.shelterId,
    deviceId: carrier.deviceId,
    eventId,
    reason,
    receivedAt,
    document: json.subarray(0, QUARANTINE_MAX_BYTES).toString('utf8'),
    bytes: json.length,
  };
}

/** Nesting can be too deep to be written as JSON again; the document came as JSON, so nothing else can fail. */
function jsonOf(document: unknown): string {
  try {
    return JSON.stringify(document);
  } catch {
    return '"nested too deeply to be kept"';
  }
}
