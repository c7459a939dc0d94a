import { type RxStorage, wrappedValidateStorageFactory } from 'rxdb';
import { DOCUMENT_SCHEMAS } from './collections.ts';

const wrap = wrappedValidateStorageFactory((schema) => {
  const documentSchema = DOCUMENT_SCHEMAS.get(schema.title ?? '');
  // RxDB's own internal documents have no schema of ours.
  if (documentSchema === undefined) return () => [];
  return (document) => {
    const parsed = documentSchema.safeParse(document);
    if (parsed.success) return [];
    return parsed.error.issues.map((issue) => ({ field: issue.path.join('.'), message: issue.code }));
  };
}, 'uketsuke-zod');

/**
 * Checks every write against our zod schemas. RxDB's own validators compile functions from strings, which the page's
 * content security policy forbids.
 */
export function validatedStorage<Internals, Options>(
  storage: RxStorage<Internals, Options>,
): RxStorage<Internals, Options> {
  return wrap({ storage });
}
