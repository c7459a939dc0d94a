import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { parseJson, readJson } from './parse-json.ts';

describe('parseJson', () => {
  it('reads whatever is JSON, null and scalars too', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
    expect(parseJson('null')).toBeNull();
  });

  it.each(['', '{', 'undefined', '{"a":1}}', "{'a':1}"])('answers undefined for %j, which is no JSON', (text) => {
    expect(parseJson(text)).toBeUndefined();
  });
});

describe('readJson', () => {
  const schema = z.object({ rooms: z.int().default(1) });

  it('answers the value as the schema reads it', () => {
    expect(readJson('{"rooms":3,"more":true}', schema)).toEqual({ rooms: 3 });
    expect(readJson('{}', schema)).toEqual({ rooms: 1 });
  });

  it.each([null, undefined, '', '{"rooms":', '{"rooms":"3"}', 'null'])('answers undefined for %j', (text) => {
    expect(readJson(text, schema)).toBeUndefined();
  });
});
