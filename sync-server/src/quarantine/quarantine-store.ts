import { createHash } from 'node:crypto';
import type { QuarantineReason } from '@uketsuke/shared/errors';
import type nano from 'nano';
import type { Couch } from '../couch/couch.ts';
import { isNotFound } from '../couch/couch-errors.ts';
import { type DatabaseDefinition, openDatabase } from '../couch/open-database.ts';
import { QUARANTINE_DATABASE } from '../event-log/database-names.ts';
import { writeBatch } from '../event-log/write-batch.ts';
import type { AuthenticatedDevice } from '../identity/device-directory.ts';

/** More of a document than this is not kept, in bytes of JSON. No reception event comes near. */
export const QUARANTINE_MAX_BYTES = 64 * 1024;

/** What stands before the hash in the id of a kept document. */
export const QUARANTINED_PREFIX = 'quarantined:';

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
    },
  },
};

/** A document to be kept. */
export interface Refusal {
  readonly document: unknown;
  readonly eventId: string | null;
  readonly reason: QuarantineReason;
}

/** The database of the quarantine. It is opened when first needed, and anew after somebody deleted it. */
export class QuarantineStore {
  readonly #couch: Couch;
  #database: Promise<QuarantineDatabase> | undefined;

  constructor(couch: Couch) {
    this.#couch = couch;
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
   * Keeps refused documents. The id comes from the content, so a retry keeps nothing twice. `receivedAt` is UTC.
   * @throws the error of nano, or IncompleteWriteError: then nothing may be acknowledged
   */
  async keep(carrier: AuthenticatedDevice, refusals: readonly Refusal[], receivedAt: string): Promise<void> {
    const documents = new Map<string, QuarantinedDocument & { _id: string }>();
    for (const refusal of refusals) {
      const document = quarantined(carrier, refusal, receivedAt);
      documents.set(document._id, document);
    }
    if (documents.size === 0) return;
    const batch = [...documents.values()].map((document) => ({ id: document._id, json: JSON.stringify(document) }));
    await this.use((database) => writeBatch(this.#couch, database, batch));
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
