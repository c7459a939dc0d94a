import { setTimeout as wait } from 'node:timers/promises';
import { seededRandom } from '@uketsuke/shared/sample-households';
import { CuttableDisk } from './cuttable-disk.ts';
import { enrolKioskOnDisk } from './enrol-kiosk-on-disk.ts';
import { KioskOnDisk } from './kiosk-on-disk.ts';

/** Cards shown one after the other until the power goes; it goes before all are admitted. */
const LINE = 30;
const ADMITTED_BEFORE_CUT_MAX = 20;
const CUT_WITHIN_MS = 40;
const PIN = '271828';

export interface PowerCutTally {
  cutsInFlight: number;
  /** Everything the screen said was admitted. */
  acknowledged: number;
  /** Acknowledged admissions that the journal's file lacked after a cut. */
  lostInJournal: number;
  /** Acknowledged admissions that the unlocked kiosk lacked, in the store or in the journal. */
  lost: number;
  /** Cards answered before a cut that were admitted anew after it. */
  forgotten: number;
  /** How often the unlocked kiosk's store and journal did not hold the same. */
  unreconciled: number;
  /** How often IndexedDB was read before unlocking, found damaged, and what it alone then lacked. */
  storeReads: number;
  storeDamaged: number;
  missingInStoreAlone: number;
}

/** The seed of POWER_CUT_SEED, or one of this moment; told, so that a failure can be run again. */
export function powerCutSeed(): number {
  const seed = Number(process.env['POWER_CUT_SEED'] ?? Date.now() % 1_000_000);
  console.log(`power cuts: seed ${seed} (POWER_CUT_SEED)`);
  return seed;
}

/** Cuts the power of a kiosk at work so many times, and counts what was lost (DUR-1, DUR-2, RCP-4). */
export async function cutPower(cuts: number, seed: number): Promise<PowerCutTally> {
  const disk = await CuttableDisk.create();
  let kiosk: KioskOnDisk | undefined;
  try {
    kiosk = await KioskOnDisk.on(disk.directory);
    const cards = await enrolKioskOnDisk(disk.directory, PIN, cuts * ADMITTED_BEFORE_CUT_MAX + LINE);
    return await new PowerCuts(disk, kiosk, seededRandom(seed)).cut(cuts, cards);
  } finally {
    await kiosk?.dispose();
    await disk.dispose();
  }
}

class PowerCuts {
  readonly #disk: CuttableDisk;
  readonly #kiosk: KioskOnDisk;
  readonly #random: () => number;
  /** Event ids of what the screen said was admitted. */
  readonly #acknowledged = new Set<string>();
  readonly #tally: PowerCutTally = {
    cutsInFlight: 0,
    acknowledged: 0,
    lostInJournal: 0,
    lost: 0,
    forgotten: 0,
    unreconciled: 0,
    storeReads: 0,
    storeDamaged: 0,
    missingInStoreAlone: 0,
  };

  constructor(disk: CuttableDisk, kiosk: KioskOnDisk, random: () => number) {
    this.#disk = disk;
    this.#kiosk = kiosk;
    this.#random = random;
  }

  async cut(cuts: number, cards: readonly string[]): Promise<PowerCutTally> {
    let answered = 0;
    for (let cut = 1; cut <= cuts; cut += 1) {
      await this.#restart();
      const last = cards[answered - 1];
      if (last !== undefined) await this.#showAgain(last);
      answered += await this.#admitUntilCut(cards.slice(answered, answered + LINE));
    }
    await this.#restart();
    this.#tally.acknowledged = this.#acknowledged.size;
    return this.#tally;
  }

  #missing(from: readonly string[]): number {
    const present = new Set(from);
    return [...this.#acknowledged].filter((id) => !present.has(id)).length;
  }

  /**
   * Starts the kiosk on what the cut left, and counts what is missing: in the journal alone, before anything runs; in
   * the kiosk's store and journal once it is unlocked and has reconciled them (DUR-2).
   *
   * The store alone is only counted, on every other start on average. Each write in it is strict, but Chromium goes on
   * writing to a LevelDB log whose tail an earlier cut left as zeros, and at a later start may find that log damaged
   * and delete the database. What the store then lacks has to come back from the journal.
   */
  async #restart(): Promise<void> {
    const tally = this.#tally;
    tally.lostInJournal += this.#missing(this.#kiosk.journaledIds());
    await this.#kiosk.start();
    if (this.#random() < 0.5) {
      const stored = await this.#kiosk.storedIds();
      tally.storeReads += 1;
      if (stored === null) tally.storeDamaged += 1;
      tally.missingInStoreAlone += this.#missing(stored ?? []);
    }
    await this.#kiosk.unlock(PIN);
    const stored = (await this.#kiosk.storedIds()) ?? [];
    const journaled = this.#kiosk.journaledIds();
    tally.lost += Math.max(this.#missing(stored), this.#missing(journaled));
    if (stored.toSorted().join() !== journaled.toSorted().join()) tally.unreconciled += 1;
  }

  /** Shows the cards, and cuts the power while they are being admitted. Returns how many were answered. */
  async #admitUntilCut(codes: readonly string[]): Promise<number> {
    const before = this.#kiosk.shown.length;
    await this.#kiosk.scan(codes);
    await this.#kiosk.untilShown(before + Math.floor(this.#random() * (ADMITTED_BEFORE_CUT_MAX + 1)));
    // Any moment of an admission: what is waited for is chance.
    await wait(this.#random() * CUT_WITHIN_MS);
    // What a program says from here on, it says without power.
    const answered = this.#kiosk.shown.slice(before);
    await this.#disk.cut();
    await this.#kiosk.kill();
    for (const { kind, eventId } of answered) {
      if (kind === 'admitted' && eventId !== null) this.#acknowledged.add(eventId);
    }
    if (answered.length < codes.length) this.#tally.cutsInFlight += 1;
    await this.#disk.powerUp();
    return answered.length;
  }

  /** A card that was answered before the cut is known after it. */
  async #showAgain(code: string): Promise<void> {
    await this.#kiosk.scan([code]);
    await this.#kiosk.untilShown(1);
    if (this.#kiosk.shown[0]?.kind !== 'already-admitted') this.#tally.forgotten += 1;
  }
}
