import * as z from 'zod';
import { eventIdSchema, residentIdSchema, shelterIdSchema } from '../identifiers/identifiers.ts';
import { addressSchema, personSchema } from '../person/person.ts';
import { assuranceSchema, stayKindSchema } from '../reception/events.ts';
import { shelterFactsSchema } from './enrolment.ts';
import type { ContractGroup } from './route-contract.ts';

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

/** Sorted by kana. */
export const rosterPageSchema = z.object({
  people: z.array(rosterPersonSchema),
  total: z.int(),
  cursor: z.string().nullable(),
});
export type RosterPage = z.infer<typeof rosterPageSchema>;

export const personDetailSchema = z.object({
  entries: z.array(rosterPersonSchema),
  household: z.array(rosterPersonSchema),
});
export type PersonDetail = z.infer<typeof personDetailSchema>;

/** The ids of shelters whose summary or roster changed (coalesced): the client asks again for what it shows. */
export const rosterNudgeSchema = z.object({ complete: z.boolean(), shelterIds: z.array(shelterIdSchema) });
export type RosterNudge = z.infer<typeof rosterNudgeSchema>;

const paging = {
  cursor: z
    .string()
    .regex(/^\d{1,9}\.[A-Z2-7]{12}\.[a-z0-9-]{1,40}$/)
    .optional(),
  limit: z.coerce.number<number | string>().pipe(z.int().min(1).max(200)).default(50),
};
const people = { status: 200, body: rosterPageSchema } as const;

/** Headquarters' roster, below `/hq/v1`. */
export const rosterContracts = {
  summaries: {
    method: 'get',
    path: '/hq/v1/roster/shelters',
    summary: 'Every visible shelter with its numbers; null is unknown, not zero.',
    access: 'staff',
    answer: { status: 200, body: shelterSummariesResponseSchema },
    problems: [],
  },
  live: {
    method: 'get',
    path: '/hq/v1/roster/live',
    summary:
      'Server-sent events `hello` and `changed`: ask again for what is shown. A comment every few seconds shows that the connection lives.',
    access: 'staff',
    answer: { status: 200, mediaType: 'text/event-stream', events: rosterNudgeSchema },
    problems: [],
  },
  people: {
    method: 'get',
    path: '/hq/v1/roster/shelters/:shelterId/people',
    summary: "A shelter's roster in the order of readings.",
    access: 'staff',
    params: z.object({ shelterId: shelterIdSchema }),
    query: z.object(paging),
    answer: people,
    problems: ['shelter-unknown'],
  },
  search: {
    method: 'get',
    path: '/hq/v1/roster/search',
    summary: 'People by written name or reading (hiragana and half-width too), across the visible shelters.',
    access: 'staff',
    query: z.object({ ...paging, q: z.string().trim().min(1).max(120) }),
    answer: people,
    problems: [],
  },
  person: {
    method: 'get',
    path: '/hq/v1/roster/people/:residentId',
    summary: 'Every entry of a resident, latest admission first, and who came with them.',
    access: 'staff',
    params: z.object({ residentId: residentIdSchema }),
    answer: { status: 200, body: personDetailSchema },
    problems: ['not-found'],
  },
} as const satisfies ContractGroup;
