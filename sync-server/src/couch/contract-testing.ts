import * as z from 'zod';
import { couchStatus } from './couch-errors.ts';

/** The refusal of a request that must not succeed. */
export async function refusal(request: Promise<unknown>) {
  const error = await request.then(
    () => new Error('the request succeeded'),
    (thrown: unknown) => thrown,
  );
  const body = z.object({ error: z.string().optional(), reason: z.string().optional() }).parse(error);
  return { status: couchStatus(error), error: body.error, reason: body.reason };
}

/** The rows of a list or a view. */
export const rowsSchema = z.looseObject({
  rows: z.array(z.looseObject({ key: z.unknown(), value: z.unknown().optional() })),
});
