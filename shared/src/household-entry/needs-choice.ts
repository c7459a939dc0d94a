import { TERMS } from '../i18n/terms.ts';
import { NEED_CODES, NEED_KINDS } from '../person/index.ts';

/** A coded need as `kind/detail`. */
export type NeedKey = keyof (typeof TERMS)['ja']['need'];

export interface NeedGroup {
  readonly kind: (typeof NEED_KINDS)[number];
  /** At most one of the group can be true of a person. */
  readonly single: boolean;
  readonly keys: readonly NeedKey[];
}

/** The coded needs grouped by kind, in the order of the shared table. Kind `other` is free text and not here. */
export const NEED_GROUPS: readonly NeedGroup[] = NEED_KINDS.filter((kind) => kind !== 'other').map((kind) => ({
  kind,
  single: kind === 'care-level',
  keys: NEED_CODES.filter((need) => need.kind === kind)
    .map((need) => `${need.kind}/${need.detail}`)
    .filter(isNeedKey),
}));

/** Whether a text names a coded need. */
export function isNeedKey(text: string): text is NeedKey {
  return Object.hasOwn(TERMS.ja.need, text);
}

/** The needs after one is switched on or off; in a group where only one can be true the others go. */
export function withNeed(needs: readonly string[], group: NeedGroup, key: NeedKey, on: boolean): string[] {
  const kept = needs.filter((need) => need !== key && !(on && group.single && need.startsWith(`${group.kind}/`)));
  return on ? [...kept, key] : kept;
}
