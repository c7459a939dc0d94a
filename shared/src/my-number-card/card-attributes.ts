import { z } from 'zod';
import { sexSchema } from '../person/person.ts';

/**
 * The four attributes that a My Number card gives out after its PIN: as read, except that the separator U+3000 of
 * the name has become a space. A date the card does not fill in is null, a missing sex is `unstated`.
 */
export const cardAttributesSchema = z.strictObject({
  name: z.string().min(1),
  address: z.string(),
  /** YYYY-MM-DD. */
  birthDate: z.iso.date().nullable(),
  sex: sexSchema,
});
export type CardAttributes = z.infer<typeof cardAttributesSchema>;
