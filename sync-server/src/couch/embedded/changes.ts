import * as z from 'zod';
import { badRequest } from './couch-problem.ts';
import type { EmbeddedDatabase } from './databases.ts';
import { type CouchRequest, parseParameters, readParameters, sendJson } from './request.ts';

/** What this server's own code asks for; whoever asks for another kind of feed is refused, not misunderstood. */
const optionsSchema = z.strictObject({
  feed: z.literal('normal').optional(),
  since: z.union([z.string(), z.number()]).default('0'),
  limit: z.int().min(0).optional(),
  include_docs: z.boolean().optional(),
});
type Options = z.infer<typeof optionsSchema>;

/** GET _changes */
export async function changes(request: CouchRequest, database: EmbeddedDatabase): Promise<void> {
  const options = parseParameters(optionsSchema, readParameters(request.query));
  sendJson(request, 200, await page(database, options, await startOf(options.since, database)));
}

async function startOf(since: string | number, database: EmbeddedDatabase): Promise<number> {
  if (since === 'now') return Number((await database.pouch.info()).update_seq);
  const start = (await database.lives()).startAfter(String(since));
  if (start === undefined) throw badRequest("Malformed sequence supplied in 'since' parameter.");
  return start;
}

async function page(database: EmbeddedDatabase, { include_docs, limit }: Options, since: number) {
  const most = limit === undefined ? undefined : Math.max(1, limit);
  const answer = await database.pouch.changes({ since, include_docs, ...(most === undefined ? {} : { limit: most }) });
  const lives = await database.lives();
  const last = Math.max(since, Number(answer.last_seq));
  const full = most !== undefined && answer.results.length >= most;
  const results = answer.results.map((change) => ({ ...change, seq: lives.text(change.seq) }));
  return { results, last_seq: lives.text(last), pending: full ? await pendingAfter(database, last) : 0 };
}

/** How many changes come after `sequence`: 0 exactly when there are none; else at least as many as there are. */
async function pendingAfter(database: EmbeddedDatabase, sequence: number): Promise<number> {
  const next = await database.pouch.changes({ since: sequence, limit: 1 });
  if (next.results.length === 0) return 0;
  return Math.max(1, Number((await database.pouch.info()).update_seq) - sequence);
}
