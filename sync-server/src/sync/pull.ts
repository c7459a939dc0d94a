import { type Fact, factSchema, PULL_MAX_DOCUMENTS, type StoreMark } from '@uketsuke/shared/protocol';
import type { ReceptionEvent } from '@uketsuke/shared/reception';
import { z } from 'zod';
import { couchStatus } from '../couch/couch-errors.ts';
import { RequestRefusedError } from '../http/request-refused.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoints.ts';
import type { Feed, FeedPage } from './feeds.ts';
import { readStoredEvent } from './stored-event.ts';

/** A page ends after this many bytes of documents; one document is always taken. */
const PAGE_MAX_BYTES = 1024 * 1024;

const pullQuerySchema = z.object({
  checkpoint: z.string().max(4_096).optional(),
  limit: z.coerce.number().int().min(1).max(PULL_MAX_DOCUMENTS).default(PULL_MAX_DOCUMENTS),
});
export type PullQuery = z.infer<typeof pullQuerySchema>;

/**
 * The query of a pull.
 * @throws RequestRefusedError 400
 */
export function parsePullQuery(query: unknown): PullQuery {
  const parsed = pullQuerySchema.safeParse(query);
  if (parsed.success) return parsed.data;
  throw new RequestRefusedError(400, 'malformed-request', `query: ${parsed.error.issues[0]?.path.join('.') ?? ''}`);
}

interface Pulled<Item> {
  readonly mark: StoreMark;
  readonly checkpoint: string;
  readonly end: boolean;
  readonly items: readonly Item[];
  /** Documents of the page that this code cannot read. */
  readonly unreadable: number;
}

/** A page of a shelter's events. @throws RequestRefusedError 400 */
export function pullEvents(feed: Feed, query: PullQuery): Promise<Pulled<ReceptionEvent>> {
  return pull(feed, query, (document) => readStoredEvent(document)?.event);
}

/** A page of the city-wide facts. @throws RequestRefusedError 400 */
export function pullFacts(feed: Feed, query: PullQuery): Promise<Pulled<Fact>> {
  return pull(feed, query, readFact);
}

async function pull<Item>(
  feed: Feed,
  { checkpoint, limit }: PullQuery,
  read: (document: unknown) => Item | undefined,
): Promise<Pulled<Item>> {
  const mark = await feed.mark();
  const page = cutToSize(await readPage(feed, readCheckpoint(checkpoint, mark.epoch), limit));
  const items = page.changes.map((change) => read(change.document)).filter((item) => item !== undefined);
  return {
    mark,
    checkpoint: writeCheckpoint(mark.epoch, page.sequence),
    end: page.end,
    items,
    unreadable: page.changes.length - items.length,
  };
}

async function readPage(feed: Feed, since: string | undefined, limit: number): Promise<FeedPage> {
  try {
    return await feed.page(since, limit);
  } catch (error) {
    if (couchStatus(error) !== 400) throw error;
    throw new RequestRefusedError(400, 'malformed-request', 'checkpoint: not one of ours', { cause: error });
  }
}

function cutToSize(page: FeedPage): FeedPage {
  let bytes = 0;
  for (const [position, change] of page.changes.entries()) {
    bytes += Buffer.byteLength(JSON.stringify(change.document));
    const before = page.changes[position - 1];
    if (bytes > PAGE_MAX_BYTES && before !== undefined) {
      return { changes: page.changes.slice(0, position), sequence: before.sequence, end: false };
    }
  }
  return page;
}

const factDocumentSchema = z.looseObject({ _id: z.string() });

function readFact(document: unknown): Fact | undefined {
  const stored = factDocumentSchema.safeParse(document);
  if (!stored.success) return undefined;
  const fact = factSchema.safeParse({ ...stored.data, id: stored.data._id });
  return fact.success ? fact.data : undefined;
}
