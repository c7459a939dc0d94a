import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { PouchDB } from './pouchdb-on-leveldb.ts';

/** Not replicated, and not counted as a change. */
const LIVES_DOCUMENT = '_local/lives';
/** A client that comes with an older one reads from the beginning. */
const LIVES_MAX = 200;
/** How sequences ended before lives were written down. */
const UNNAMED_LIFE = 'e';

const livesSchema = z.looseObject({
  _rev: z.string(),
  lives: z.array(z.object({ id: z.string(), from: z.int().min(0) })),
});

/** From one opening of a database to the next; its sequences are those after `from`. */
interface Life {
  readonly id: string;
  readonly from: number;
}

/**
 * The times a database was opened, oldest first. Each handed out sequences of its own name (`17-k2x…`): files that
 * are put back to an older copy go on from a lower number, and what stands at a number then is not what stood there
 * before. A sequence of a life that has ended counts as far as that life is still in the files, as a leader epoch does
 * in Kafka (KIP-101): whoever comes with one that is further on is told everything since the two parted (SYN-5).
 */
export class Lives {
  readonly #lives: readonly Life[];
  readonly #present: Life;

  private constructor(former: readonly Life[], present: Life) {
    this.#lives = [...former, present];
    this.#present = present;
  }

  /** Begins a life of the database, written down before this resolves. @throws what the database throws */
  static async begin(pouch: PouchDB): Promise<Lives> {
    const stored = await pouch.get(LIVES_DOCUMENT).catch((error: unknown) => {
      if (notFoundSchema.safeParse(error).success) return null;
      throw error;
    });
    const { _rev, lives } = stored === null ? { _rev: undefined, lives: [] } : livesSchema.parse(stored);
    const from = Number((await pouch.info()).update_seq);
    const former = lives.slice(1 - LIVES_MAX);
    const present = { id: randomBytes(6).toString('hex'), from };
    await pouch.put({ _id: LIVES_DOCUMENT, ...(_rev === undefined ? {} : { _rev }), lives: [...former, present] });
    return new Lives(former, present);
  }

  /** A sequence as it is handed out: opaque, as CouchDB's. */
  text(sequence: number | string): string {
    return `${sequence}-${this.#present.id}`;
  }

  /** Where to read on after a sequence that was handed out; undefined when it is not one. */
  startAfter(text: string): number | undefined {
    const [, number, life] = /^(\d{1,15})(?:-(.*))?$/.exec(text) ?? [];
    if (number === undefined) return undefined;
    return Math.min(Number(number), this.#endOf(life ?? UNNAMED_LIFE));
  }

  /** The last sequence of a life that the files still hold; 0 when they know nothing of it. */
  #endOf(id: string): number {
    const at = this.#lives.findIndex((life) => life.id === id);
    const next = this.#lives[at + 1];
    if (at === -1 && id !== UNNAMED_LIFE) return 0;
    return next?.from ?? Number.POSITIVE_INFINITY;
  }
}

const notFoundSchema = z.looseObject({ status: z.literal(404) });
