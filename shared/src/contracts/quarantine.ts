import * as z from 'zod';
import { QUARANTINE_REASONS } from '../errors/error-codes.ts';
import { deviceIdSchema, shelterIdSchema } from '../identifiers/identifiers.ts';
import type { ContractGroup } from './route-contract.ts';

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

/** `reason` is why the document stays, as of now. */
export const quarantineReleaseSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('released') }),
  z.object({ outcome: z.literal('kept'), reason: z.enum(QUARANTINE_REASONS) }),
  z.object({ outcome: z.literal('not-whole') }),
]);
export type QuarantineRelease = z.infer<typeof quarantineReleaseSchema>;

/** How many of a shelter's documents came to what. */
export const quarantineReleaseAllSchema = z.object({
  released: z.int().min(0),
  kept: z.int().min(0),
  notWhole: z.int().min(0),
});
export type QuarantineReleaseAll = z.infer<typeof quarantineReleaseAllSchema>;

/** SHA-256, base64url. */
const keptIdSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const shelterPart = z.object({ shelterId: shelterIdSchema });

/** What was kept aside, below `/hq/v1`: to be looked at, and to be tried again after a fix (SYN-13). */
export const quarantineContracts = {
  quarantine: {
    method: 'get',
    path: '/hq/v1/quarantine',
    summary: 'Documents of a shelter that were kept aside, latest first.',
    access: 'hq',
    query: shelterPart,
    answer: { status: 200, body: quarantineResponseSchema },
    problems: ['shelter-unknown'],
  },
  release: {
    method: 'post',
    path: '/hq/v1/quarantine/:id/release',
    summary: 'Judges a kept document anew; it leaves once the log holds it.',
    access: 'hq',
    params: z.object({ id: keptIdSchema }),
    answer: { status: 200, body: quarantineReleaseSchema },
    problems: ['not-found'],
  },
  discard: {
    method: 'post',
    path: '/hq/v1/quarantine/:id/discard',
    summary: 'Throws a kept document away for good; who did it stays written down.',
    access: 'hq',
    params: z.object({ id: keptIdSchema }),
    answer: { status: 204 },
    problems: ['not-found', 'conflict'],
  },
  releaseAll: {
    method: 'post',
    path: '/hq/v1/shelters/:shelterId/quarantine/release',
    summary: "Judges all of a shelter's kept documents anew.",
    access: 'hq',
    params: shelterPart,
    answer: { status: 200, body: quarantineReleaseAllSchema },
    problems: ['shelter-unknown'],
  },
} as const satisfies ContractGroup;
