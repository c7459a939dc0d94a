import * as z from 'zod';
import { HYBRID_TIMESTAMP_PATTERN } from '../clock/hybrid-clock.ts';
import { CodedError } from '../coded-error/coded-error.ts';
import {
  cardIdSchema,
  deviceIdSchema,
  eventIdSchema,
  residentIdSchema,
  shelterIdSchema,
} from '../identifiers/identifiers.ts';
import { directoryKeySchema, linkIdSchema, SEALED_LINK_MAX_CHARACTERS } from '../my-number-card/directory-key.ts';
import { linkProofSchema } from '../my-number-card/link-proof.ts';
import { householdSchema } from '../person/person.ts';
import { base64urlOf, base64urlSchema } from '../sealing/base64url.ts';

/**
 * Newest version of the event documents this code reads. Each kind is written in the version that brought it (see
 * `schemaVersionOf`), so that a server which does not know a new kind yet goes on taking in all others.
 */
export const EVENT_SCHEMA_VERSION = 3;

/** Where a person stays: inside, in a car on the grounds, or at home with this shelter as pick-up point (在宅避難). */
export const stayKindSchema = z.enum(['shelter', 'car', 'home']);
export type StayKind = z.infer<typeof stayKindSchema>;

/** How sure we are who it is. A card identifies; it does not prove. */
export const assuranceSchema = z.enum(['self-declared', 'card-presented', 'card-and-pin']);
export type Assurance = z.infer<typeof assuranceSchema>;

/** How the household was read. */
export const admissionMethodSchema = z.enum(['card-qr', 'my-number-card', 'desk']);
export type AdmissionMethod = z.infer<typeof admissionMethodSchema>;

/** Free text without halves of surrogate pairs: those are no Unicode, and databases refuse them. */
const text = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .regex(/^\P{Cs}*$/u);
const remark = text(200);
const residentIds = z.array(residentIdSchema).min(1).max(12);

/** The issued card that was shown. */
const presentedCardSchema = z.strictObject({
  cardId: cardIdSchema,
  expired: z.boolean(),
  issuerKeyId: z.int().min(1).max(65_535),
});

/**
 * What happened, by kind. Members stand in the order of canonical JSON, here and in everything an event holds: a parsed
 * event then turns into canonical JSON as it is (see authenticity.ts). One scan of a household is one `admitted` event
 * (RCP-1).
 */
export const eventBodySchemas = {
  admitted: z.strictObject({
    assurance: assuranceSchema,
    card: presentedCardSchema.optional(),
    household: householdSchema,
    method: admissionMethodSchema,
    stay: stayKindSchema,
  }),
  'stepped-out': z.strictObject({ remark: remark.optional(), residentIds }),
  returned: z.strictObject({ residentIds }),
  departed: z.strictObject({ remark: remark.optional(), residentIds }),
  transferred: z.strictObject({ remark: remark.optional(), residentIds, toShelterId: shelterIdSchema.optional() }),
  amended: z.strictObject({ admissionId: eventIdSchema, household: householdSchema }),
  voided: z.strictObject({ reason: z.enum(['undo', 'mistake', 'duplicate']), targetId: eventIdSchema }),
  'headcount-reported': z.strictObject({ people: z.int().min(1).max(5_000), remark: remark.optional() }),
  opened: z.strictObject({}),
  'status-reported': z.strictObject({ remark }),
  'supplies-requested': z.strictObject({
    items: z
      .array(z.strictObject({ item: text(60), quantity: z.int().min(1).max(1_000_000) }))
      .min(1)
      .max(50),
  }),
  closed: z.strictObject({}),
  /** A My Number card and a household belong together from now on; sealed, see my-number-card/directory.ts. */
  'card-linked': z.strictObject({
    keyId: directoryKeySchema.shape.keyId,
    linkId: linkIdSchema,
    /** Absent in version 2. */
    proof: linkProofSchema.optional(),
    sealed: base64urlSchema.min(1).max(SEALED_LINK_MAX_CHARACTERS),
  }),
  'card-unlinked': z.strictObject({
    keyId: directoryKeySchema.shape.keyId,
    linkId: linkIdSchema,
    /** Absent in version 2. */
    proof: linkProofSchema.optional(),
  }),
} as const;

export type EventKind = keyof typeof eventBodySchemas;

/** Version of the documents in which events of this kind are written. */
export function schemaVersionOf(kind: EventKind): 1 | 3 {
  return kind === 'card-linked' || kind === 'card-unlinked' ? 3 : 1;
}

function eventOf<Kind extends EventKind, Version extends 1 | 2 | 3>(kind: Kind, ...versions: [Version, ...Version[]]) {
  return z.strictObject({
    body: eventBodySchemas[kind],
    deviceId: deviceIdSchema,
    /** Hybrid timestamp: the order of events. */
    hlc: z.string().regex(HYBRID_TIMESTAMP_PATTERN),
    id: eventIdSchema,
    kind: z.literal(kind),
    /** HMAC-SHA256 by the device over the rest (RCP-6). */
    mac: base64urlOf(32),
    /** The device's wall clock then, UTC, for people to read; never used for order. */
    occurredAt: z.iso.datetime({ precision: 3 }),
    /** Who was at the desk, as they signed in. */
    recordedBy: text(40).optional(),
    schema: z.literal(versions),
    shelterId: shelterIdSchema,
  });
}

/** One immutable entry of a shelter's event log. */
export const receptionEventSchema = z
  .discriminatedUnion('kind', [
    eventOf('admitted', 1),
    eventOf('stepped-out', 1),
    eventOf('returned', 1),
    eventOf('departed', 1),
    eventOf('transferred', 1),
    eventOf('amended', 1),
    eventOf('voided', 1),
    eventOf('headcount-reported', 1),
    eventOf('opened', 1),
    eventOf('status-reported', 1),
    eventOf('supplies-requested', 1),
    eventOf('closed', 1),
    eventOf('card-linked', 2, 3),
    eventOf('card-unlinked', 2, 3),
  ])
  .refine((event) => event.id === `ev:${event.hlc}`, { message: 'id and hybrid timestamp differ', path: ['id'] })
  .refine((event) => event.hlc.endsWith(`-${event.deviceId}`), {
    message: 'hybrid timestamp of another device',
    path: ['hlc'],
  });
export type ReceptionEvent = z.infer<typeof receptionEventSchema>;
export type EventOf<Kind extends EventKind> = Extract<ReceptionEvent, { kind: Kind }>;
export type UnsealedEvent = ReceptionEvent extends infer Event
  ? Event extends ReceptionEvent
    ? Omit<Event, 'mac'>
    : never
  : never;

/** The document is not a reception event this code can read. */
export class EventFormatError extends CodedError<'event-malformed' | 'event-too-new'> {
  override readonly name = 'EventFormatError';
}

const versionSchema = z.object({ schema: z.int().min(1) });

/**
 * Parses an event of this or any older schema version; each kind in the version that brought it.
 * The message names fields and rules only, never values: it may be logged.
 * @throws EventFormatError
 */
export function parseReceptionEvent(document: unknown): ReceptionEvent {
  const version = versionSchema.safeParse(document);
  if (!version.success) throw new EventFormatError('event-malformed', 'no schema version');
  if (version.data.schema > EVENT_SCHEMA_VERSION) {
    throw new EventFormatError('event-too-new', `schema version ${version.data.schema}`);
  }
  const parsed = receptionEventSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new EventFormatError('event-malformed', `${issue?.path.join('.') || 'event'}: ${issue?.code ?? 'invalid'}`);
}
