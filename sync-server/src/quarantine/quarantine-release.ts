import type { PushOutcome, QuarantineRelease, QuarantineReleaseAll } from '@uketsuke/shared/contracts';
import { QUARANTINE_REASONS } from '@uketsuke/shared/errors';
import { deviceIdSchema, type ShelterId, shelterIdSchema } from '@uketsuke/shared/identifiers';
import { parseJson } from '@uketsuke/shared/json';
import * as z from 'zod';
import type { ChangeBus } from '../couch/change-bus.ts';
import { QUARANTINE_DATABASE, receptionDatabase } from '../event-log/database-names.ts';
import { RequestRefusedError } from '../http/request-refused.ts';
import type { AuthenticatedDevice } from '../identity/device-directory.ts';
import {
  QUARANTINE_MAX_BYTES,
  QUARANTINED_PREFIX,
  type QuarantineDatabase,
  type QuarantineStore,
} from './quarantine-store.ts';

/** Kept documents judged at a time: with the largest there can be, some 6 MB. */
const AT_A_TIME = 100;

const keptSchema = z.object({
  _id: z.string(),
  _rev: z.string(),
  shelterId: shelterIdSchema,
  deviceId: deviceIdSchema,
  eventId: z.string().nullable(),
  reason: z.enum(QUARANTINE_REASONS),
  receivedAt: z.iso.datetime(),
  document: z.string(),
  bytes: z.int().min(0),
});
type Kept = z.infer<typeof keptSchema>;

const rowsSchema = z.object({ rows: z.array(z.object({ doc: z.unknown().optional() })) });
const idsSchema = z.object({ rows: z.array(z.object({ id: z.string() })) });

/** Judges documents of one shelter once more, as of now, and stores what holds: the server's intake does. */
export interface SecondTry {
  /** @returns an outcome for each, in order */
  tryAgain(
    documents: readonly unknown[],
    carrier: AuthenticatedDevice,
    receivedAt: string,
    ofRevoked: 'kept-aside' | 'let-in',
  ): Promise<readonly PushOutcome[]>;
}

export interface QuarantineReleaserOptions {
  readonly store: QuarantineStore;
  readonly changes: Pick<ChangeBus, 'nudge'>;
  readonly intake: SecondTry;
}

/**
 * Gives kept documents another try after a fix (SYN-13). An event is in its shelter's log before it leaves the
 * quarantine; if the process dies in between, the next try finds it there and lets it leave.
 */
export class QuarantineReleaser {
  readonly #options: QuarantineReleaserOptions;

  constructor(options: QuarantineReleaserOptions) {
    this.#options = options;
  }

  /**
   * Tries one kept document. One that is kept because its device is revoked is let in: whoever asks for this one has
   * decided so.
   * @param id without the prefix of ids in the database
   * @throws RequestRefusedError `not-found` (404)
   */
  async release(id: string): Promise<QuarantineRelease> {
    const [release] = await this.#options.store.use(async (database) =>
      this.#tryAgain(database, await readKept(database, [QUARANTINED_PREFIX + id]), 'let-in'),
    );
    if (release === undefined) throw new RequestRefusedError(404, 'not-found', 'there is no such kept document');
    return release;
  }

  /** Tries all kept documents of a shelter; what came of revoked devices stays. */
  releaseAll(shelterId: ShelterId): Promise<QuarantineReleaseAll> {
    return this.#options.store.use((database) => this.#releaseAll(database, shelterId));
  }

  async #releaseAll(database: QuarantineDatabase, shelterId: ShelterId): Promise<QuarantineReleaseAll> {
    const range = { reduce: false, startkey: [shelterId], endkey: [shelterId, {}] };
    const { rows } = idsSchema.parse(await database.view('quarantine', 'per-shelter', range));
    const counts = { released: 0, kept: 0, 'not-whole': 0 };
    for (let at = 0; at < rows.length; at += AT_A_TIME) {
      const kept = await readKept(
        database,
        rows.slice(at, at + AT_A_TIME).map(({ id }) => id),
      );
      for (const { outcome } of await this.#tryAgain(database, kept, 'kept-aside')) counts[outcome] += 1;
    }
    return { released: counts.released, kept: counts.kept, notWhole: counts['not-whole'] };
  }

  /** Tries documents of one shelter; an answer for each, in order. */
  async #tryAgain(
    database: QuarantineDatabase,
    all: readonly Kept[],
    ofRevoked: 'kept-aside' | 'let-in',
  ): Promise<QuarantineRelease[]> {
    const { changes } = this.#options;
    const releases = new Map<string, QuarantineRelease>();
    for (const kept of all) if (kept.bytes > QUARANTINE_MAX_BYTES) releases.set(kept._id, { outcome: 'not-whole' });
    for (const group of byReceipt(all).values()) {
      for (const [position, outcome] of (await this.#judge(group, ofRevoked)).entries()) {
        const kept = group[position];
        if (kept !== undefined) releases.set(kept._id, releaseOf(outcome));
      }
    }
    await this.#noteOutcomes(database, all, releases);
    changes.nudge(QUARANTINE_DATABASE);
    return all.flatMap(({ _id }) => releases.get(_id) ?? []);
  }

  async #judge(group: readonly Kept[], ofRevoked: 'kept-aside' | 'let-in'): Promise<readonly PushOutcome[]> {
    const { changes, intake } = this.#options;
    const [first] = group;
    if (first === undefined) return [];
    const documents = group.map(({ document }) => contentOf(document));
    // Only what was seen to be of a revoked device: one that was kept for another reason is asked for once more.
    const letIn = ofRevoked === 'let-in' && group.every(({ reason }) => reason === 'device-revoked');
    const outcomes = await intake.tryAgain(documents, first, first.receivedAt, letIn ? 'let-in' : 'kept-aside');
    changes.nudge(receptionDatabase(first.shelterId));
    return outcomes;
  }

  /** Takes out what the log holds now, and writes down why the others stay. */
  async #noteOutcomes(
    database: QuarantineDatabase,
    all: readonly Kept[],
    releases: ReadonlyMap<string, QuarantineRelease>,
  ): Promise<void> {
    const written = all.flatMap((kept) => {
      const release = releases.get(kept._id);
      // Nothing of what it held stays behind.
      if (release?.outcome === 'released') return { _id: kept._id, _rev: kept._rev, _deleted: true };
      return release?.outcome === 'kept' && release.reason !== kept.reason ? { ...kept, reason: release.reason } : [];
    });
    // One that another release changed meanwhile is refused as a conflict, and was dealt with there.
    if (written.length > 0) await database.bulk({ docs: written });
  }
}

/** Those that are whole, by when they were received: that goes with them into the log. */
function byReceipt(all: readonly Kept[]): Map<string, Kept[]> {
  const groups = new Map<string, Kept[]>();
  for (const kept of all) {
    if (kept.bytes > QUARANTINE_MAX_BYTES) continue;
    const group = groups.get(kept.receivedAt) ?? [];
    groups.set(kept.receivedAt, group);
    group.push(kept);
  }
  return groups;
}

async function readKept(database: QuarantineDatabase, ids: string[]): Promise<Kept[]> {
  const { rows } = rowsSchema.parse(await database.fetch({ keys: ids }));
  return rows.flatMap(({ doc }) => keptSchema.safeParse(doc).data ?? []);
}

/** What the kept text says; text that is no JSON is judged as it is, and stays. */
function contentOf(text: string): unknown {
  const json = parseJson(text);
  return json === undefined ? text : json;
}

function releaseOf(outcome: PushOutcome): QuarantineRelease {
  return outcome.outcome === 'quarantined' ? { outcome: 'kept', reason: outcome.reason } : { outcome: 'released' };
}
