import { z } from 'zod';
import { HYBRID_TIMESTAMP_PATTERN } from '../clock/hybrid-clock.ts';
import {
  cardIdSchema,
  deviceIdSchema,
  eventIdSchema,
  residentIdSchema,
  shelterIdSchema,
} from '../identifiers/identifiers.ts';
import { householdSchema } from '../person/person.ts';
import { base64urlOf } from '../sealing/base64url.ts';

/** Version of the event documents this code writes. Older ones are brought up by `parseReceptionEvent`. */
export const EVENT_SCHEMA_VERSION = 1;

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
} as const;

export type EventKind = keyof typeof eventBodySchemas;

function eventOf<Kind extends EventKind>(kind: Kind) {
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
    schema: z.literal(EVENT_SCHEMA_VERSION),
    shelterId: shelterIdSchema,
  });
}

/** One immutable entry of a shelter's event log. */
export const receptionEventSchema = z
  .discriminatedUnion('kind', [
    eventOf('admitted'),
    eventOf('stepped-out'),
    eventOf('returned'),
    eventOf('departed'),
    eventOf('transferred'),
    eventOf('amended'),
    eventOf('voided'),
    eventOf('headcount-reported'),
    eventOf('opened'),
    eventOf('status-reported'),
    eventOf('supplies-requested'),
    eventOf('closed'),
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
export class EventFormatError extends Error {
  readonly code: 'event-malformed' | 'event-too-new';
  constructor(code: 'event-malformed' | 'event-too-new', detail: string) {
    super(detail);
    this.name = 'EventFormatError';
    this.code = code;
  }
}

const versionSchema = z.object({ schema: z.int().min(1) });

/**
 * Parses an event of this or any older schema version.
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
