import type { EventId } from '@uketsuke/shared/identifiers';
import { EventFormatError, parseReceptionEvent, type ReceptionEvent } from '@uketsuke/shared/reception';
import * as z from 'zod';

/** What a document holds besides its event. The rest is not gone through here: it is parsed as an event. */
const storedEventSchema = z.object({
  _id: z.string(),
  _rev: z.string().optional(),
  receivedAt: z.iso.datetime(),
  /** Only in a hub's log: the city's store, by the hub's count, that the event came from. */
  heldByCity: z.int().optional(),
  /** Only in a hub's log: what the city's receipt bounds the event's place to, ms since 1970 UTC (CLK-4). */
  boundByCity: z.int().min(0).optional(),
});

/** The document of an event: the event itself, its id once more as the document's, and when the server took it (UTC). */
export function storedEvent(event: ReceptionEvent, receivedAt: string) {
  return { _id: event.id, receivedAt, ...event };
}

/** JSON of `storedEvent` in UTF-8, in pieces to be put together, from that of the event: nothing is made anew. */
export function storedEventJson(id: EventId, json: Buffer, receivedAt: string): readonly Buffer[] {
  // Ids and times hold no character that JSON would escape: their schemas see to that.
  return [Buffer.from(`{"_id":"${id}","receivedAt":"${receivedAt}",`), json.subarray(1)];
}

/** A read event and when the server took it (UTC). */
export interface ReceivedEvent {
  readonly event: ReceptionEvent;
  readonly receivedAt: string;
  /** What the city told a hub of the event's place (CLK-4). */
  readonly boundByCity?: number;
}

/** Reads a document of a shelter's log back; undefined when it is not an event this code can read. */
export function readStoredEvent(document: unknown): ReceivedEvent | undefined {
  if (!isObject(document)) return undefined;
  const stored = storedEventSchema.safeParse(document);
  if (!stored.success) return undefined;
  const { _id: id, receivedAt, boundByCity } = stored.data;
  const { _id, _rev, receivedAt: _receivedAt, heldByCity, boundByCity: _bound, ...rest } = document;
  try {
    const event = parseReceptionEvent({ ...rest, id });
    return { event, receivedAt, ...(boundByCity === undefined ? {} : { boundByCity }) };
  } catch (error) {
    if (error instanceof EventFormatError) return undefined;
    throw error;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
