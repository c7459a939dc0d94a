import { deviceIdSchema, eventIdSchema } from '@uketsuke/shared/identifiers';
import { factSchema, QUARANTINE_REASONS } from '@uketsuke/shared/protocol';
import { base64urlSchema } from '@uketsuke/shared/sealing';
import { z } from 'zod';

/** What the kiosk's store holds. Nothing personal is in clear: the event is sealed under the data key (SEC-2). */

/** An event of the log. Written once, never changed. */
export const storedEventSchema = z.object({
  id: eventIdSchema,
  deviceId: deviceIdSchema,
  sealed: base64urlSchema.min(1),
  /** Generation of the server's store (see server-generation.ts) from which it was pulled; 0 when made here. */
  heldBy: z.int().min(0),
});
export type StoredEvent = z.infer<typeof storedEventSchema>;

/** The server's acknowledgement of a pushed event. The latest one of an event counts. */
export const receiptSchema = z.object({
  id: eventIdSchema,
  generation: z.int().min(1),
  outcome: z.enum(['stored', 'already-had', 'quarantined']),
  reason: z.enum(QUARANTINE_REASONS).optional(),
});
export type Receipt = z.infer<typeof receiptSchema>;

/** A city-wide fact; `id` is the fact's own. */
export const storedFactSchema = z.object({ id: z.string().min(1).max(200), fact: factSchema });
export type StoredFact = z.infer<typeof storedFactSchema>;

/** A single value, as JSON, under a name. */
export const markSchema = z.object({ id: z.string().min(1).max(60), value: z.string() });
export type Mark = z.infer<typeof markSchema>;
