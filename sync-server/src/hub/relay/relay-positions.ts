import { NOTHING_EXCHANGED, PEER_MARK_SCHEMAS, type PeerMarks } from '@uketsuke/shared/sync';
import * as z from 'zod';
import { createDocument, type Documents, readDocument, replaceDocument } from '../../couch/documents.ts';

/** The database in which a hub keeps how far it has come. */
export const RELAY_DATABASE = 'relay';
const DOCUMENT_ID = 'positions';

/** A place in the hub's own log. */
const logPositionSchema = z.object({ epoch: z.string(), sequence: z.string() });
export type LogPosition = z.infer<typeof logPositionSchema>;

/** As it is on the disk: the marks under the names that the first hubs gave them. */
const positionsSchema = z.object({
  program: z.string(),
  city: PEER_MARK_SCHEMAS.server,
  log: logPositionSchema.nullable(),
  events: PEER_MARK_SCHEMAS.eventsFrom,
  facts: PEER_MARK_SCHEMAS.factsFrom,
  factsEpoch: PEER_MARK_SCHEMAS.factsEpoch,
  pushed: PEER_MARK_SCHEMAS.pushed,
  pulled: PEER_MARK_SCHEMAS.pulledLast,
});
type PositionsDocument = z.infer<typeof positionsSchema>;

/** How far a hub has come in relaying. */
export interface RelayPositions {
  /** What is remembered of the city. */
  readonly marks: PeerMarks;
  /** Up to here, in the hub's own log of that epoch, the city has everything. Null: from the beginning. */
  readonly log: LogPosition | null;
}

/** How far a hub has come in relaying, kept across restarts. One at a time may change it. */
export class PositionStore {
  readonly #database: Documents;
  /** The program that writes: a newer one may read what an older one had to leave out. */
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
    const current = stored === undefined ? { marks: NOTHING_EXCHANGED, log: null } : positionsOf(stored.value, program);
    return new PositionStore(database, program, current, stored?.revision);
  }

  get current(): RelayPositions {
    return this.#current;
  }

  /** Takes on the change, durably before it counts. @throws what nano throws */
  async change(changed: Partial<PeerMarks>, log: LogPosition | null): Promise<void> {
    const next: RelayPositions = { marks: { ...this.#current.marks, ...changed }, log };
    const document = documentOf(next, this.#program);
    const isWritten =
      this.#revision === undefined
        ? await createDocument(this.#database, DOCUMENT_ID, document)
        : await replaceDocument(this.#database, DOCUMENT_ID, this.#revision, document);
    const stored = await readDocument(this.#database, DOCUMENT_ID, positionsSchema);
    this.#revision = stored?.revision;
    // Somebody replaced the database: what is written is of another life, and this must not be taken for done.
    if (!isWritten) return this.change(changed, log);
    this.#current = next;
  }
}

function positionsOf(stored: PositionsDocument, program: string): RelayPositions {
  const isOfThisProgram = stored.program === program;
  return {
    marks: {
      server: stored.city,
      eventsFrom: isOfThisProgram ? stored.events : null,
      factsFrom: isOfThisProgram ? stored.facts : null,
      factsEpoch: stored.factsEpoch,
      pushed: stored.pushed,
      pulledLast: stored.pulled,
    },
    log: stored.log,
  };
}

function documentOf({ marks, log }: RelayPositions, program: string): PositionsDocument {
  return {
    program,
    city: marks.server,
    log,
    events: marks.eventsFrom,
    facts: marks.factsFrom,
    factsEpoch: marks.factsEpoch,
    pushed: [...marks.pushed],
    pulled: marks.pulledLast,
  };
}
