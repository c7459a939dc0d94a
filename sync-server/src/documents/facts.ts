import { isDeepStrictEqual } from 'node:util';
import { type Fact, factSchema } from '@uketsuke/shared/protocol';
import type { ChangeHub } from '../couch/change-hub.ts';
import { createDocument, type Documents, readDocument, replaceDocument } from './documents.ts';

/** The database of what every kiosk may know. */
export const FACTS_DATABASE = 'facts';

const PUBLISH_ATTEMPTS = 10;
const storedFactSchema = factSchema.nullable().catch(null);

/** Publishes facts to the kiosks: one document a fact, which a later one of the same id replaces. */
export class FactBoard {
  readonly #database: Documents;
  readonly #hub: ChangeHub;

  constructor(database: Documents, hub: ChangeHub) {
    this.#database = database;
    this.#hub = hub;
  }

  /** Publishes the fact; nothing happens when it is there already. */
  async publish(fact: Fact): Promise<void> {
    for (let attempt = 0; attempt < PUBLISH_ATTEMPTS; attempt += 1) {
      const stored = await readDocument(this.#database, fact.id, storedFactSchema);
      if (stored !== undefined && isDeepStrictEqual(stored.value, fact)) return;
      const done =
        stored === undefined
          ? await createDocument(this.#database, fact.id, fact)
          : await replaceDocument(this.#database, fact.id, stored.revision, fact);
      if (done) {
        this.#hub.nudge(FACTS_DATABASE);
        return;
      }
    }
    throw new Error(`a fact of kind ${fact.kind} could not be published: others keep changing it`);
  }
}
