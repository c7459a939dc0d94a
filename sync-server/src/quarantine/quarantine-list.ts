import { QUARANTINE_REASONS } from '@uketsuke/shared/errors';
import { deviceIdSchema, type ShelterId, shelterIdSchema } from '@uketsuke/shared/identifiers';
import { Listeners } from '@uketsuke/shared/listeners';
import * as z from 'zod';
import type { ChangeBus } from '../couch/change-bus.ts';
import { QUARANTINE_DATABASE } from '../event-log/database-names.ts';
import { QUARANTINE_MAX_BYTES, QUARANTINED_PREFIX, type QuarantineStore } from './quarantine-store.ts';

const LIST_MAX = 200;
const countsSchema = z.object({
  rows: z.array(z.object({ key: z.tuple([z.string()]).rest(z.unknown()), value: z.int() })),
});
const listSchema = z.object({
  docs: z.array(
    z.object({
      _id: z.string(),
      eventId: z.string().nullable(),
      shelterId: shelterIdSchema,
      deviceId: deviceIdSchema,
      reason: z.enum(QUARANTINE_REASONS),
      receivedAt: z.iso.datetime(),
      bytes: z.int().min(0),
    }),
  ),
});

/** Documents kept aside: how many, and which. What is in them is not shown. */
export class QuarantineList {
  readonly #store: QuarantineStore;
  readonly #listeners = new Listeners();
  readonly #stopListening: () => void;
  #counts: Promise<ReadonlyMap<string, number>> | undefined;

  constructor(store: QuarantineStore, changes: Pick<ChangeBus, 'subscribe'>) {
    this.#store = store;
    this.#stopListening = changes.subscribe(QUARANTINE_DATABASE, () => {
      this.#counts = undefined;
      this.#listeners.publish();
    });
  }

  /** Calls back when the numbers may have changed. */
  onChange(listener: () => void): void {
    this.#listeners.subscribe(listener);
  }

  stop(): void {
    this.#stopListening();
  }

  /** How many a shelter has; null while the database cannot be asked. */
  async count(shelterId: ShelterId): Promise<number | null> {
    this.#counts ??= this.#readCounts();
    const counting = this.#counts;
    try {
      return (await counting).get(shelterId) ?? 0;
    } catch {
      if (this.#counts === counting) this.#counts = undefined;
      return null;
    }
  }

  /** A shelter's documents, latest first, at most 200. */
  async list(shelterId: ShelterId) {
    const answer = listSchema.parse(
      await this.#store.use((database) =>
        database.find({
          selector: { shelterId: { $eq: shelterId }, receivedAt: { $gt: '' } },
          sort: [{ shelterId: 'desc' }, { receivedAt: 'desc' }],
          fields: ['_id', 'eventId', 'shelterId', 'deviceId', 'reason', 'receivedAt', 'bytes'],
          use_index: 'index-by-shelter',
          limit: LIST_MAX,
        }),
      ),
    );
    return answer.docs.map(({ _id, ...rest }) => ({
      id: _id.slice(QUARANTINED_PREFIX.length),
      ...rest,
      whole: rest.bytes <= QUARANTINE_MAX_BYTES,
    }));
  }

  async #readCounts(): Promise<ReadonlyMap<string, number>> {
    const answer = countsSchema.parse(
      await this.#store.use((database) => database.view('quarantine', 'per-shelter', { group_level: 1 })),
    );
    return new Map(answer.rows.map((row) => [row.key[0], row.value]));
  }
}
