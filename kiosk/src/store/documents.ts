import { factSchema } from '@uketsuke/shared/contracts';
import { QUARANTINE_REASONS } from '@uketsuke/shared/errors';
import { deviceIdSchema, eventIdSchema } from '@uketsuke/shared/identifiers';
import { base64urlSchema } from '@uketsuke/shared/sealing';
import { z } from 'zod';

/** Where a kiosk syncs to: the city's server, or the hub of its shelter. */
export type PeerName = 'city' | 'hub';

/** What the kiosk's store holds. Nothing personal is in clear: the event is sealed under the data key (SEC-2). */

/** An event of the log. Written once, never changed. */
export const storedEventSchema = z.object({
  id: eventIdSchema,
  deviceId: deviceIdSchema,
  sealed: base64urlSchema.min(1),
  /** Generation of the city's store (see server-generation.ts) from which it was pulled; 0 when it came otherwise. */
  heldBy: z.int().min(0),
});
export type StoredEvent = z.infer<typeof storedEventSchema>;

/** Receipts of the hub stand beside the city's, under the event's id with this before it. */
export const HUB_RECEIPT_PREFIX = 'hub:';
const hubReceiptIdSchema = z.templateLiteral([HUB_RECEIPT_PREFIX, eventIdSchema]);

/** A peer's acknowledgement of an event. The latest one of a peer counts (SYN-8). */
export const receiptSchema = z.object({
  id: z.union([eventIdSchema, hubReceiptIdSchema]),
  generation: z.int().min(1),
  outcome: z.enum(['stored', 'already-had', 'quarantined']),
  reason: z.enum(QUARANTINE_REASONS).optional(),
});
export type Receipt = z.infer<typeof receiptSchema>;

/** What a peer said of an event: a receipt by the event's own id. */
export const peerReceiptSchema = receiptSchema.extend({ id: eventIdSchema });
export type PeerReceipt = z.infer<typeof peerReceiptSchema>;

/** A city-wide fact; `id` is the fact's own. */
export const storedFactSchema = z.object({ id: z.string().min(1).max(200), fact: factSchema });
export type StoredFact = z.infer<typeof storedFactSchema>;

/** A single value, as JSON, under a name. */
export const markSchema = z.object({ id: z.string().min(1).max(60), value: z.string() });
export type Mark = z.infer<typeof markSchema>;
