import { z } from 'zod';
import { cardIdSchema, residentIdSchema } from '../identifiers/identifiers.ts';
import { HOUSEHOLD_MAX_MEMBERS, householdSchema, personSchema } from '../person/person.ts';

/** The contract of `/card/v1`, between the resident's card app and the server. */

/** GET /card/v1/city */
export const cityResponseSchema = z.object({ name: z.string() });

/** A household as the resident types it; ids are the server's to give on first issue, and kept on re-issue. */
export const declaredHouseholdSchema = z.strictObject({
  address: householdSchema.shape.address,
  members: z
    .array(z.strictObject({ ...personSchema.shape, residentId: residentIdSchema.optional() }))
    .min(1)
    .max(HOUSEHOLD_MAX_MEMBERS),
});
export type DeclaredHousehold = z.infer<typeof declaredHouseholdSchema>;

/** POST /card/v1/cards */
export const issueCardRequestSchema = z.strictObject({
  household: declaredHouseholdSchema,
  /** The resident has read what the card holds and who can read it. */
  consent: z.literal(true),
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

/**
 * POST /card/v1/cards/:cardId/reissue (bearer managementToken): body as IssueCardRequest, answer IssuedCard; the old
 * card is revoked. Resident ids given must be those of the old card.
 * POST /card/v1/cards/:cardId/revoke (bearer managementToken): no body, 204.
 * GET  /card/v1/cards/:cardId/state (bearer managementToken)
 */
export const cardStateResponseSchema = z.object({
  cardId: cardIdSchema,
  state: z.enum(['valid', 'expired', 'revoked']),
});
