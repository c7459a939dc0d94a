import * as z from 'zod';
import { cardIdSchema, residentIdSchema } from '../identifiers/identifiers.ts';
import { declaredHouseholdSchema } from '../person/person.ts';
import { base64urlOf } from '../sealing/base64url.ts';
import type { ContractGroup } from './route-contract.ts';

export const cityResponseSchema = z.object({ name: z.string() });

/**
 * 32 random bytes that the app makes for what it asks and keeps until it has the answer. Who asks again with the same
 * one gets the same card (CRD-10): an answer may be lost on its way.
 */
export const cardRequestIdSchema = base64urlOf(32);

/** Ids are the server's to give when a card is first issued, and kept when it is issued again. */
export const issueCardRequestSchema = z.strictObject({
  household: declaredHouseholdSchema,
  /** The resident has read what the card holds and who can read it. */
  consent: z.literal(true),
  /** Left out by apps from before there were any: their requests cannot be repeated. */
  requestId: cardRequestIdSchema.optional(),
});
export type IssueCardRequest = z.infer<typeof issueCardRequestSchema>;

/**
 * The server keeps the card's id, dates and state; not the household. `managementToken` (bearer, 32 bytes base64url)
 * is the only way to re-issue or revoke from the app.
 */
export const issuedCardSchema = z.object({
  cardId: cardIdSchema,
  /** The text of the QR code. */
  code: z.string(),
  /** In the order of the members sent. */
  residentIds: z.array(residentIdSchema),
  issuedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  managementToken: z.string().min(40),
});
export type IssuedCard = z.infer<typeof issuedCardSchema>;

export const cardStateResponseSchema = z.object({
  cardId: cardIdSchema,
  state: z.enum(['valid', 'expired', 'revoked']),
});

const cardParams = z.object({ cardId: cardIdSchema });

/** `/card/v1`, between the resident's card app and the server. */
export const cardContracts = {
  city: {
    method: 'get',
    path: '/card/v1/city',
    summary: 'The city that issues the cards.',
    access: 'everyone',
    answer: { status: 200, body: cityResponseSchema },
    problems: [],
  },
  issue: {
    method: 'post',
    path: '/card/v1/cards',
    summary: 'Issues a card for a household as declared, unverified. The household is not kept.',
    access: 'everyone',
    body: issueCardRequestSchema,
    answer: { status: 201, body: issuedCardSchema },
    problems: ['card-too-large', 'request-id-taken', 'too-many-attempts'],
  },
  reissue: {
    method: 'post',
    path: '/card/v1/cards/:cardId/reissue',
    summary: 'Issues a new card and revokes the old one. Resident ids given must be those of the old card.',
    access: 'management-token',
    params: cardParams,
    body: issueCardRequestSchema,
    answer: { status: 201, body: issuedCardSchema },
    problems: ['card-too-large', 'card-revoked', 'request-id-taken', 'too-many-attempts'],
  },
  revoke: {
    method: 'post',
    path: '/card/v1/cards/:cardId/revoke',
    summary: 'Revokes the card.',
    access: 'management-token',
    params: cardParams,
    answer: { status: 204 },
    problems: ['too-many-attempts'],
  },
  state: {
    method: 'get',
    path: '/card/v1/cards/:cardId/state',
    summary: 'Whether the card is valid.',
    access: 'management-token',
    params: cardParams,
    answer: { status: 200, body: cardStateResponseSchema },
    problems: [],
  },
} as const satisfies ContractGroup;
