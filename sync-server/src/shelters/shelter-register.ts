import { type NewShelter, type ShelterFacts, shelterFactsSchema } from '@uketsuke/shared/contracts';
import { newShelterId, type RandomBytes, type ShelterId } from '@uketsuke/shared/identifiers';
import { Listeners } from '@uketsuke/shared/listeners';
import type * as z from 'zod';
import type { ChangeBus } from '../couch/change-bus.ts';
import { createDocument, type Documents, listDocuments } from '../couch/documents.ts';
import type { FactBoard } from '../facts/fact-board.ts';
import { RequestRefusedError } from '../http/request-refused.ts';

export const SHELTERS_DATABASE = 'shelters';

const PREFIX = 'shelter:';
const storedShelterSchema: z.ZodType<ShelterFacts> = shelterFactsSchema.strip();

export interface ShelterRegisterOptions {
  readonly database: Documents;
  readonly changes: ChangeBus;
  readonly facts: FactBoard;
  /** Makes the shelter's event log ready. */
  readonly prepareLog: (shelterId: ShelterId) => Promise<void>;
  readonly random: RandomBytes;
}

/** The shelters of the city. The list is kept in memory and read again when the database changes. */
export class ShelterRegister {
  readonly #options: ShelterRegisterOptions;
  readonly #listeners = new Listeners();
  readonly #stopListening: () => void;
  #shelters: ReadonlyMap<ShelterId, ShelterFacts> = new Map();

  private constructor(options: ShelterRegisterOptions, onReadError: (error: unknown) => void) {
    this.#options = options;
    this.#stopListening = options.changes.subscribe(SHELTERS_DATABASE, () => void this.refresh().catch(onReadError));
  }

  static async open(options: ShelterRegisterOptions, onReadError: (error: unknown) => void): Promise<ShelterRegister> {
    const register = new ShelterRegister(options, onReadError);
    await register.refresh();
    // What an interrupted creation left undone.
    for (const shelter of register.list()) {
      await options.prepareLog(shelter.shelterId);
      await options.facts.publish(factOf(shelter));
    }
    return register;
  }

  /** Calls back when the list changed. */
  onChange(listener: () => void): void {
    this.#listeners.subscribe(listener);
  }

  stop(): void {
    this.#stopListening();
    this.#listeners.clear();
  }

  /** Registers a shelter under a new id, makes its event log and tells the kiosks. */
  async create(details: NewShelter): Promise<ShelterFacts> {
    const { database, changes, facts, prepareLog, random } = this.#options;
    for (;;) {
      const shelter: ShelterFacts = { shelterId: newShelterId(random), ...details };
      await prepareLog(shelter.shelterId);
      if (!(await createDocument(database, PREFIX + shelter.shelterId, shelter))) continue;
      await facts.publish(factOf(shelter));
      changes.nudge(SHELTERS_DATABASE);
      await this.refresh();
      return shelter;
    }
  }

  /** All shelters, in order of their names. */
  list(): readonly ShelterFacts[] {
    return [...this.#shelters.values()];
  }

  find(shelterId: ShelterId): ShelterFacts | undefined {
    return this.#shelters.get(shelterId);
  }

  /** @throws RequestRefusedError `shelter-unknown` (404) */
  require(shelterId: ShelterId): ShelterFacts {
    const shelter = this.find(shelterId);
    if (shelter === undefined) throw new RequestRefusedError(404, 'shelter-unknown', 'there is no such shelter');
    return shelter;
  }

  /** Reads the list again. */
  async refresh(): Promise<void> {
    const documents = await listDocuments(this.#options.database, PREFIX, storedShelterSchema);
    const byName = new Intl.Collator('ja').compare;
    const shelters = documents
      .map(({ value }) => value)
      .sort((left, right) => byName(left.kana ?? left.name, right.kana ?? right.name));
    this.#shelters = new Map(shelters.map((shelter) => [shelter.shelterId, shelter]));
    this.#listeners.publish();
  }
}

function factOf(shelter: ShelterFacts) {
  return { id: `shelter:${shelter.shelterId}`, kind: 'shelter', shelter } as const;
}
