import { z } from 'zod';
import { QUARANTINE_REASONS } from '../errors/error-codes.ts';
import { deviceIdSchema, eventIdSchema, residentIdSchema, shelterIdSchema } from '../identifiers/identifiers.ts';
import { addressSchema, personSchema } from '../person/person.ts';
import { assuranceSchema, stayKindSchema } from '../reception/events.ts';
import { issuerKeySchema, shelterFactsSchema } from './enrolment.ts';

/** The contract of `/hq/v1`, for the console. Cookie session; state-changing requests need `X-Uketsuke: 1` and a same-origin `Origin`. */
export const staffRoleSchema = z.enum(['hq', 'shelter']);
export type StaffRole = z.infer<typeof staffRoleSchema>;

export const PASSWORD_MIN_LENGTH = 12;

/** POST /hq/v1/login */
export const loginRequestSchema = z.strictObject({
  username: z.string().min(1).max(60),
  password: z.string().min(1).max(200),
});

/**
 * GET /hq/v1/me, and the answer to login. `shelterIds` limits the role `shelter`.
 * POST /hq/v1/logout: no body, ends the session, 204 also when there is none.
 */
export const signedInSchema = z.object({
  username: z.string(),
  role: staffRoleSchema,
  shelterIds: z.array(shelterIdSchema),
  mustChangePassword: z.boolean(),
});
export type SignedIn = z.infer<typeof signedInSchema>;

/** POST /hq/v1/password: 204. Until a one-time password is changed every other call answers password-change-required. */
export const passwordChangeSchema = z.strictObject({
  current: z.string().min(1).max(200),
  next: z.string().min(PASSWORD_MIN_LENGTH).max(200),
});

/** POST /hq/v1/staff (role hq): the answer holds a one-time password, shown once. */
export const newStaffSchema = z.strictObject({
  username: z.string().regex(/^[a-z0-9._-]{3,60}$/),
  role: staffRoleSchema,
  shelterIds: z.array(shelterIdSchema).max(200),
});
export const newStaffResponseSchema = z.object({ username: z.string(), oneTimePassword: z.string() });

/** POST /hq/v1/shelters: answers ShelterFacts, 201. GET: `{ shelters: ShelterFacts[] }`. */
export const newShelterSchema = shelterFactsSchema.omit({ shelterId: true });
export type NewShelter = z.infer<typeof newShelterSchema>;
export const sheltersResponseSchema = z.object({ shelters: z.array(shelterFactsSchema) });

/** POST /hq/v1/shelters/:shelterId/enrolment-codes: for a kiosk unless the body says otherwise. */
export const enrolmentCodeRequestSchema = z.strictObject({ for: z.enum(['kiosk', 'hub']).default('kiosk') }).optional();
export const enrolmentCodeResponseSchema = z.object({ code: z.string(), expiresAt: z.iso.datetime() });

/** GET /hq/v1/shelters/:shelterId/devices; POST /hq/v1/devices/:deviceId/revoke, …/reinstate: 204. */
export const deviceSchema = z.object({
  deviceId: deviceIdSchema,
  deviceName: z.string(),
  role: z.enum(['kiosk', 'hub']),
  shelterId: shelterIdSchema,
  enrolledAt: z.iso.datetime(),
  revokedAt: z.iso.datetime().nullable(),
  /** Last request by this device that this server process saw; null when none. */
  lastSeenAt: z.iso.datetime().nullable(),
});
export type Device = z.infer<typeof deviceSchema>;
export const devicesResponseSchema = z.object({ devices: z.array(deviceSchema) });

/** POST /hq/v1/cards/:cardId/revoke: 204. POST /hq/v1/keys/issuer: makes a new active key, retires the former. GET /hq/v1/keys/issuer. */
export const issuerKeysResponseSchema = z.object({ keys: z.array(issuerKeySchema) });

/** GET /hq/v1/keys/devices; POST: makes a new key of the card directory, which kiosks fetch by themselves. */
export const deviceKeysStateSchema = z.object({ version: z.int().min(1) });

const counts = z.object({
  admitted: z.int(),
  present: z.int(),
  out: z.int(),
  headcount: z.int(),
  byStay: z.object({ shelter: z.int(), car: z.int(), home: z.int() }),
});

/**
 * One shelter on HQ's list. `counts` is null while nothing is known: no event was ever received from it, or the
 * projection is still being built. Unknown is not zero.
 */
export const shelterSummarySchema = z.object({
  shelter: shelterFactsSchema,
  state: z.enum(['open', 'closed', 'unknown']),
  counts: counts.nullable(),
  /** When the server last received anything from the shelter's devices, UTC; null when never. */
  lastReportAt: z.iso.datetime().nullable(),
  /** Residents of this shelter who are also admitted at another. */
  duplicates: z.int().nullable(),
  /** Documents kept aside as unacceptable. */
  quarantined: z.int().nullable(),
});
export type ShelterSummary = z.infer<typeof shelterSummarySchema>;

/** GET /hq/v1/roster/shelters */
export const shelterSummariesResponseSchema = z.object({
  /** False while the projection is being built. */
  complete: z.boolean(),
  asOf: z.iso.datetime(),
  shelters: z.array(shelterSummarySchema),
});
export type ShelterSummariesResponse = z.infer<typeof shelterSummariesResponseSchema>;

/** Another shelter where the same resident is admitted too; latest admission first (FLD-5). */
export const duplicateAdmissionSchema = z.object({
  shelterId: shelterIdSchema,
  shelterName: z.string(),
  residentId: residentIdSchema,
  admittedAt: z.iso.datetime(),
  match: z.enum(['same', 'probable']),
});

/** One resident at one shelter. */
export const rosterPersonSchema = z.object({
  residentId: residentIdSchema,
  shelterId: shelterIdSchema,
  shelterName: z.string(),
  person: personSchema,
  address: addressSchema.nullable(),
  presence: z.enum(['present', 'out', 'departed', 'transferred']),
  stay: stayKindSchema,
  assurance: assuranceSchema,
  admissionId: eventIdSchema,
  admittedAt: z.iso.datetime(),
  since: z.iso.datetime(),
  repeatedAdmissions: z.int(),
  /** The device's clock was far from the server's when this was received: times are doubtful. */
  clockDoubtful: z.boolean(),
  duplicates: z.array(duplicateAdmissionSchema),
});
export type RosterPerson = z.infer<typeof rosterPersonSchema>;

/**
 * GET /hq/v1/roster/shelters/:shelterId/people?cursor=…&limit=…
 * GET /hq/v1/roster/search?q=…&cursor=…&limit=…: written name or kana (hiragana and half-width too), across the
 * shelters the account may see. Sorted by kana.
 */
export const rosterPageSchema = z.object({
  people: z.array(rosterPersonSchema),
  total: z.int(),
  cursor: z.string().nullable(),
});
export type RosterPage = z.infer<typeof rosterPageSchema>;

/** GET /hq/v1/roster/people/:residentId: every shelter's entry of the resident, latest admission first, and who came with them. */
export const personDetailSchema = z.object({
  entries: z.array(rosterPersonSchema),
  household: z.array(rosterPersonSchema),
});
export type PersonDetail = z.infer<typeof personDetailSchema>;

/**
 * GET /hq/v1/roster/live: server-sent events. `hello` and `changed` with the ids of shelters whose summary or roster
 * changed (coalesced); the client asks again for what it shows. A comment every LIVE_HEARTBEAT_MS.
 */
export const rosterNudgeSchema = z.object({ complete: z.boolean(), shelterIds: z.array(shelterIdSchema) });
export type RosterNudge = z.infer<typeof rosterNudgeSchema>;

/** GET /hq/v1/quarantine?shelterId=… (role hq) */
export const quarantineResponseSchema = z.object({
  documents: z.array(
    z.object({
      /** Names what is kept; the event it would have been is `eventId`, where it says. */
      id: z.string(),
      eventId: z.string().nullable(),
      shelterId: shelterIdSchema,
      deviceId: deviceIdSchema,
      reason: z.enum(QUARANTINE_REASONS),
      receivedAt: z.iso.datetime(),
      /** Size of the document as it came, in bytes of JSON. */
      bytes: z.int().min(0),
      /** False when it was too large to be kept whole: then it cannot be released. */
      whole: z.boolean(),
    }),
  ),
});

/**
 * POST /hq/v1/quarantine/:id/release (role hq): the document is judged anew (SYN-13). `reason` is why it stays, as of
 * now.
 */
export const quarantineReleaseSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('released') }),
  z.object({ outcome: z.literal('kept'), reason: z.enum(QUARANTINE_REASONS) }),
  z.object({ outcome: z.literal('not-whole') }),
]);
export type QuarantineRelease = z.infer<typeof quarantineReleaseSchema>;

/** POST /hq/v1/shelters/:shelterId/quarantine/release (role hq): how many of a shelter's documents came to what. */
export const quarantineReleaseAllSchema = z.object({
  released: z.int().min(0),
  kept: z.int().min(0),
  notWhole: z.int().min(0),
});
export type QuarantineReleaseAll = z.infer<typeof quarantineReleaseAllSchema>;
