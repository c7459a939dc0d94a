import * as z from 'zod';

/**
 * Needs a shelter must know of (要配慮事項), each with a stable number for the card. Numbers are never
 * reused. Allergens: the eight that must be labelled (消費者庁 特定原材料, 2023); care levels: 介護保険法.
 */
export const NEED_CODES = [
  { code: 1, kind: 'allergy', detail: 'shrimp' },
  { code: 2, kind: 'allergy', detail: 'crab' },
  { code: 3, kind: 'allergy', detail: 'walnut' },
  { code: 4, kind: 'allergy', detail: 'wheat' },
  { code: 5, kind: 'allergy', detail: 'buckwheat' },
  { code: 6, kind: 'allergy', detail: 'egg' },
  { code: 7, kind: 'allergy', detail: 'milk' },
  { code: 8, kind: 'allergy', detail: 'peanut' },
  { code: 9, kind: 'allergy', detail: 'other-food' },
  { code: 10, kind: 'allergy', detail: 'drug' },
  { code: 12, kind: 'medication', detail: 'daily' },
  { code: 13, kind: 'medication', detail: 'insulin' },
  { code: 14, kind: 'medication', detail: 'dialysis' },
  { code: 15, kind: 'medication', detail: 'oxygen' },
  { code: 17, kind: 'mobility', detail: 'walking-aid' },
  { code: 18, kind: 'mobility', detail: 'wheelchair' },
  { code: 19, kind: 'mobility', detail: 'bedridden' },
  { code: 21, kind: 'pregnancy', detail: 'pregnant' },
  { code: 22, kind: 'infant', detail: 'milk-and-nappies' },
  { code: 32, kind: 'care-level', detail: 'support-1' },
  { code: 33, kind: 'care-level', detail: 'support-2' },
  { code: 34, kind: 'care-level', detail: 'care-1' },
  { code: 35, kind: 'care-level', detail: 'care-2' },
  { code: 36, kind: 'care-level', detail: 'care-3' },
  { code: 37, kind: 'care-level', detail: 'care-4' },
  { code: 38, kind: 'care-level', detail: 'care-5' },
  { code: 48, kind: 'disability', detail: 'physical' },
  { code: 49, kind: 'disability', detail: 'visual' },
  { code: 50, kind: 'disability', detail: 'hearing' },
  { code: 51, kind: 'disability', detail: 'intellectual' },
  { code: 52, kind: 'disability', detail: 'psychosocial' },
  { code: 53, kind: 'disability', detail: 'internal' },
  { code: 64, kind: 'language', detail: 'easy-japanese' },
  { code: 65, kind: 'language', detail: 'en' },
  { code: 66, kind: 'language', detail: 'zh' },
  { code: 67, kind: 'language', detail: 'ko' },
  { code: 68, kind: 'language', detail: 'vi' },
  { code: 69, kind: 'language', detail: 'ne' },
  { code: 70, kind: 'language', detail: 'tl' },
  { code: 71, kind: 'language', detail: 'id' },
  { code: 72, kind: 'language', detail: 'my' },
  { code: 73, kind: 'language', detail: 'pt' },
  { code: 80, kind: 'pet', detail: 'dog' },
  { code: 81, kind: 'pet', detail: 'cat' },
  { code: 82, kind: 'pet', detail: 'other' },
] as const;

export const NEED_KINDS = [
  'allergy',
  'medication',
  'mobility',
  'pregnancy',
  'infant',
  'care-level',
  'disability',
  'language',
  'pet',
  'other',
] as const;

const BY_KEY = new Map<string, number>(NEED_CODES.map((need) => [`${need.kind}/${need.detail}`, need.code]));

/** Longest free text of a need of kind `other`, in UTF-16 code units. */
export const OTHER_NEED_MAX_LENGTH = 40;

/** One need: a coded kind and detail, or kind `other` with a short text. */
export const needSchema = z
  .strictObject({ detail: z.string().min(1).max(OTHER_NEED_MAX_LENGTH), kind: z.enum(NEED_KINDS) })
  .refine((need) => need.kind === 'other' || BY_KEY.has(`${need.kind}/${need.detail}`), 'not a known need');
export type Need = z.infer<typeof needSchema>;

/** The number of a coded need; `undefined` for free text. */
export function needCode(need: Need): number | undefined {
  return BY_KEY.get(`${need.kind}/${need.detail}`);
}

/** The coded need of a number; `undefined` for a number this version does not know. */
export function needOfCode(code: number): Need | undefined {
  const found = NEED_CODES.find((need) => need.code === code);
  return found && { kind: found.kind, detail: found.detail };
}
