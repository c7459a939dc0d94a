import { type NewShelter, newShelterSchema } from '@uketsuke/shared/contracts';
import { normalizeKana } from '@uketsuke/shared/person';

/** What is typed into the form of a new shelter. */
export interface ShelterDraft {
  readonly name: string;
  readonly kana: string;
  readonly address: string;
  readonly capacity: string;
  readonly latitude: string;
  readonly longitude: string;
}

export const EMPTY_DRAFT: ShelterDraft = { name: '', kana: '', address: '', capacity: '', latitude: '', longitude: '' };

export type DraftField = keyof ShelterDraft;

/** The shelter of a draft, or the fields that cannot be taken. Full-width digits are read too; empty fields are left out. */
export function readDraft(draft: ShelterDraft): {
  readonly shelter?: NewShelter;
  readonly wrong: readonly DraftField[];
} {
  const text = (value: string) => (value.trim() === '' ? undefined : value.trim());
  const number = (value: string) => (value.trim() === '' ? undefined : Number(value.normalize('NFKC')));
  const filled = {
    name: text(draft.name),
    kana: draft.kana.trim() === '' ? undefined : normalizeKana(draft.kana),
    address: text(draft.address),
    capacity: number(draft.capacity),
    latitude: number(draft.latitude),
    longitude: number(draft.longitude),
  };
  const told = Object.fromEntries(Object.entries(filled).filter(([, value]) => value !== undefined));
  const parsed = newShelterSchema.safeParse(told);
  if (parsed.success) return { shelter: parsed.data, wrong: [] };
  const named = new Set(parsed.error.issues.map((issue) => issue.path[0]));
  const fields: readonly DraftField[] = ['name', 'kana', 'address', 'capacity', 'latitude', 'longitude'];
  return { wrong: fields.filter((field) => named.has(field)) };
}
