import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { factSchema } from '@uketsuke/shared/contracts';
import type { ShelterId } from '@uketsuke/shared/identifiers';
import type { LinkId } from '@uketsuke/shared/my-number-card';
import { backoffMs } from '@uketsuke/shared/sync';
import * as z from 'zod';
import type { ChangeBus } from '../couch/change-bus.ts';
import type { LogProjection } from '../event-log/log-projection.ts';
import type { ReceivedEvent } from '../event-log/stored-event.ts';
import { FACTS_DATABASE } from '../facts/fact-board.ts';
import { type CardLink, LinkChanges, type LinkNow } from './link-changes.ts';

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
 * Publishes the links of My Number cards from the shelters' logs to all kiosks. Of a card the latest stands that its
 * owner recorded (MNC-5, MNC-6), in whatever order the logs are read and however often: at every start all of them are.
 * Until they have been read, what is published is replaced only by what is later, or once it is known to be wrong.
 */
export class LinkPublisher implements LogProjection {
  readonly #options: LinkPublisherOptions;
  readonly #changes = new LinkChanges();
  readonly #waiting = new Set<LinkId>();
  readonly #stopped = new AbortController();
  #publishing: Promise<void> | undefined;

  constructor(options: LinkPublisherOptions) {
    this.#options = options;
  }

  /** Takes in events of any kind; resolves when there is room for more. */
  async apply(shelterId: ShelterId, events: readonly ReceivedEvent[]): Promise<void> {
    for (const event of events) {
      const linkId = this.#changes.apply(shelterId, event);
      if (linkId !== undefined) this.#waiting.add(linkId);
    }
    this.#publishWaiting();
    if (this.#waiting.size > WAITING_MAX) await this.#publishing;
  }

  /** What was published stands: a log that is restored brings the same links again. */
  restart(shelterId: ShelterId): void {
    this.#changes.restart(shelterId);
  }

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
        await this.#publish([...this.#waiting].slice(0, BATCH));
        failures = 0;
      } catch (error) {
        this.#options.onError(error);
        failures += 1;
        const { signal } = this.#stopped;
        await pause(backoffMs(failures, Math.random, RETRIES), undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** Writes what takes the place of what is published. Another process may come first: then it is looked at again. */
  async #publish(linkIds: readonly LinkId[]): Promise<void> {
    const { database, changes } = this.#options;
    const links = linkIds.map((linkId) => ({ id: `card-link:${linkId}`, linkId, now: this.#changes.now(linkId) }));
    const { rows } = rowsSchema.parse(await database.fetch({ keys: links.map(({ id }) => id) }));
    const written = links.flatMap(({ id, now }, at) => {
      const document = rows[at]?.doc ?? undefined;
      const link = linkToPublish(now, publishedIn(document));
      if (link === undefined) return [];
      return [{ ...link, ...(document === undefined ? {} : { _rev: document._rev }), _id: id, schema: FACT_VERSION }];
    });
    const results = written.length === 0 ? [] : resultsSchema.parse(await database.bulk({ docs: written }));
    const missed = new Set(results.flatMap(({ id, error }) => (error === undefined ? [] : [id])));
    for (const { id, linkId, now } of links) {
      // More may have been heard of it meanwhile.
      if (!missed.has(id) && isDeepStrictEqual(this.#changes.now(linkId), now)) this.#waiting.delete(linkId);
    }
    if (missed.size < results.length) changes.nudge(FACTS_DATABASE);
    if (results.some(({ error }) => error !== undefined && error !== 'conflict')) {
      throw new Error('the database did not take all links of cards');
    }
  }
}

function publishedIn(document: unknown): CardLink | undefined {
  const fact = factSchema.safeParse(document);
  return fact.success && fact.data.kind === 'card-link' ? fact.data : undefined;
}

/** What takes the place of what is published; undefined when that is to stay. */
function linkToPublish({ link, wrong }: LinkNow, published: CardLink | undefined): CardLink | undefined {
  if (published === undefined) return link;
  const isWrong = wrong.has(published.hlc);
  // Nothing stands, and what was published had no right to: it is taken back.
  if (link === undefined) return isWrong && published.sealed !== null ? { ...published, sealed: null } : undefined;
  if (isDeepStrictEqual(link, published)) return undefined;
  if (isWrong || link.hlc === published.hlc) return link;
  const belongsElsewhere =
    published.holder === undefined
      ? published.shelterId !== undefined && published.shelterId !== link.shelterId
      : published.holder !== link.holder;
  // Its owner's log has not been read yet, or this would be known to be wrong.
  return belongsElsewhere || link.hlc < published.hlc ? undefined : link;
}
