import { createDecipheriv, createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { residentIdSchema } from '../identifiers/identifiers.ts';
import { type Household, householdSchema, NAME_MAX_CHARACTERS } from '../person/person.ts';
import { sampleHouseholds, seededBytes } from '../sample-households/sample-households.ts';
import { toBase64url } from '../sealing/base64url.ts';
import { UnsealError } from '../sealing/hpke.ts';
import { linkIdOf, openLinkedHousehold, residentIdOfCard, sealLinkedHousehold } from './directory.ts';
import { directoryKeySchema, SEALED_LINK_MAX_CHARACTERS } from './directory-key.ts';

const VECTORS = join(import.meta.dirname, '..', '..', 'test-data', 'my-number-card', 'directory-vectors.json');
const vectors = z
  .array(
    z.strictObject({
      key: directoryKeySchema,
      certificateSha256: z.string(),
      linkId: z.string(),
      residentId: z.string(),
      household: householdSchema,
      sealed: z.string(),
    }),
  )
  .min(1)
  .parse(JSON.parse(readFileSync(VECTORS, 'utf8')));

const key = (seed: number) => directoryKeySchema.parse({ keyId: seed, key: toBase64url(seededBytes(seed)(32)) });
const certificate = (name: string) => createHash('sha256').update(name).digest('base64url');
const households = sampleHouseholds(7, 12, 12);

function household(at: number): Household {
  const found = households[at % households.length];
  if (found === undefined) throw new Error('no sample');
  return found;
}

describe('the card directory', () => {
  it('opens an entry with the key and the card, and with nothing less (MNC-4)', async () => {
    const sealed = await sealLinkedHousehold(key(1), certificate('a'), household(0), seededBytes(9));
    expect(await openLinkedHousehold(key(1), certificate('a'), sealed)).toEqual(household(0));
    const attempts = [
      [key(2), certificate('a'), sealed],
      [key(1), certificate('b'), sealed],
      [key(1), certificate('a'), sealed.slice(0, -4)],
      [key(1), certificate('a'), ''],
      [key(1), certificate('a'), '%'],
    ] as const;
    for (const [by, card, text] of attempts) {
      await expect(openLinkedHousehold(by, card, text)).rejects.toThrow(UnsealError);
    }
  });

  it('tells by the length of an entry neither names nor who lives alone', async () => {
    const alone: Household = { members: household(0).members.slice(0, 1) };
    const two: Household = { members: household(1).members.slice(0, 2) };
    const sizes = await Promise.all(
      [alone, two].map(
        async (each) => (await sealLinkedHousehold(key(1), certificate('a'), each, seededBytes(9))).length,
      ),
    );
    expect(sizes[0]).toBe(sizes[1]);
  });

  it('holds the largest households', async () => {
    const member = household(0).members[0];
    if (member === undefined) throw new Error('no sample');
    const members = Array.from({ length: 12 }, (_, at) => ({
      ...member,
      residentId: residentIdSchema.parse(`${'A'.repeat(11)}${'ABCDEFGHIJKL'[at]}`),
      name: { written: '長'.repeat(NAME_MAX_CHARACTERS), kana: 'ナ'.repeat(NAME_MAX_CHARACTERS) },
    }));
    const large = { members, address: { line: '番'.repeat(120) } };
    const sealed = await sealLinkedHousehold(key(1), certificate('a'), large, seededBytes(9));
    expect(sealed.length).toBeLessThan(SEALED_LINK_MAX_CHARACTERS);
    expect(await openLinkedHousehold(key(1), certificate('a'), sealed)).toEqual(large);
  });

  it('gives one card one id under a key, and other cards and keys other ids (MNC-2)', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.integer({ min: 1, max: 50 }), (one, other, seed) => {
        fc.pre(one !== other);
        expect(linkIdOf(key(seed), certificate(one))).toBe(linkIdOf(key(seed), certificate(one)));
        expect(linkIdOf(key(seed), certificate(one))).not.toBe(linkIdOf(key(seed), certificate(other)));
        expect(linkIdOf(key(seed), certificate(one))).not.toBe(linkIdOf(key(seed + 1), certificate(one)));
        expect(residentIdOfCard(key(seed), certificate(one))).not.toBe(residentIdOfCard(key(seed), certificate(other)));
      }),
    );
  });

  it.each(vectors)('keeps to what was written before: $certificateSha256', async (vector) => {
    expect(linkIdOf(vector.key, vector.certificateSha256)).toBe(vector.linkId);
    expect(residentIdOfCard(vector.key, vector.certificateSha256)).toBe(vector.residentId);
    expect(await openLinkedHousehold(vector.key, vector.certificateSha256, vector.sealed)).toEqual(vector.household);
  });

  it.each(vectors)('is what other programs would make of the same: $certificateSha256', (vector) => {
    const keyed = (purpose: string) =>
      createHmac('sha256', Buffer.from(vector.key.key, 'base64url'))
        .update(purpose)
        .update(Buffer.from(vector.certificateSha256, 'base64url'))
        .digest();
    expect(keyed('link:').subarray(0, 16).toString('base64url')).toBe(vector.linkId);
    const sealed = Buffer.from(vector.sealed, 'base64url');
    const opener = createDecipheriv('aes-256-gcm', keyed('seal:'), sealed.subarray(0, 12));
    opener.setAAD(Buffer.from(`card-link:${vector.linkId}`)).setAuthTag(sealed.subarray(-16));
    const plain = Buffer.concat([opener.update(sealed.subarray(12, -16)), opener.final()]).toString();
    expect(JSON.parse(plain)).toEqual({ version: 1, household: vector.household });
  });
});
