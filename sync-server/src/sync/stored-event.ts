import { EventFormatError, parseReceptionEvent, type ReceptionEvent } from '@uketsuke/shared/reception';
import { z } from 'zod';

const storedEventSchema = z.looseObject({
  _id: z.string(),
  _rev: z.string().optional(),
  receivedAt: z.iso.datetime(),
});

/** The document of an event: the event itself, its id as the document's, and when the server took it (UTC). */
export function storedEvent(event: ReceptionEvent, receivedAt: string) {
  const { id, ...rest } = event;
  return { _id: id, ...rest, receivedAt };
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
