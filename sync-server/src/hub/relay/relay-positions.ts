import { checkpointSchema } from '@uketsuke/shared/contracts';
import { serverStateSchema } from '@uketsuke/shared/sync';
import { z } from 'zod';
import { createDocument, type Documents, readDocument, replaceDocument } from '../../couch/documents.ts';

/** The database in which a hub keeps how far it has come. */
export const RELAY_DATABASE = 'relay';
const DOCUMENT_ID = 'positions';

const positionsSchema = z.object({
  /** The program that wrote this: a newer one may read what an older one had to leave out. */
  program: z.string(),
  /** The city's store as it was met last; null before the first exchange. */
  city: serverStateSchema.nullable(),
  /** Up to here, in the hub's own log of that epoch, the city has everything. Null: from the beginning. */
  log: z.object({ epoch: z.string(), sequence: z.string() }).nullable(),
  /** How far the city's events and facts were taken in. */
  events: checkpointSchema,
  facts: checkpointSchema,
  factsEpoch: z.string().nullable(),
  /** The last event of each push since a pull proved that the city held them: what it must still hold (SYN-5). */
  pushed: z.array(z.string()),
  /** The event that the city sent last. */
  pulled: z.string().nullable(),
});
export type RelayPositions = z.infer<typeof positionsSchema>;

const BEGINNING = {
  city: null,
  log: null,
  events: null,
  facts: null,
  factsEpoch: null,
  pushed: [],
  pulled: null,
} satisfies Omit<RelayPositions, 'program'>;

/** How far a hub has come in relaying, kept across restarts. One at a time may change it. */
export class PositionStore {
  readonly #database: Documents;
  readonly #program: string;
  #current: RelayPositions;
  #revision: string | undefined;

  private constructor(database: Documents, program: string, current: RelayPositions, revision: string | undefined) {
    this.#database = database;
    this.#program = program;
    this.#current = current;
    this.#revision = revision;
  }

  /** @param program version of this program; after an update everything of the city is taken in again */
  static async open(database: Documents, program: string): Promise<PositionStore> {
    const stored = await readDocument(database, DOCUMENT_ID, positionsSchema);
    const known = stored?.value ?? { program, ...BEGINNING };
    const current = known.program === program ? known : { ...known, program, events: null, facts: null };
    return new PositionStore(database, program, current, stored?.revision);
  }

  get current(): RelayPositions {
    return this.#current;
  }

  /** Takes on the change, durably before it counts. */
  async change(change: Partial<Omit<RelayPositions, 'program'>>): Promise<void> {
    const next = { ...this.#current, ...change, program: this.#program };
    const isWritten =
      this.#revision === undefined
        ? await createDocument(this.#database, DOCUMENT_ID, next)
        : await replaceDocument(this.#database, DOCUMENT_ID, this.#revision, next);
    const stored = await readDocument(this.#database, DOCUMENT_ID, positionsSchema);
    this.#revision = stored?.revision;
    // Somebody replaced the database: what is written is of another life, and this must not be taken for done.
    if (!isWritten) return this.change(change);
    this.#current = next;
  }
}
