import { isDeepStrictEqual } from 'node:util';
import { type Fact, factSchema } from '@uketsuke/shared/contracts';
import * as z from 'zod';
import type { ChangeBus } from '../couch/change-bus.ts';
import { createDocument, DOCUMENT_VERSION, type Documents, readDocument, replaceDocument } from '../couch/documents.ts';

/** The database of what every kiosk may know. */
export const FACTS_DATABASE = 'facts';

const PUBLISH_ATTEMPTS = 10;
const presentFactsSchema = z.object({ rows: z.array(z.object({ key: z.string(), doc: z.unknown().optional() })) });
const bulkResultSchema = z.array(z.object({ id: z.string(), error: z.string().optional() }));
const storedFactSchema = factSchema.nullable().catch(null);

/** Publishes facts to the kiosks: one document a fact, which a later one of the same id replaces. */
export class FactBoard {
  readonly #database: Documents;
  readonly #changes: ChangeBus;

  constructor(database: Documents, changes: ChangeBus) {
    this.#database = database;
    this.#changes = changes;
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
        this.#changes.nudge(FACTS_DATABASE);
        return;
      }
    }
    throw new Error(`a fact of kind ${fact.kind} could not be published: others keep changing it`);
  }

  /** Publishes many facts, the last of each id, in one request where none has to be replaced. */
  async publishAll(facts: readonly Fact[]): Promise<void> {
    const latest = new Map(facts.map((fact) => [fact.id, fact]));
    if (latest.size === 0) return;
    const answer = presentFactsSchema.parse(await this.#database.fetch({ keys: [...latest.keys()] }));
    const present = new Map(answer.rows.map(({ key, doc }) => [key, doc]));
    const added = [...latest.values()].filter(({ id }) => present.get(id) == null);
    const failed = new Set<string>();
    if (added.length > 0) {
      const docs = added.map((fact) => ({ ...fact, _id: fact.id, schema: DOCUMENT_VERSION }));
      for (const { id, error } of bulkResultSchema.parse(await this.#database.bulk({ docs }))) {
        if (error !== undefined) failed.add(id);
      }
      this.#changes.nudge(FACTS_DATABASE);
    }
    for (const fact of latest.values()) {
      const document = present.get(fact.id);
      const isThere = document != null && isDeepStrictEqual(factSchema.safeParse(document).data, fact);
      if (failed.has(fact.id) || (document != null && !isThere)) await this.publish(fact);
    }
  }
}
