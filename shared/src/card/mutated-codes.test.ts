import { randomInt } from 'node:crypto';
import { encode } from 'cborg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeBase32, encodeBase32 } from '../identifiers/base32.ts';
import { newCardId } from '../identifiers/identifiers.ts';
import { sampleHouseholds, seededBytes, seededRandom } from '../sample-households/sample-households.ts';
import {
  importSealingPrivateKey,
  importSealingPublicKey,
  newSealingKeyPair,
  type SealingKey,
  seal,
} from '../sealing/hpke.ts';
import { CardRefusedError } from './card-errors.ts';
import { type CardClaims, issueDayOf } from './claims.ts';
import { crc8 } from './crc8.ts';
import {
  type CardTrust,
  issueCard,
  issuerFromPrivateKey,
  issuerPublicKey,
  normalizeScan,
  openCard,
} from './credential.ts';
import { encodeClaims } from './wire-format.ts';

/**
 * 100,000 altered and invented codes in `npm run test:long` (`MUTATED_CODES=all`), else a tenth of them.
 * `MUTATED_CODES_SEED` repeats a run; what HPKE draws by itself is random anyway and does not decide anything.
 */
const { MUTATED_CODES, MUTATED_CODES_SEED } = process.env;
const SHARE = MUTATED_CODES === 'all' ? 1 : 0.1;
const SEED = Number(MUTATED_CODES_SEED ?? randomInt(2 ** 31));
const NOW = Date.UTC(2026, 10, 22, 3);
const BATCH = 200;
const PREFIX_LENGTH = 4;

const random = seededRandom(SEED);
const bytesOf = seededBytes(SEED + 1);
const below = (limit: number): number => Math.floor(random() * limit);
const pick = <Item>(items: readonly Item[]): Item => {
  const item = items[below(items.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
};

/** A genuine card: what an attacker who photographed one, and knows the public keys, can start from. */
interface Genuine {
  readonly code: string;
  readonly claims: CardClaims;
  readonly signature: Uint8Array;
}

const issuerPrivateKey = seededBytes(1)(32);
let receptionPublicKey: SealingKey;
let trust: CardTrust;
const genuine: Genuine[] = [];
const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown): void => void unhandled.push(reason);

beforeAll(async () => {
  process.on('unhandledRejection', onUnhandled);
  process.stdout.write(`mutated codes: MUTATED_CODES_SEED=${SEED}\n`);
  const pair = await newSealingKeyPair();
  receptionPublicKey = await importSealingPublicKey(pair.publicKey);
  trust = {
    issuerKeys: new Map([[3, issuerPublicKey(issuerPrivateKey)]]),
    receptionKeys: [await importSealingPrivateKey(pair.privateKey)],
    revocationOf: () => undefined,
  };
  const honest = issuerFromPrivateKey(3, issuerPrivateKey);
  for (const [at, sample] of sampleHouseholds(SEED % 100_000, 20).entries()) {
    const withPhones = { ...sample, members: sample.members.map((person) => ({ ...person, phone: '09012345678' })) };
    const household = at % 2 === 0 ? sample : withPhones;
    let signature = new Uint8Array();
    const claims = { cardId: newCardId(bytesOf), issuedDay: issueDayOf(NOW), validYears: 5, household };
    const signing = {
      keyId: 3,
      sign: async (message: Uint8Array) => {
        signature = new Uint8Array(await honest.sign(message));
        return signature;
      },
    };
    const code = await issueCard(claims, signing, receptionPublicKey);
    genuine.push({ code, claims: { ...claims, issuerKeyId: 3 }, signature });
  }
});

afterAll(() => {
  process.off('unhandledRejection', onUnhandled);
});

async function outcomeOf(scanned: string): Promise<string> {
  try {
    await openCard(scanned, trust, NOW);
    return 'accepted';
  } catch (error) {
    return error instanceof CardRefusedError ? error.code : `threw ${String(error)}`;
  }
}

/** Opens `count` codes of a kind, in batches; every one must be refused with one of the named refusals. */
async function expectAllRefused(count: number, make: () => string | Promise<string>): Promise<Map<string, number>> {
  const tally = new Map<string, number>();
  for (let done = 0; done < count; done += BATCH) {
    const codes: string[] = [];
    while (codes.length < Math.min(BATCH, count - done)) codes.push(await make());
    const outcomes = await Promise.all(codes.map(outcomeOf));
    for (const [at, outcome] of outcomes.entries()) {
      tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
      if (outcome !== 'accepted' && !outcome.startsWith('threw')) continue;
      expect.fail(`seed ${SEED}, code ${done + at}: ${outcome}: ${JSON.stringify(codes[at])}`);
    }
  }
  return tally;
}

const PREFIXES = ['UKE1', 'UKE2'] as const;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const ANY = `${BASE32}0189abcxyz!%-_/:é漢ァUＵ\u0000\u200b\ud83d\n 🏠`;

type TextChange = (characters: string[]) => void;
const TEXT_CHANGES: readonly TextChange[] = [
  (characters) => characters.splice(below(characters.length)),
  (characters) => characters.splice(0, 1 + below(characters.length - 1)),
  (characters) => (characters[below(characters.length)] = pick([...BASE32])),
  (characters) => (characters[below(characters.length)] = pick([...ANY])),
  (characters) => characters.splice(below(characters.length), 0, pick([...BASE32])),
  (characters) => characters.splice(below(characters.length), 0, ...Array.from({ length: 8 }, () => pick([...BASE32]))),
  (characters) => characters.splice(below(characters.length), 1 + below(8)),
  (characters) => {
    const [left, right] = [below(characters.length), below(characters.length)];
    [characters[left], characters[right]] = [characters[right] ?? '', characters[left] ?? ''];
  },
  (characters) => characters.push(...characters.slice(PREFIX_LENGTH)),
  (characters) =>
    characters.splice(0, 4, ...pick(['UKE1', 'UKE2', 'UKE3', 'UKE9', 'UKF1', 'VKE1', 'UKE0', 'uke3', 'SHC:', '1EKU'])),
];

function changedText(): string {
  const original = pick(genuine).code;
  for (;;) {
    const characters = [...original];
    for (let changes = 1 + below(3); changes > 0; changes -= 1) {
      if (characters.length > 1) pick(TEXT_CHANGES)(characters);
    }
    const text = characters.join('');
    if (normalizeScan(text) !== original) return text;
  }
}

function withCheckSum(body: Uint8Array, prefix: string = pick(PREFIXES)): string {
  return prefix + encodeBase32(Uint8Array.from([...body, crc8(body)]));
}

/** Bytes of a genuine card altered, or made up, behind a check sum that agrees. */
function changedBytes(): string {
  if (random() < 0.3) return withCheckSum(bytesOf(1 + below(600)));
  const { code } = pick(genuine);
  const prefix = code.slice(0, PREFIX_LENGTH);
  const body = decodeBase32(code.slice(PREFIX_LENGTH)).slice(0, -1);
  const at = below(body.length);
  if (random() < 0.2) return withCheckSum(body.slice(0, Math.max(1, at)), prefix);
  if (random() < 0.2) return withCheckSum(Uint8Array.from([...body, ...bytesOf(1 + below(20))]), prefix);
  body[at] = (body[at] ?? 0) ^ (1 + below(255));
  return withCheckSum(body, prefix);
}

const OTHER_TEXTS: readonly (() => string)[] = [
  () => Array.from({ length: below(300) }, () => String.fromCodePoint(below(0x11_0000))).join(''),
  () => Array.from({ length: below(300) }, () => String.fromCharCode(below(0x1_0000))).join(''),
  () => pick(PREFIXES) + Array.from({ length: below(999) }, () => pick([...BASE32])).join(''),
  () => `https://example.jp/${encodeURIComponent(String.fromCodePoint(0x3040 + below(90)))}?id=${below(1e9)}`,
  () => `${pick(['https://example.jp/', 'javascript:', 'WIFI:S:', 'tel:', 'BEGIN:VCARD\n'])}${pick(genuine).code}`,
  () => `49${below(1e11).toString().padStart(11, '0')}`,
  () => pick(PREFIXES).slice(0, below(5)) + pick(['', ' ', '\0', '=', '======', '../../etc/passwd', "';--", '{"v":1}']),
];
const HUGE_TEXTS: readonly (() => string)[] = [
  () => pick(['A', 'UKE1', '避', '\ud83d', ' ', '﷽']).repeat(1_500 + below(4_000)),
  () => pick(genuine).code + 'A'.repeat(4_000 + below(100_000)),
];

/** What someone seals to the public reception key who can do everything but sign for the city. */
async function insiderPlain({ claims, signature }: Genuine): Promise<Uint8Array> {
  const inner = encodeClaims(claims);
  const joined = Uint8Array.from([...signature, ...inner]);
  const forms: readonly (() => Uint8Array | Promise<Uint8Array>)[] = [
    () => bytesOf(below(500)),
    () => Uint8Array.from([...signature, ...bytesOf(below(300))]),
    () => joined.slice(0, below(joined.length)),
    () => Uint8Array.from([...joined, ...bytesOf(1 + below(9))]),
    () => {
      const at = below(joined.length);
      joined[at] = (joined[at] ?? 0) ^ (1 << below(8));
      return joined;
    },
    () => Uint8Array.from([...signature, ...encodeClaims({ ...claims, validYears: 6 + below(90) })]),
    () => Uint8Array.from([...signature, ...encodeClaims({ ...claims, cardId: newCardId(bytesOf) })]),
    () => Uint8Array.from([...signature, ...encodeClaims({ ...claims, issuerKeyId: pick([1, 2, 4, 65_535]) })]),
    () => Uint8Array.from([...new Uint8Array(64).fill(pick([0, 1, 0xff])), ...inner]),
    () => Uint8Array.from([...bytesOf(64), ...inner]),
    // The same claims in another CBOR form: the first item (issuer key id 3) written in two bytes.
    () => Uint8Array.from([...signature, inner[0] ?? 0, 0x18, 3, ...inner.slice(2)]),
    () => Uint8Array.from([...signature, 0x9f, ...inner.slice(1), 0xff]),
    () => Uint8Array.from([...signature, ...encode(pick([null, 7, 'x', [], [3], new Map([[1, 2]]), [[[[[]]]]]]))]),
  ];
  return pick(forms)();
}

async function insiderCode(): Promise<string> {
  const card = pick(genuine);
  // Mostly as a card of this format is sealed, sometimes as one of the other.
  const prefix = random() < 0.8 ? card.code.slice(0, PREFIX_LENGTH) : pick(PREFIXES);
  let plain = Uint8Array.from(await insiderPlain(card));
  if (prefix !== card.code.slice(0, PREFIX_LENGTH) && random() < 0.5) {
    // Everything as it was signed, but as if it were of the other format.
    plain = Uint8Array.from([...card.signature, ...encodeClaims(card.claims)]);
  }
  return withCheckSum(await seal(receptionPublicKey, `uketsuke card ${prefix.slice(-1)}`, plain), prefix);
}

const COUNTS = {
  text: 60_000 * SHARE,
  bytes: 8_000 * SHARE,
  others: 26_000 * SHARE,
  huge: 2_000 * SHARE,
  insiders: 4_000 * SHARE,
};

describe(`${100_000 * SHARE} mutated and random codes (CRD-1, CRD-4)`, () => {
  it('accepts the genuine cards they are made from', async () => {
    for (const card of genuine) expect(await outcomeOf(card.code)).toBe('accepted');
  });

  it(`refuses ${COUNTS.text} cards with changed text`, async () => {
    const tally = await expectAllRefused(COUNTS.text, changedText);
    expect(tally.get('damaged')).toBeGreaterThan(COUNTS.text / 2);
  }, 120_000);

  it(`refuses ${COUNTS.bytes} cards with changed bytes and a check sum that agrees`, async () => {
    const tally = await expectAllRefused(COUNTS.bytes, changedBytes);
    expect(tally.get('foreign')).toBe(COUNTS.bytes);
  }, 120_000);

  it(`refuses ${COUNTS.others} other texts`, async () => {
    const tally = await expectAllRefused(COUNTS.others, () => pick(OTHER_TEXTS)());
    expect(tally.get('not-ours')).toBeGreaterThan(COUNTS.others / 3);
  }, 120_000);

  it(`refuses ${COUNTS.huge} huge texts`, async () => {
    await expectAllRefused(COUNTS.huge, () => pick(HUGE_TEXTS)());
  }, 120_000);

  it(`refuses ${COUNTS.insiders} contents sealed rightly by someone who cannot sign`, async () => {
    const tally = await expectAllRefused(COUNTS.insiders, insiderCode);
    expect([...tally.keys()].sort()).toEqual(['forged', 'unknown-issuer']);
  }, 120_000);

  it('leaves no rejection unhandled', async () => {
    // Node tells of them once the promises that are settled have been heard.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(unhandled).toEqual([]);
  });
});
