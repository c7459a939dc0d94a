import { cardRequestIdSchema, issueCardRequestSchema } from '@uketsuke/shared/contracts';
import { cardIdSchema } from '@uketsuke/shared/identifiers';
import { declaredHouseholdSchema } from '@uketsuke/shared/person';
import { canonicalJson } from '@uketsuke/shared/sealing';
import * as z from 'zod';

/**
 * A request for a card, kept on the device from before it is sent until its answer is kept: should the answer get
 * lost, the same request is sent again and gets the same card (CRD-10).
 */
export const cardRequestSchema = z.strictObject({
  version: z.literal(1),
  requestId: cardRequestIdSchema,
  household: declaredHouseholdSchema,
  /** The draft's keys of the members, in their order. */
  memberKeys: z.array(z.string()),
  /** The card to be replaced; absent for a first card. */
  replaces: z.strictObject({ cardId: cardIdSchema, managementToken: z.string() }).optional(),
  /** The resident went back to the old card: asked for no more, unless the server has done it already. */
  abandoned: z.boolean().optional(),
});
export type CardRequest = z.infer<typeof cardRequestSchema>;

/** What is asked for, without the id under which it is. */
export type CardWish = Pick<CardRequest, 'household' | 'memberKeys' | 'replaces'>;

/** Whether the request asks for just this. */
export function asksFor(request: CardRequest, wish: CardWish): boolean {
  return (
    request.replaces?.cardId === wish.replaces?.cardId &&
    canonicalJson(request.household) === canonicalJson(wish.household)
  );
}

/** The body to send. The consent was given on the screen. */
export function bodyOf({ household, requestId }: CardRequest) {
  return issueCardRequestSchema.parse({ household, consent: true, requestId });
}
