import { receiptBoundOf } from '@uketsuke/shared/clock';
import { type Fact, factSchema, type PullQuery, type StoreMark } from '@uketsuke/shared/contracts';
import type { ReceptionEvent } from '@uketsuke/shared/reception';
import * as z from 'zod';
import { couchStatus } from '../couch/couch-errors.ts';
import {
  type Position,
  type ReadDocument,
  readCheckpoint,
  roughPosition,
  writeCheckpoint,
} from '../event-log/checkpoints.ts';
import type { LogPage, LogReader } from '../event-log/log-reader.ts';
import { readStoredEvent } from '../event-log/stored-event.ts';
import { RequestRefusedError } from '../http/request-refused.ts';

/** A page ends after this many bytes of documents; one document is always taken. */
const PAGE_MAX_BYTES = 1024 * 1024;

/** A page of a log. */
export interface Pulled {
  readonly mark: StoreMark;
  /** Whether the store holds every witness; undefined when none was named. */
  readonly witnessed: boolean | undefined;
  readonly checkpoint: string;
  readonly end: boolean;
  /** JSON of each document. */
  readonly items: readonly string[];
  /** What bounds the places of events, by their ids; undefined where nothing does (CLK-4). */
  readonly bounds: Readonly<Record<string, number>> | undefined;
  /** Documents of the page that this code cannot read. */
  readonly unreadable: number;
}

/** Runs the reading of about so many documents when there is room for it. */
export type PageReader = <Result>(documents: number, read: () => Promise<Result>) => Promise<Result>;

/**
 * A page of a shelter's events. The city's own receipt bounds their places; a hub tells what it heard from the city.
 * @throws RequestRefusedError 400, what `reader` throws
 */
export function pullEvents(
  log: LogReader,
  query: PullQuery,
  reader: PageReader,
  receivedBy: 'city' | 'hub',
): Promise<Pulled> {
  return pull(log, query, reader, {
    itemOf: (document) => {
      const stored = readStoredEvent(document);
      if (stored === undefined) return undefined;
      const { event, receivedAt, boundByCity } = stored;
      const bound = receivedBy === 'city' ? receiptBoundOf(event.hlc, receivedAt) : boundByCity;
      return { item: event, bound: bound === undefined ? undefined : [event.id, bound] };
    },
  });
}

/**
 * A page of the city-wide facts. Where the last one that was handed out is not known any more, the database was put
 * back to an older copy of itself: then from the beginning (SYN-5).
 * @throws RequestRefusedError 400, what `reader` throws
 */
export function pullFacts(log: LogReader, query: PullQuery, reader: PageReader): Promise<Pulled> {
  return pull(log, query, reader, { itemOf: readFact, remember: readDocument });
}

interface ReadItem {
  readonly item: ReceptionEvent | Fact;
  readonly bound?: readonly [string, number] | undefined;
}

interface Reading {
  readonly itemOf: (document: unknown) => ReadItem | undefined;
  /** What of the last document the checkpoint keeps; events have witnesses instead. */
  readonly remember?: (document: unknown) => ReadDocument | undefined;
}

async function pull(
  log: LogReader,
  { checkpoint, limit, witness }: PullQuery,
  reader: PageReader,
  reading: Reading,
): Promise<Pulled> {
  const { epoch, events, witnessed } = await log.mark(witness);
  const from = await positionIn(log, readCheckpoint(checkpoint, epoch));
  const behind = Math.max(0, events - roughPosition(from?.sequence));
  return reader(Math.min(limit, behind), async () => {
    const page = await readPage(log, from?.sequence, limit);
    return {
      mark: { epoch, events },
      witnessed: witness === undefined ? undefined : witnessed,
      ...answerable(page, epoch, reading, from?.last),
    };
  });
}

async function positionIn(log: LogReader, position: Position | undefined): Promise<Position | undefined> {
  if (position?.last === undefined) return position;
  return (await log.hasHeld(position.last)) ? position : undefined;
}

/** As much of a page as fits into one answer. */
function answerable(page: LogPage, epoch: string, { itemOf, remember }: Reading, lastBefore: ReadDocument | undefined) {
  const items: string[] = [];
  const bounds: (readonly [string, number])[] = [];
  let unreadable = 0;
  let bytes = 0;
  let { sequence, end } = page;
  let last = lastBefore;
  for (const [position, change] of page.changes.entries()) {
    const read = itemOf(change.document);
    const json = read === undefined ? '' : JSON.stringify(read.item);
    bytes += Buffer.byteLength(json);
    const before = page.changes[position - 1];
    if (bytes > PAGE_MAX_BYTES && before !== undefined) {
      ({ sequence } = before);
      end = false;
      break;
    }
    if (read === undefined) unreadable += 1;
    else items.push(json);
    if (read?.bound !== undefined) bounds.push(read.bound);
    last = remember?.(change.document) ?? last;
  }
  const checkpoint = writeCheckpoint(epoch, { sequence, last });
  return { checkpoint, end, items, bounds: bounds.length === 0 ? undefined : Object.fromEntries(bounds), unreadable };
}

async function readPage(log: LogReader, since: string | undefined, limit: number): Promise<LogPage> {
  try {
    return await log.page(since, limit);
  } catch (error) {
    if (couchStatus(error) !== 400) throw error;
    throw new RequestRefusedError(400, 'malformed-request', 'checkpoint: not one of ours', { cause: error });
  }
}

const revisedSchema = z.looseObject({ _id: z.string(), _rev: z.string() });

function readDocument(document: unknown): ReadDocument | undefined {
  const stored = revisedSchema.safeParse(document);
  return stored.success ? { id: stored.data._id, rev: stored.data._rev } : undefined;
}

const factDocumentSchema = z.looseObject({ _id: z.string() });

function readFact(document: unknown): ReadItem | undefined {
  const stored = factDocumentSchema.safeParse(document);
  if (!stored.success) return undefined;
  const fact = factSchema.safeParse({ ...stored.data, id: stored.data._id });
  return fact.success ? { item: fact.data } : undefined;
}
