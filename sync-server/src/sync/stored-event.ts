import { EventFormatError, parseReceptionEvent, type ReceptionEvent } from '@uketsuke/shared/reception';
import { z } from 'zod';

const storedEventSchema = z.looseObject({
  _id: z.string(),
  _rev: z.string().optional(),
  receivedAt: z.iso.datetime(),
});

/** The document of an event: the event itself, its id once more as the document's, and when the server took it (UTC). */
export function storedEvent(event: ReceptionEvent, receivedAt: string) {
  return { _id: event.id, receivedAt, ...event };
}

/** JSON of `storedEvent`, from the event's JSON without its HMAC: a tenth of the intake's time less than making it anew. */
export function storedEventJson(event: ReceptionEvent, textWithoutMac: string, receivedAt: string): string {
  // Ids, HMACs and times hold no character that JSON would escape: their schemas see to that.
  return `{"_id":"${event.id}","receivedAt":"${receivedAt}","mac":"${event.mac}",${textWithoutMac.slice(1)}`;
}

/** A read event and when the server took it (UTC). */
export interface ReceivedEvent {
  readonly event: ReceptionEvent;
  readonly receivedAt: string;
}

/** Reads a document of a shelter's log back; undefined when it is not an event this code can read. */
export function readStoredEvent(document: unknown): ReceivedEvent | undefined {
  const stored = storedEventSchema.safeParse(document);
  if (!stored.success) return undefined;
  const { _id, _rev, receivedAt, ...rest } = stored.data;
  try {
    return { event: parseReceptionEvent({ ...rest, id: _id }), receivedAt };
  } catch (error) {
    if (error instanceof EventFormatError) return undefined;
    throw error;
  }
}
