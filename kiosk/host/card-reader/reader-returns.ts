import type { ReaderSlot } from './reader-slots.ts';

/** A card that leaves so soon after it was powered off, ms, was made to look so by that: nobody is as fast. */
const LEAVES_WITHIN_MS = 1_000;
/** And a reader that reports so reports it back within this, ms. */
const BACK_WITHIN_MS = 3_000;
/**
 * A card that comes back at once is read anew a few times: it may have been laid down better, or be another. After
 * that it is the reader, and to read it would power it off again, and so on without end. One that was lost while it was
 * read weighs less: it may have been pulled by an impatient hand.
 */
const WEIGHT = { read: 2, lost: 1 } as const;
const AT_REST_FROM = 6;

interface Record {
  weight: number;
  /** When it was powered off after its last reading; null while it is being read. */
  poweredOffAt: number | null;
  leftAt: number | null;
  /** It has been back since then: once more it leaves only by a hand. */
  isBack: boolean;
}

/** Which readers report a card gone and back when it is powered off, and so would have it read for ever. */
export class ReaderReturns {
  readonly #records = new Map<ReaderSlot, Record>();
  readonly #now: () => number;

  /** @param now a steady clock, ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The card in it begins to be read. */
  begin(reader: ReaderSlot): void {
    const weight = this.#records.get(reader)?.weight ?? 0;
    this.#records.set(reader, { weight, poweredOffAt: null, leftAt: null, isBack: false });
  }

  /** What was in it is powered off: it was read, or lost on the way. */
  ended(reader: ReaderSlot, how: keyof typeof WEIGHT): void {
    const record = this.#records.get(reader);
    if (record === undefined) return;
    record.poweredOffAt = this.#now();
    record.weight += WEIGHT[how];
  }

  /** It holds a card that stays powered up, or it has gone. */
  forget(reader: ReaderSlot): void {
    this.#records.delete(reader);
  }

  /** Something was noted of the reader: its card left, or one came. */
  noted(reader: ReaderSlot): void {
    const record = this.#records.get(reader);
    if (record === undefined) return;
    record.leftAt ??= this.#now();
    const isEnd = reader.insertion === null ? record.isBack : this.#remainsMs(record) <= 0;
    if (isEnd) this.#records.delete(reader);
    else record.isBack = reader.insertion !== null;
  }

  /** Whether the card that is back is the one that was read often enough. */
  isAtRest(reader: ReaderSlot): boolean {
    return (this.#records.get(reader)?.weight ?? 0) >= AT_REST_FROM;
  }

  /** How long, ms, a card that was read often enough is still to be waited for. */
  awaitsMs(reader: ReaderSlot): number {
    const record = this.#records.get(reader);
    return record === undefined || !this.isAtRest(reader) ? 0 : this.#remainsMs(record);
  }

  #remainsMs({ poweredOffAt, leftAt }: Record): number {
    if (poweredOffAt === null) return BACK_WITHIN_MS;
    if (leftAt !== null && leftAt - poweredOffAt > LEAVES_WITHIN_MS) return 0;
    return poweredOffAt + BACK_WITHIN_MS - this.#now();
  }
}
