import * as z from 'zod';
import { HYBRID_TIMESTAMP_PATTERN } from '../clock/hybrid-clock.ts';
import { QUARANTINE_REASONS } from '../errors/error-codes.ts';
import { cardIdSchema, deviceIdSchema, eventIdSchema, shelterIdSchema } from '../identifiers/identifiers.ts';
import { directoryKeySchema, linkIdSchema, SEALED_LINK_MAX_CHARACTERS } from '../my-number-card/directory-key.ts';
import { receptionEventSchema } from '../reception/events.ts';
import { base64urlOf, base64urlSchema } from '../sealing/base64url.ts';
import { issuerKeySchema, shelterFactsSchema } from './enrolment.ts';
import type { ContractGroup } from './route-contract.ts';

export const PUSH_MAX_EVENTS = 500;
export const PUSH_MAX_BYTES = 2 * 1024 * 1024;
export const PULL_MAX_DOCUMENTS = 500;
/**
 * The live connection sends a comment this often; a client that hears nothing for three times as long reconnects.
 * Short, so that a connection that died without a word is found within 15 s of the network's return.
 */
export const LIVE_HEARTBEAT_MS = 3_000;
/** Most ids a pull may name as witnesses. */
export const WITNESSES_MAX = 4;

/** How a hub stands with the city's server; what kiosks at the hub show (SYN-8). */
export const relayStateSchema = z.object({
  /** Whether the last try to reach the city's server worked. */
  connected: z.boolean(),
  /** Events of the hub that the city has not acknowledged; null while that is not known. */
  pending: z.int().min(0).nullable(),
  /** When the oldest of them was recorded, UTC. */
  oldestPendingAt: z.iso.datetime().nullable(),
  /** Last exchange with the city that worked, UTC; null when none did since the hub started. */
  lastExchangeAt: z.iso.datetime().nullable(),
});
export type RelayState = z.infer<typeof relayStateSchema>;

/**
 * The database's identity. When it differs from the one known, or `events` is lower than before, the server
 * has been replaced or restored and everything is offered again (SYN-5).
 */
export const storeMarkSchema = z.object({
  epoch: z.string().min(1).max(64),
  /** High-water mark: number of events the shelter's log holds. */
  events: z.int().min(0),
  /** Only from a hub. */
  relay: relayStateSchema.optional(),
});
export type StoreMark = z.infer<typeof storeMarkSchema>;

/** Events are `unknown` here, as each is judged on its own (SYN-2). */
export const pushRequestSchema = z.strictObject({
  events: z.array(z.unknown()).min(1).max(PUSH_MAX_EVENTS),
});
export type PushRequest = z.infer<typeof pushRequestSchema>;

/**
 * One outcome per event, in the order sent. Every outcome acknowledges the event: the client need not offer it
 * again. `id` is null when the document had none.
 */
export const pushOutcomeSchema = z.discriminatedUnion('outcome', [
  z.object({ id: z.string(), outcome: z.literal('stored') }),
  z.object({ id: z.string(), outcome: z.literal('already-had') }),
  z.object({ id: z.string().nullable(), outcome: z.literal('quarantined'), reason: z.enum(QUARANTINE_REASONS) }),
]);
export type PushOutcome = z.infer<typeof pushOutcomeSchema>;

export const pushResponseSchema = z.object({
  mark: storeMarkSchema,
  outcomes: z.array(pushOutcomeSchema),
  /** The server's clock, UTC. */
  serverTime: z.iso.datetime(),
});
export type PushResponse = z.infer<typeof pushResponseSchema>;

/** Opaque position in a feed; `null` is the beginning. */
export const checkpointSchema = z.string().min(1).max(4_096).nullable();
export type Checkpoint = z.infer<typeof checkpointSchema>;

export const pullEventsResponseSchema = z.object({
  mark: storeMarkSchema,
  /** Whether the store holds every witness; left out by servers that do not know of witnesses. */
  witnessed: z.boolean().optional(),
  checkpoint: checkpointSchema,
  /** True only when there was nothing after this page. A short page alone does not mean the end (SYN-3). */
  end: z.boolean(),
  events: z.array(receptionEventSchema),
  /**
   * When the city received those of them whose stamps lie ahead of that, ms since 1970 UTC, by event id: it bounds
   * their places in the order (CLK-4). A hub tells what it heard from the city.
   */
  bounds: z.record(eventIdSchema, z.int().min(0)).optional(),
  serverTime: z.iso.datetime(),
});
export type PullEventsResponse = z.infer<typeof pullEventsResponseSchema>;

/** That the city itself says so, whoever brings it (FCT-1). */
export const factProofSchema = z.object({
  /** When it said so, ms since 1970 UTC: of two words about one thing the later counts. */
  at: z.int().min(0),
  /** What was signed: JSON of `at` and of the fact. */
  text: z.string().min(1).max(4_096),
  /** Ed25519 by the city's credential key, 64 bytes, base64url. */
  signature: base64urlOf(64),
});

const proven = { proof: factProofSchema.optional() };

/** What every kiosk of the city may know. `id` is stable; a later document with the same id replaces the former. */
export const factSchema = z.discriminatedUnion('kind', [
  /** `replacedBy`: the card was not lost but issued anew, as this one. */
  z.object({
    id: z.string(),
    kind: z.literal('revoked-card'),
    cardId: cardIdSchema,
    replacedBy: cardIdSchema.optional(),
    /** Of the card: from then on the fact is of no use. Earlier servers do not tell. */
    expiresAt: z.iso.datetime().optional(),
    ...proven,
  }),
  z.object({ id: z.string(), kind: z.literal('issuer-key'), key: issuerKeySchema, ...proven }),
  z.object({ id: z.string(), kind: z.literal('shelter'), shelter: shelterFactsSchema }),
  /** Kept by hubs, which refuse the device from then on; `revoked` false takes it back. */
  z.object({
    id: z.string(),
    kind: z.literal('revoked-device'),
    deviceId: deviceIdSchema,
    revoked: z.boolean(),
    ...proven,
  }),
  /** A registered My Number card; `id` is `card-link:` and the link id. The latest by hybrid timestamp counts (MNC-5). */
  z.object({
    id: z.string(),
    kind: z.literal('card-link'),
    linkId: linkIdSchema,
    keyId: directoryKeySchema.shape.keyId,
    hlc: z.string().regex(HYBRID_TIMESTAMP_PATTERN),
    /** Null once it was taken back. */
    sealed: base64urlSchema.min(1).max(SEALED_LINK_MAX_CHARACTERS).nullable(),
    /** To whom it belongs (MNC-6): who proved to hold the card, else the shelter that linked it. Older servers tell neither. */
    holder: base64urlOf(32).optional(),
    shelterId: shelterIdSchema.optional(),
  }),
  /** The kiosks' keys changed; they fetch them. `id` is `device-keys`. */
  z.object({ id: z.string(), kind: z.literal('device-keys'), version: z.int().min(1), ...proven }),
]);
export type Fact = z.infer<typeof factSchema>;

export const pullFactsResponseSchema = z.object({
  epoch: z.string(),
  checkpoint: checkpointSchema,
  end: z.boolean(),
  facts: z.array(factSchema),
  serverTime: z.iso.datetime(),
});
export type PullFactsResponse = z.infer<typeof pullFactsResponseSchema>;

/** There is something to pull: never the documents, which the client pulls from its checkpoint (SYN-4). */
export const liveNudgeSchema = z.object({
  mark: storeMarkSchema,
  /** Which feed moved; both on `hello`. */
  events: z.boolean(),
  facts: z.boolean(),
  serverTime: z.iso.datetime(),
});
export type LiveNudge = z.infer<typeof liveNudgeSchema>;

const page = {
  checkpoint: z.string().max(4_096).optional(),
  limit: z.coerce.number<number | string>().int().min(1).max(PULL_MAX_DOCUMENTS).default(PULL_MAX_DOCUMENTS),
};

/** What a pull of facts asks for. */
const pullFactsQuerySchema = z.object(page);

/**
 * What a pull of events asks for. Witnesses, `ID,ID`, are events that the client knows the server to have had: the last
 * it acknowledged, the last it sent. A store restored from an older copy lacks them, however much was added since (SYN-5).
 */
const pullEventsQuerySchema = z.object({
  ...page,
  witness: z
    .string()
    .max(400)
    .transform((text) => text.split(','))
    .pipe(z.array(eventIdSchema).max(WITNESSES_MAX))
    .optional(),
});
export type PullQuery = z.output<typeof pullEventsQuerySchema>;

/** `/sync/v1`, between a kiosk and the city's server or its shelter's hub, and between a hub and the city's server. */
export const syncContracts = {
  push: {
    method: 'post',
    path: '/sync/v1/events',
    summary: 'Takes in a batch of events, plain or as gzip; each gets its own outcome.',
    access: 'device',
    body: pushRequestSchema,
    answer: { status: 200, body: pushResponseSchema },
    problems: ['busy', 'client-left', 'request-too-slow', 'enrolment-outdated'],
  },
  pullEvents: {
    method: 'get',
    path: '/sync/v1/events',
    summary: "A page of the shelter's events after a checkpoint, the asking device's own among them.",
    access: 'device',
    query: pullEventsQuerySchema,
    answer: { status: 200, body: pullEventsResponseSchema },
    problems: ['busy', 'client-left', 'enrolment-outdated'],
  },
  pullFacts: {
    method: 'get',
    path: '/sync/v1/facts',
    summary: 'A page of what every kiosk may know after a checkpoint.',
    access: 'device',
    query: pullFactsQuerySchema,
    answer: { status: 200, body: pullFactsResponseSchema },
    problems: ['busy', 'client-left', 'enrolment-outdated'],
  },
  live: {
    method: 'get',
    path: '/sync/v1/live',
    summary:
      'Server-sent events: `hello` on connection, `changed` when there is something to pull. A comment every three seconds shows that the connection lives.',
    access: 'device',
    answer: { status: 200, mediaType: 'text/event-stream', events: liveNudgeSchema },
    problems: ['enrolment-outdated'],
  },
} as const satisfies ContractGroup;
