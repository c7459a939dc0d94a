import { isDeepStrictEqual } from 'node:util';
import { type Fact, factSchema } from '@uketsuke/shared/contracts';
import { carriesTrust, proveFact } from '@uketsuke/shared/facts';
import { fromBase64url } from '@uketsuke/shared/sealing';
import * as z from 'zod';
import type { ChangeBus } from '../couch/change-bus.ts';
import {
  createDocument,
  DOCUMENT_VERSION,
  type Documents,
  listDocuments,
  readDocument,
  replaceDocument,
} from '../couch/documents.ts';

/** The database of what every kiosk may know. */
export const FACTS_DATABASE = 'facts';

const PUBLISH_ATTEMPTS = 10;
/** How the ids of facts that carry trust begin. */
const TRUST_FACT_IDS = ['issuer-key:', 'revoked-card:', 'revoked-device:', 'device-keys'] as const;
const presentFactsSchema = z.object({ rows: z.array(z.object({ key: z.string(), doc: z.unknown().optional() })) });
const bulkResultSchema = z.array(z.object({ id: z.string(), error: z.string().optional() }));
const storedFactSchema = factSchema.nullable().catch(null);

/** With what the city signs the facts that carry trust. */
export interface FactSigning {
  /** The city's Ed25519 credential key, base64url. */
  readonly privateKey: string;
  /** Ms since 1970 UTC. */
  readonly now: () => number;
}

/**
 * Publishes facts to the kiosks: one document a fact, which a later one of the same id replaces. The city signs those
 * that carry trust; a hub has no such key and passes on what the city signed (FCT-1).
 */
export class FactBoard {
  readonly #database: Documents;
  readonly #changes: ChangeBus;
  #signing: FactSigning | null = null;

  constructor(database: Documents, changes: ChangeBus) {
    this.#database = database;
    this.#changes = changes;
  }

  /** From now on what is published is signed, and so is what was published before without it. */
  async signWith(signing: FactSigning): Promise<void> {
    this.#signing = signing;
    for (const ids of TRUST_FACT_IDS) {
      for (const { value } of await listDocuments(this.#database, ids, storedFactSchema)) {
        if (value !== null && carriesTrust(value) && value.proof === undefined) await this.publish(value);
      }
    }
  }

  /** Publishes the fact; nothing happens when it is there already. */
  async publish(fact: Fact): Promise<void> {
    for (let attempt = 0; attempt < PUBLISH_ATTEMPTS; attempt += 1) {
      const stored = await readDocument(this.#database, fact.id, storedFactSchema);
      if (stored != null && this.#isThere(stored.value, fact)) return;
      const proven = this.#proven(fact, stored?.value ?? null);
      const done =
        stored === undefined
          ? await createDocument(this.#database, fact.id, proven)
          : await replaceDocument(this.#database, fact.id, stored.revision, proven);
      if (done) {
        this.#changes.nudge(FACTS_DATABASE);
        return;
      }
    }
    throw new Error(`a fact of kind ${fact.kind} could not be published: others keep changing it`);
  }

  /** Takes back the revocations of cards that have expired. @param now ms since 1970 UTC */
  async deleteExpired(now: number): Promise<void> {
    for (const { id, value } of await listDocuments(this.#database, 'revoked-card:', storedFactSchema)) {
      if (value?.kind !== 'revoked-card' || value.expiresAt === undefined || Date.parse(value.expiresAt) > now)
        continue;
      const stored = await readDocument(this.#database, id, storedFactSchema);
      if (stored !== undefined) await this.#database.destroy(id, stored.revision);
    }
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
      const docs = added.map((fact) => ({ ...this.#proven(fact, null), _id: fact.id, schema: DOCUMENT_VERSION }));
      for (const { id, error } of bulkResultSchema.parse(await this.#database.bulk({ docs }))) {
        if (error !== undefined) failed.add(id);
      }
      this.#changes.nudge(FACTS_DATABASE);
    }
    for (const fact of latest.values()) {
      const document = present.get(fact.id);
      const isThere = document != null && this.#isThere(factSchema.safeParse(document).data ?? null, fact);
      if (failed.has(fact.id) || (document != null && !isThere)) await this.publish(fact);
    }
  }

  /** Whoever signs does not sign again what says the same; who does not passes on whatever is another document. */
  #isThere(stored: Fact | null, fact: Fact): boolean {
    if (this.#signing === null || !carriesTrust(fact)) return isDeepStrictEqual(stored, fact);
    if (stored === null || !carriesTrust(stored) || stored.proof === undefined) return false;
    return isDeepStrictEqual({ ...stored, proof: undefined }, { ...fact, proof: undefined });
  }

  /** A later word is later by its stamp, too, whatever the clock says. */
  #proven(fact: Fact, former: Fact | null): Fact {
    if (this.#signing === null || !carriesTrust(fact)) return fact;
    const { privateKey, now } = this.#signing;
    const before = former !== null && carriesTrust(former) ? (former.proof?.at ?? 0) : 0;
    return proveFact(fact, Math.max(now(), before + 1), fromBase64url(privateKey));
  }
}
