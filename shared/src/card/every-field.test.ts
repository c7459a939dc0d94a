import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { newCardId } from '../identifiers/identifiers.ts';
import { anyHousehold, HOUSEHOLD_FIELDS } from '../person/any-household-testing.ts';
import { sampleHouseholds, seededBytes } from '../sample-households/sample-households.ts';
import {
  importSealingPrivateKey,
  importSealingPublicKey,
  newSealingKeyPair,
  type SealingKey,
} from '../sealing/hpke.ts';
import { issueDayOf } from './claims.ts';
import { type CardTrust, issueCard, issuerFromPrivateKey, issuerPublicKey, openCard } from './credential.ts';

const NOW = Date.UTC(2026, 10, 22, 3);
const privateKey = seededBytes(1)(32);
const issuer = issuerFromPrivateKey(3, privateKey);
const claims = { cardId: newCardId(seededBytes(2)), issuedDay: issueDayOf(NOW), validYears: 5 };
let reception: SealingKey;
let trust: CardTrust;

beforeAll(async () => {
  const pair = await newSealingKeyPair();
  reception = await importSealingPublicKey(pair.publicKey);
  trust = {
    issuerKeys: new Map([[3, issuerPublicKey(privateKey)]]),
    receptionKeys: [await importSealingPrivateKey(pair.privateKey)],
    revocationOf: () => undefined,
  };
});

describe('the card carries every field there is (CRD-6)', () => {
  it.each(HOUSEHOLD_FIELDS)('of a %s, and none is forgotten here', (_what, made, shape) => {
    expect(Object.keys(made).toSorted()).toEqual(Object.keys(shape).toSorted());
  });

  it('brings any household back unchanged; with a telephone number in format 2, else in format 1', async () => {
    await fc.assert(
      fc.asyncProperty(anyHousehold, async (household) => {
        const code = await issueCard({ ...claims, household }, issuer, reception);
        expect((await openCard(code, trust, NOW)).claims.household).toEqual(household);
        expect(code.slice(0, 4)).toBe(household.members.some(({ phone }) => phone) ? 'UKE2' : 'UKE1');
      }),
      { numRuns: 500 },
    );
  });

  it('stays within 340 characters for one person with a number, 570 for four with one, 600 with four (CRD-7)', async () => {
    const longest = async (members: number, phones: number) => {
      const lengths = sampleHouseholds(23, 300, members).map(async (sample) => {
        const household = {
          ...sample,
          members: sample.members.map((one, at) => (at < phones ? { ...one, phone: '+819012345678' } : one)),
        };
        return (await issueCard({ ...claims, household }, issuer, reception)).length;
      });
      return Math.max(...(await Promise.all(lengths)));
    };
    expect(await longest(1, 1)).toBeLessThanOrEqual(340);
    expect(await longest(4, 1)).toBeLessThanOrEqual(570);
    expect(await longest(4, 4)).toBeLessThanOrEqual(600);
  });
});
