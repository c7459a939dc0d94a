import { once } from 'node:events';
import { z } from 'zod';
import { badRequest } from './couch-problem.ts';
import type { EmbeddedDatabase } from './databases.ts';
import {
  type CouchRequest,
  jsonObjectSchema,
  parseParameters,
  readObject,
  readParameters,
  sendJson,
} from './request.ts';

const DEFAULT_TIMEOUT_MS = 60_000;
/** Changes read at a time by the continuous feed. */
const CONTINUOUS_PAGE = 500;

const milliseconds = z.coerce.number().int().min(1);

const optionsSchema = z.object({
  feed: z.enum(['normal', 'longpoll', 'continuous']).default('normal'),
  since: z.union([z.string(), z.number()]).default('0'),
  limit: z.int().min(0).optional(),
  include_docs: z.boolean().optional(),
  conflicts: z.boolean().optional(),
  descending: z.boolean().optional(),
  style: z.enum(['main_only', 'all_docs']).optional(),
  timeout: milliseconds.optional(),
  heartbeat: z.union([z.literal('true').transform(() => DEFAULT_TIMEOUT_MS), milliseconds]).optional(),
  filter: z.enum(['_doc_ids', '_selector']).optional(),
  doc_ids: z.array(z.string()).optional(),
  selector: jsonObjectSchema.optional(),
});
type Options = z.infer<typeof optionsSchema>;

/** GET or POST _changes */
export async function changes(request: CouchRequest, database: EmbeddedDatabase): Promise<void> {
  const body = request.method === 'POST' ? await readObject(request, jsonObjectSchema) : {};
  const options = parseParameters(optionsSchema, { ...body, ...readParameters(request.query) });
  const since = await startOf(options.since, database);
  if (options.feed === 'normal') return sendJson(request, 200, await page(database, options, since, options.limit));
  const feed = new WaitingFeed(request, database, options);
  try {
    if (options.feed === 'longpoll') await longpoll(request, database, options, since, feed);
    else await continuous(request, database, options, since, feed);
  } finally {
    feed.end();
  }
}

/**
 * PouchDB's sequences are numbers; CouchDB's are opaque strings. Ours look like the latter, so that nobody comes
 * to rely on numbers.
 */
export function sequenceText(sequence: number | string): string {
  return `${sequence}-e`;
}

async function startOf(since: string | number, database: EmbeddedDatabase): Promise<number> {
  if (since === 'now') return Number((await database.pouch.info()).update_seq);
  const number = /^(\d{1,15})(?:-.*)?$/.exec(String(since))?.[1];
  if (number === undefined) throw badRequest("Malformed sequence supplied in 'since' parameter.");
  return Number(number);
}

async function page(database: EmbeddedDatabase, options: Options, since: number, limit: number | undefined) {
  const { include_docs, conflicts, descending, style, filter, doc_ids, selector } = options;
  const answer = await database.pouch.changes({
    since,
    include_docs,
    conflicts,
    descending,
    style,
    ...(limit === undefined ? {} : { limit: Math.max(1, limit) }),
    ...(filter === '_doc_ids' ? { doc_ids: doc_ids ?? [] } : {}),
    ...(filter === '_selector' ? { selector: selector ?? {} } : {}),
  });
  const last = Math.max(since, Number(answer.last_seq));
  const full = limit !== undefined && answer.results.length >= Math.max(1, limit);
  const results = answer.results.map((change) => ({ ...change, seq: sequenceText(change.seq) }));
  return { results, last_seq: sequenceText(last), pending: full ? await pendingAfter(database, last) : 0 };
}

/** How many changes come after `sequence`: 0 exactly when there are none; else at least as many as there are. */
async function pendingAfter(database: EmbeddedDatabase, sequence: number): Promise<number> {
  const next = await database.pouch.changes({ since: sequence, limit: 1 });
  if (next.results.length === 0) return 0;
  return Math.max(1, Number((await database.pouch.info()).update_seq) - sequence);
}

async function longpoll(
  request: CouchRequest,
  database: EmbeddedDatabase,
  options: Options,
  since: number,
  feed: WaitingFeed,
): Promise<void> {
  for (;;) {
    const answer = await page(database, options, since, options.limit);
    if (answer.results.length > 0 || !(await feed.nextChange())) {
      request.response.end(`${JSON.stringify(answer)}\n`);
      return;
    }
  }
}

async function continuous(
  request: CouchRequest,
  database: EmbeddedDatabase,
  options: Options,
  since: number,
  feed: WaitingFeed,
): Promise<void> {
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  let from = since;
  do {
    const answer = await page(database, options, from, Math.min(left, CONTINUOUS_PAGE));
    for (const change of answer.results) await feed.write(`${JSON.stringify(change)}\n`);
    left -= answer.results.length;
    from = Number.parseInt(answer.last_seq, 10);
    if (answer.pending > 0 && left > 0) continue;
    if (left <= 0 || !(await feed.nextChange())) break;
  } while (!feed.ended);
  request.response.end(`${JSON.stringify({ last_seq: sequenceText(from), pending: 0 })}\n`);
}

/** A response kept open until something changes, the time is up, the client leaves or the database is deleted. */
class WaitingFeed {
  readonly #request: CouchRequest;
  readonly #database: EmbeddedDatabase;
  readonly #timeoutMs: number | undefined;
  readonly #heartbeat: NodeJS.Timeout | undefined;
  #changed = false;
  #ended = false;
  #wake = () => {};

  constructor(request: CouchRequest, database: EmbeddedDatabase, options: Options) {
    this.#request = request;
    this.#database = database;
    this.#timeoutMs = options.heartbeat === undefined ? (options.timeout ?? DEFAULT_TIMEOUT_MS) : undefined;
    request.response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'must-revalidate' });
    request.response.flushHeaders();
    if (options.heartbeat !== undefined) {
      this.#heartbeat = setInterval(() => request.response.write('\n'), options.heartbeat);
    }
    database.events.on('changed', this.#onChange);
    database.events.on('deleted', this.end);
    request.response.on('close', this.end);
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Waits; true when there is something to read, false when the feed has to end. */
  async nextChange(): Promise<boolean> {
    if (!this.#changed && !this.#ended) await this.#wait();
    const changed = this.#changed && !this.#ended;
    this.#changed = false;
    return changed;
  }

  /** Writes at the speed of the client. */
  async write(text: string): Promise<void> {
    if (this.#ended || this.#request.response.write(text)) return;
    await Promise.race([once(this.#request.response, 'drain'), once(this.#request.response, 'close')]);
  }

  readonly end = (): void => {
    this.#ended = true;
    clearInterval(this.#heartbeat);
    this.#database.events.off('changed', this.#onChange);
    this.#database.events.off('deleted', this.end);
    this.#wake();
  };

  readonly #onChange = (): void => {
    this.#changed = true;
    this.#wake();
  };

  async #wait(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (this.#timeoutMs !== undefined) timer = setTimeout(resolve, this.#timeoutMs);
    });
    clearTimeout(timer);
  }
}
