import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type Fact, factSchema } from '@uketsuke/shared/contracts';
import type { ShelterId } from '@uketsuke/shared/identifiers';
import type { ReceptionEvent } from '@uketsuke/shared/reception';
import { backoffMs } from '@uketsuke/shared/sync';
import * as z from 'zod';
import type { ChangeBus } from '../couch/change-bus.ts';
import type { LogProjection } from '../event-log/log-projection.ts';
import type { ReceivedEvent } from '../event-log/stored-event.ts';
import { FACTS_DATABASE } from '../facts/fact-board.ts';

type CardLink = Extract<Fact, { kind: 'card-link' }>;

const BATCH = 200;
/** Whoever reads logs waits when so many links are still to be published. */
const WAITING_MAX = 2_000;
const RETRIES = { firstMs: 500, longestMs: 10_000 };
const FACT_VERSION = 1;

const rowsSchema = z.object({
  rows: z.array(z.looseObject({ doc: z.looseObject({ _rev: z.string() }).nullish() })),
});
const resultsSchema = z.array(z.object({ id: z.string(), error: z.string().optional() }));

/** What of a database this needs: `Documents` has it. */
export interface FactDocuments {
  fetch(wanted: { readonly keys: string[] }): Promise<unknown>;
  bulk(changed: { readonly docs: object[] }): Promise<unknown>;
}

export interface LinkPublisherOptions {
  /** The database of facts. */
  readonly database: FactDocuments;
  readonly changes: Pick<ChangeBus, 'nudge'>;
  /** Publishing failed; it is tried again. */
  readonly onError: (error: unknown) => void;
}

/**
 * Publishes the links of My Number cards from the shelters' logs to all kiosks. Of a card the latest by hybrid
 * timestamp stands (MNC-5), in whatever order the logs are read and however often: at every start all of them are.
 */
export class LinkPublisher implements LogProjection {
  readonly #options: LinkPublisherOptions;
  readonly #waiting = new Map<string, CardLink>();
  readonly #stopped = new AbortController();
  #publishing: Promise<void> | undefined;

  constructor(options: LinkPublisherOptions) {
    this.#options = options;
  }

  /** Takes in events of any kind; resolves when there is room for more. */
  async apply(_shelterId: ShelterId, events: readonly ReceivedEvent[]): Promise<void> {
    for (const { event } of events) {
      const link = linkOf(event);
      if (link === undefined) continue;
      const waiting = this.#waiting.get(link.id);
      if (waiting === undefined || waiting.hlc < link.hlc) this.#waiting.set(link.id, link);
    }
    this.#publishWaiting();
    if (this.#waiting.size > WAITING_MAX) await this.#publishing;
  }

  /** What was published stands: a log that is restored brings the same links again. */
  restart(): void {}

  /** Nothing waits for the end of a log. */
  completed(): void {}

  /** Resolves when all that was taken in is published. */
  async settled(): Promise<void> {
    await this.#publishing;
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#publishing;
  }

  #publishWaiting(): void {
    if (this.#waiting.size === 0 || this.#stopped.signal.aborted) return;
    this.#publishing ??= this.#publishAll().finally(() => {
      this.#publishing = undefined;
      // One may have come after the last look.
      this.#publishWaiting();
    });
  }

  async #publishAll(): Promise<void> {
    let failures = 0;
    while (this.#waiting.size > 0 && !this.#stopped.signal.aborted) {
      try {
        await this.#publish([...this.#waiting.values()].slice(0, BATCH));
        failures = 0;
      } catch (error) {
        this.#options.onError(error);
        failures += 1;
        const { signal } = this.#stopped;
        await pause(backoffMs(failures, Math.random, RETRIES), undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** Writes those that are later than what is published. Another process may come first: then it is looked at again. */
  async #publish(links: readonly CardLink[]): Promise<void> {
    const { database, changes } = this.#options;
    const { rows } = rowsSchema.parse(await database.fetch({ keys: links.map(({ id }) => id) }));
    const later = links.flatMap((link, at) => {
      const stored = rows[at]?.doc ?? undefined;
      if (stored !== undefined && !isLater(link, stored)) return [];
      const revision = stored === undefined ? {} : { _rev: stored._rev };
      return [{ ...link, ...revision, _id: link.id, schema: FACT_VERSION }];
    });
    const results = later.length === 0 ? [] : resultsSchema.parse(await database.bulk({ docs: later }));
    const missed = new Set(results.flatMap(({ id, error }) => (error === undefined ? [] : [id])));
    for (const link of links) {
      // A later one may have come meanwhile.
      if (!missed.has(link.id) && isDeepStrictEqual(this.#waiting.get(link.id), link)) this.#waiting.delete(link.id);
    }
    if (missed.size < results.length) changes.nudge(FACTS_DATABASE);
    if (results.some(({ error }) => error !== undefined && error !== 'conflict')) {
      throw new Error('the database did not take all links of cards');
    }
  }
}

/** The fact that an event of the card directory makes; undefined for every other event. */
function linkOf(event: ReceptionEvent): CardLink | undefined {
  if (event.kind !== 'card-linked' && event.kind !== 'card-unlinked') return undefined;
  const { keyId, linkId } = event.body;
  const sealed = event.kind === 'card-linked' ? event.body.sealed : null;
  return { id: `card-link:${linkId}`, kind: 'card-link', linkId, keyId, hlc: event.hlc, sealed };
}

function isLater(link: CardLink, stored: unknown): boolean {
  const fact = factSchema.safeParse(stored);
  return !fact.success || fact.data.kind !== 'card-link' || fact.data.hlc < link.hlc;
}
