import { factSchema } from '@uketsuke/shared/contracts';
import { QUARANTINE_REASONS } from '@uketsuke/shared/errors';
import { deviceIdSchema, eventIdSchema } from '@uketsuke/shared/identifiers';
import { base64urlSchema } from '@uketsuke/shared/sealing';
import * as z from 'zod';

/** Where a kiosk syncs to: the city's server, or the hub of its shelter. */
export const PEER_NAMES = ['city', 'hub'] as const;
export type PeerName = (typeof PEER_NAMES)[number];

/**
 * How the disk tells the peers' receipts and marks apart: by what stands before their keys. The city's stand bare, as it
 * was the only peer of the first programs, whose stores are still read. Every other peer's carry its name.
 */
export const KEY_PREFIXES = {
  city: { receipts: '', marks: '' },
  hub: { receipts: 'hub:', marks: 'hub-' },
} as const satisfies Record<PeerName, { readonly receipts: string; readonly marks: string }>;

/** What the kiosk's store holds. Nothing personal is in clear: the event is sealed under the data key (SEC-2). */

/** An event of the log as it is on the disk. Written once, never changed. */
export const eventDocumentSchema = z.object({
  id: eventIdSchema,
  deviceId: deviceIdSchema,
  sealed: base64urlSchema.min(1),
  /** `StoredEvent.cityGeneration`, under the name that the first programs gave it. */
  heldBy: z.int().min(0),
});
export type EventDocument = z.infer<typeof eventDocumentSchema>;

/** An event of the log. */
export const storedEventSchema = eventDocumentSchema.omit({ heldBy: true }).extend({
  /** Generation of the city's store (see server-generation.ts) from which it was pulled; 0 when it came otherwise. */
  cityGeneration: z.int().min(0),
});
export type StoredEvent = z.infer<typeof storedEventSchema>;

/** A peer's acknowledgement of an event, as it is on the disk. The latest one of a peer counts (SYN-8). */
export const receiptSchema = z.object({
  /** The event's id after the peer's prefix. */
  id: z.union([eventIdSchema, z.templateLiteral([KEY_PREFIXES.hub.receipts, eventIdSchema])]),
  generation: z.int().min(1),
  outcome: z.enum(['stored', 'already-had', 'quarantined']),
  reason: z.enum(QUARANTINE_REASONS).optional(),
});
export type Receipt = z.infer<typeof receiptSchema>;

/** What a peer said of an event: a receipt by the event's own id. */
export const peerReceiptSchema = receiptSchema.extend({ id: eventIdSchema });
export type PeerReceipt = z.infer<typeof peerReceiptSchema>;

/** What the city's receipt bounds an event's place to, ms since 1970 UTC (CLK-4); `id` is the event's. */
export const boundSchema = z.object({ id: eventIdSchema, ms: z.int().min(0) });
export type Bound = z.infer<typeof boundSchema>;

/** A city-wide fact; `id` is the fact's own. */
export const storedFactSchema = z.object({ id: z.string().min(1).max(200), fact: factSchema });
export type StoredFact = z.infer<typeof storedFactSchema>;

/** A single value, as JSON, under a name. */
export const markSchema = z.object({ id: z.string().min(1).max(60), value: z.string() });
export type Mark = z.infer<typeof markSchema>;
