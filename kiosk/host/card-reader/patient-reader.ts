import { setTimeout as pause } from 'node:timers/promises';
import type { ApduChannel } from './apdu-channel.ts';
import { type CardFound, findAgain, readCard } from './card-reading.ts';
import type { CertificateTrust } from './certificate-trust.ts';
import type { Reading } from './my-number-applications.ts';
import type { ReaderSlot } from './reader-slots.ts';
import { CardRemoved, CardSilent, type CardSlot } from './smart-card-service.ts';

/** A card that stopped answering is given this long to be reported as gone (pcscd looks every 400 ms). */
const SETTLE_MS = 1_200;
const LOOK_EVERY_MS = 50;
/** Readings of one card before it counts as unreadable: a card held badly loses its power now and then. */
const READINGS = 3;

/** Reads cards that are held badly and over readers that cannot carry long commands. */
export class PatientReader {
  readonly #trust: CertificateTrust;
  readonly #now: () => number;
  /** Readers that were seen not to carry commands of extended length, those that may not, and those that do. */
  readonly #shortOnly = new Set<string>();
  readonly #suspect = new Set<string>();
  readonly #extendedWorks = new Set<string>();

  /** @param now ms since 1970 UTC */
  constructor(trust: CertificateTrust, now: () => number) {
    this.#trust = trust;
    this.#now = now;
  }

  /** How commands are sent to this reader. */
  readingWith(slot: CardSlot): Reading {
    return this.#shortOnly.has(slot.name) || this.#suspect.has(slot.name) ? 'short' : 'extended';
  }

  /** Finds out what the card is, trying again while it lies there. */
  async read(reader: ReaderSlot, insertion: number): Promise<CardFound | 'removed-early' | 'unreadable'> {
    const { slot } = reader;
    let reading = this.readingWith(slot);
    for (let readings = 1; ; readings += 1) {
      try {
        const found = await readCard(slot, reading, (der) => this.#trust.judge(der, this.#now()));
        this.#learn(slot, reading, found);
        return found;
      } catch (cause) {
        const isLost = cause instanceof CardRemoved || cause instanceof CardSilent;
        // It answered, and not as it should: that it was powered off then may make it look as if it had gone.
        if (!isLost) return 'unreadable';
        // Kept for the next reading: this one may end here, as the reader reports the card gone.
        if (cause instanceof CardRemoved && cause.duringExtendedCommand) this.#suspectOf(slot);
        if (await hasLeft(reader, insertion)) return 'removed-early';
        if (readings === READINGS) return 'unreadable';
        if (cause instanceof CardRemoved && cause.duringExtendedCommand) reading = 'short';
      }
    }
  }

  /** Only a card that was read has shown what its reader carries. */
  #learn({ name }: CardSlot, reading: Reading, found: CardFound): void {
    if (found.kind !== 'card') return;
    this.#suspect.delete(name);
    (reading === 'short' ? this.#shortOnly : this.#extendedWorks).add(name);
  }

  /** A reader that has carried such commands lost its card to a hand. */
  #suspectOf({ name }: CardSlot): void {
    if (!this.#extendedWorks.has(name)) this.#suspect.add(name);
  }

  /** Powers up again the card of this certificate. @throws as card-reading's `findAgain` */
  findAgain(slot: CardSlot, certificateSha256: string): Promise<ApduChannel> {
    return findAgain(slot, this.readingWith(slot), certificateSha256);
  }
}

/** Waits a moment for the news that the card has gone. */
async function hasLeft(reader: ReaderSlot, insertion: number): Promise<boolean> {
  const until = performance.now() + SETTLE_MS;
  while (reader.insertion === insertion && performance.now() < until) await pause(LOOK_EVERY_MS);
  return reader.insertion !== insertion;
}
