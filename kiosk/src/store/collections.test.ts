import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { COLLECTIONS, DOCUMENT_SCHEMAS } from './collections.ts';

/** A store on a disk is known by RxDB's schema, which must not change with a library: so it is written out. */
describe('the schema that RxDB keeps of each collection', () => {
  it.each(Object.entries(COLLECTIONS))('of %s has the members that every write is held to', (name, { schema }) => {
    const checked = z.instanceof(z.ZodObject).parse(DOCUMENT_SCHEMAS.get(name));
    expect(schema.title).toBe(name);
    expect(Object.keys(schema.properties).sort()).toEqual(Object.keys(checked.shape).sort());
    const needed = Object.entries(checked.shape).filter(([, member]) => !(member instanceof z.ZodOptional));
    expect([...(schema.required ?? [])].sort()).toEqual(needed.map(([key]) => key).sort());
  });
});
