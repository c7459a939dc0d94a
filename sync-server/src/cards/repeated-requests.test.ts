import { type CardTrust, openCard } from '@uketsuke/shared/card';
import { type Fact, type IssuedCard, issuedCardSchema, pullFactsResponseSchema } from '@uketsuke/shared/contracts';
import { secureRandomBytes } from '@uketsuke/shared/identifiers';
import type { DeclaredHousehold } from '@uketsuke/shared/person';
import { declaredHouseholdSchema } from '@uketsuke/shared/person';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { fromBase64url, importSealingPrivateKey, toBase64url } from '@uketsuke/shared/sealing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RoughProxy } from '../../../testbed/rough-network/rough-proxy.ts';
import { newKiosk, newShelter } from '../../../testbed/test-server/new-shelter.ts';
import {
  type Answer,
  type BareKiosk,
  Console,
  openTestCity,
  send,
  type TestCity,
} from '../../../testbed/test-server/test-server.ts';
import type { RunningServer } from '../city/start-server.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
let city: TestCity;
let server: RunningServer;
let hq: Console;
let kiosk: BareKiosk;
/** Before the server: cuts every answer at its first byte, when the server has done its work. */
let deaf: RoughProxy;
let clockMs = 0;

beforeAll(async () => {
  city = await openTestCity();
  server = await city.start({ now: () => Date.now() + clockMs });
  hq = await Console.firstAdmin(server);
  kiosk = await newKiosk(server.url, hq, await newShelter(hq, '白川'));
  deaf = await RoughProxy.start(() => ({ port: Number(new URL(server.url).port) }), {
    treat: () => ({ cutAfter: { direction: 'down', bytes: 0 } }),
  });
});
afterAll(async () => {
  await deaf.stop();
  await city.close();
});

const [FAMILY, OTHERS] = sampleHouseholds(44, 2, 3).map(({ address, members }) =>
  declaredHouseholdSchema.parse({ address, members: members.map(({ residentId: _given, ...person }) => person) }),
);
if (FAMILY === undefined || OTHERS === undefined) throw new Error('no sample');
const family: DeclaredHousehold = FAMILY;

const newRequestId = () => toBase64url(secureRandomBytes(32));

function ask(url: string, path: string, household: DeclaredHousehold, requestId?: string, token?: string) {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const body = { household, consent: true, ...(requestId === undefined ? {} : { requestId }) };
  return send(`${url}/card/v1${path}`, 'POST', body, headers);
}

/** Asks, and loses the answer on its way. */
async function askInVain(path: string, household: DeclaredHousehold, requestId?: string, token?: string) {
  const outcome = await ask(`http://127.0.0.1:${deaf.port}`, path, household, requestId, token).catch(() => 'lost');
  expect(outcome).toBe('lost');
}

const askFor = (household: DeclaredHousehold, requestId?: string) => ask(server.url, '/cards', household, requestId);
const cardOf = ({ body }: Answer): IssuedCard => issuedCardSchema.parse(body);

function askAnew(old: IssuedCard, household: DeclaredHousehold, requestId?: string): Promise<Answer> {
  return ask(server.url, `/cards/${old.cardId}/reissue`, household, requestId, old.managementToken);
}

/** The household with the resident ids of its card, and one member more. */
function grown(card: IssuedCard): DeclaredHousehold {
  const members = family.members.map((member, at) => ({ ...member, residentId: card.residentIds[at] }));
  const [newcomer] = OTHERS?.members ?? [];
  return declaredHouseholdSchema.parse({ ...family, members: [...members, newcomer] });
}

async function facts(): Promise<Fact[]> {
  return pullFactsResponseSchema.parse((await kiosk.send('/facts', 'GET')).body).facts;
}

async function revocationOf(card: IssuedCard): Promise<Fact | undefined> {
  return (await facts()).find((fact) => fact.id === `revoked-card:${card.cardId}`);
}

async function opened(card: IssuedCard) {
  const issuerKeys = (await facts()).flatMap((fact) => (fact.kind === 'issuer-key' ? [fact.key] : []));
  const keys = await Promise.all(
    kiosk.enrolment.receptionKeys.map((key) => importSealingPrivateKey(fromBase64url(key))),
  );
  const trust: CardTrust = {
    issuerKeys: new Map(issuerKeys.map((key) => [key.keyId, fromBase64url(key.publicKey)])),
    receptionKeys: keys,
    revocationOf: () => undefined,
  };
  return openCard(card.code, trust, Date.now());
}

describe('a request whose answer was lost (CRD-10)', () => {
  it('for a first card gets the same card each time it is asked again, also days later', async () => {
    const requestId = newRequestId();
    await askInVain('/cards', family, requestId);
    const first = cardOf(await askFor(family, requestId));
    clockMs = 9 * DAY_MS;
    expect(cardOf(await askFor(family, requestId))).toEqual(first);
    clockMs = 0;
    const { claims } = await opened(first);
    expect(claims.household.members.map((member) => member.residentId)).toEqual(first.residentIds);
  });

  it('for a re-issue gets the same card, resident ids and token; the old card is replaced once', async () => {
    const old = cardOf(await askFor(family, newRequestId()));
    const [requestId, wanted] = [newRequestId(), grown(old)];
    await askInVain(`/cards/${old.cardId}/reissue`, wanted, requestId, old.managementToken);
    await askInVain(`/cards/${old.cardId}/reissue`, wanted, requestId, old.managementToken);
    const card = cardOf(await askAnew(old, wanted, requestId));
    expect(cardOf(await askAnew(old, wanted, requestId))).toEqual(card);
    expect(card.residentIds.slice(0, 3)).toEqual(old.residentIds);
    expect(await revocationOf(old)).toMatchObject({ replacedBy: card.cardId });
    expect(await revocationOf(card)).toBeUndefined();
    const next = cardOf(await askAnew(card, wanted, newRequestId()));
    expect(next.residentIds.slice(0, 3)).toEqual(old.residentIds);
  });

  it('gets one card when it is sent several times at once', async () => {
    const requestId = newRequestId();
    const first = (await Promise.all([1, 2, 3, 4].map(() => askFor(family, requestId)))).map(cardOf);
    expect(new Set(first.map((card) => JSON.stringify(card))).size).toBe(1);
    const [old] = first;
    if (old === undefined) throw new Error('no card');
    const again = newRequestId();
    const next = (await Promise.all([1, 2, 3, 4].map(() => askAnew(old, grown(old), again)))).map(cardOf);
    expect(new Set(next.map((card) => JSON.stringify(card))).size).toBe(1);
    expect(await revocationOf(old)).toMatchObject({ replacedBy: next[0]?.cardId });
  });

  it('is the same card under a new issuer key, after a restart of the server', async () => {
    const old = cardOf(await askFor(family));
    const requestId = newRequestId();
    await askInVain(`/cards/${old.cardId}/reissue`, family, requestId, old.managementToken);
    const card = cardOf(await askAnew(old, family, requestId));
    expect((await hq.post('/keys/issuer')).status).toBe(200);
    await server.stop();
    server = await city.start({ now: () => Date.now() + clockMs, port: Number(new URL(server.url).port) });
    const { code, ...again } = cardOf(await askAnew(old, family, requestId));
    expect(again).toEqual({ ...card, code: undefined });
    expect((await opened({ ...again, code })).claims.cardId).toBe(card.cardId);
  });

  it('is refused when it names another household, and changes nothing', async () => {
    const requestId = newRequestId();
    const card = cardOf(await askFor(family, requestId));
    const changed = { ...family, members: family.members.slice(0, 2) };
    for (const household of [changed, { ...family, address: undefined }, OTHERS ?? family]) {
      expect(await askFor(declaredHouseholdSchema.parse(household), requestId)).toMatchObject({
        status: 409,
        code: 'request-id-taken',
      });
    }
    const other = newRequestId();
    await askAnew(card, grown(card), other);
    expect((await askAnew(card, family, other)).code).toBe('request-id-taken');
    expect(cardOf(await askFor(family, requestId))).toEqual(card);
  });

  it('names another request for another card: nobody gets a card by an id that they saw elsewhere', async () => {
    const requestId = newRequestId();
    const [one, two] = [cardOf(await askFor(family, newRequestId())), cardOf(await askFor(family, newRequestId()))];
    const cards = [
      cardOf(await askFor(family, requestId)),
      cardOf(await askAnew(one, family, requestId)),
      cardOf(await askAnew(two, family, requestId)),
    ];
    expect(new Set(cards.map((card) => card.cardId)).size).toBe(3);
    expect(new Set(cards.flatMap((card) => card.residentIds)).size).toBe(9);
  });

  it.each([
    ['too short', 'AAAA'],
    ['no base64url', '='.repeat(43)],
    ['nothing', ''],
  ])('is refused with a request id that is none: %s', async (_what, requestId) => {
    expect(await askFor(family, requestId)).toMatchObject({ status: 400, code: 'malformed-request' });
  });

  it('without a request id is what it was: each is another card', async () => {
    const [one, two] = [cardOf(await askFor(family)), cardOf(await askFor(family))];
    expect(one.cardId).not.toBe(two.cardId);
    const card = cardOf(await askAnew(one, family));
    expect(await revocationOf(one)).toMatchObject({ replacedBy: card.cardId });
    expect(await askAnew(one, family)).toMatchObject({ status: 409, code: 'card-revoked' });
  });
});

describe('a card that was replaced (CRD-11)', () => {
  it('is told of as replaced; by who loses of two re-issues, as nothing', async () => {
    const old = cardOf(await askFor(family, newRequestId()));
    const answers = await Promise.all([1, 2, 3].map(() => askAnew(old, family, newRequestId())));
    const [won, ...others] = answers.filter(({ status }) => status === 201).map(cardOf);
    expect(others).toEqual([]);
    expect(answers.filter(({ code }) => code === 'card-revoked')).toHaveLength(2);
    expect(await revocationOf(old)).toMatchObject({
      id: `revoked-card:${old.cardId}`,
      kind: 'revoked-card',
      cardId: old.cardId,
      replacedBy: won?.cardId,
    });
  });

  it('is told of as revoked once headquarters revokes it, also when the request is repeated after that', async () => {
    const old = cardOf(await askFor(family, newRequestId()));
    const requestId = newRequestId();
    const card = cardOf(await askAnew(old, family, requestId));
    expect((await hq.post(`/cards/${old.cardId}/revoke`)).status).toBe(204);
    expect(await revocationOf(old)).not.toHaveProperty('replacedBy');
    expect(cardOf(await askAnew(old, family, requestId))).toEqual(card);
    expect(await revocationOf(old)).not.toHaveProperty('replacedBy');
  });

  it('is not replaced after it was revoked', async () => {
    const old = cardOf(await askFor(family, newRequestId()));
    const headers = { authorization: `Bearer ${old.managementToken}` };
    await send(`${server.url}/card/v1/cards/${old.cardId}/revoke`, 'POST', undefined, headers);
    const requestId = newRequestId();
    for (const _time of [1, 2]) {
      expect(await askAnew(old, family, requestId)).toMatchObject({ status: 409, code: 'card-revoked' });
    }
    expect(await revocationOf(old)).not.toHaveProperty('replacedBy');
  });
});
