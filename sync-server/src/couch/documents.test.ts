import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Couch } from './couch.ts';
import { createDocument, type Documents, DocumentTooNewError, listDocuments, readDocument } from './documents.ts';
import { openDatabase } from './open-database.ts';
import { openTestCouch } from './testing.ts';

const noteSchema = z.object({ text: z.string() });
let couch: Couch;
let database: Documents;

beforeAll(async () => {
  couch = await openTestCouch();
  database = await openDatabase(couch, 'notes');
});
afterAll(() => couch.close());

describe('documents', () => {
  it('carry the version of their shape', async () => {
    await createDocument(database, 'note:1', { text: 'a' });
    expect(await database.get('note:1')).toMatchObject({ text: 'a', schema: 1 });
    expect((await readDocument(database, 'note:1', noteSchema))?.value).toEqual({ text: 'a' });
  });

  it('from before there was a version are of the first', async () => {
    await database.insert({ text: 'old' }, 'note:2');
    expect((await readDocument(database, 'note:2', noteSchema))?.value).toEqual({ text: 'old' });
  });

  it('of a newer program are not guessed at', async () => {
    await database.insert({ text: 'new', schema: 2 }, 'newer:1');
    await expect(readDocument(database, 'newer:1', noteSchema)).rejects.toThrow(DocumentTooNewError);
    await expect(listDocuments(database, 'newer:', noteSchema)).rejects.toThrow(DocumentTooNewError);
  });
});
