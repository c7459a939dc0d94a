import type { CardSlot } from './smart-card-service.ts';

/** One reader and the card in it. */
export interface ReaderSlot {
  readonly slot: CardSlot;
  /** Number of the card's insertion; null when there is none. */
  insertion: number | null;
  /** The insertion that has been taken up already, and is not taken up again until the card leaves. */
  taken: number | null;
}

/** The readers that are there, in the order in which they came. */
export class ReaderSlots {
  readonly #byName = new Map<string, ReaderSlot>();

  get count(): number {
    return this.#byName.size;
  }

  /** Notes what is in a reader; gives the reader, or null when nothing has changed. */
  note(slot: CardSlot, insertion: number | null): ReaderSlot | null {
    const known = this.#byName.get(slot.name);
    if (known === undefined) {
      const fresh: ReaderSlot = { slot, insertion, taken: null };
      this.#byName.set(slot.name, fresh);
      return fresh;
    }
    if (known.insertion === insertion) return null;
    known.insertion = insertion;
    return known;
  }

  /** The reader that is no longer there, with its card gone. */
  remove(name: string): ReaderSlot | null {
    const known = this.#byName.get(name);
    if (known === undefined) return null;
    this.#byName.delete(name);
    known.insertion = null;
    return known;
  }

  /** Forgets all readers. */
  clear(): void {
    for (const name of [...this.#byName.keys()]) this.remove(name);
  }

  /** A reader with a card that nobody has looked at yet. */
  untaken(): ReaderSlot | null {
    return [...this.#byName.values()].find(({ insertion, taken }) => insertion !== null && insertion !== taken) ?? null;
  }
}
