import type * as z from 'zod';

/** What outside text says as JSON, not checked further; undefined when it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What outside text says, as `schema` reads it; undefined when there is none, it is no JSON, or it does not fit. */
export function readJson<Value>(text: string | null | undefined, schema: z.ZodType<Value>): Value | undefined {
  return text == null ? undefined : schema.safeParse(parseJson(text)).data;
}
