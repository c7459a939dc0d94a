import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CardRevocation, type CardTrust, openCard } from '@uketsuke/shared/card';
import { type Fact, type IssuedCard, issuedCardSchema, pullFactsResponseSchema } from '@uketsuke/shared/contracts';
import { type CardId, secureRandomBytes } from '@uketsuke/shared/identifiers';
import type { Household } from '@uketsuke/shared/person';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { fromBase64url, importSealingPrivateKey } from '@uketsuke/shared/sealing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKiosk, newShelter } from '../../../testbed/test-server/new-shelter.ts';
import {
  type Answer,
  type BareKiosk,
  Console,
  eventually,
  openTestCity,
  send,
  type TestCity,
} from '../../../testbed/test-server/test-server.ts';
import { type RunningServer, startServer } from '../city/start-server.ts';
import { ChangeBus } from '../couch/change-bus.ts';
import { openCouch } from '../couch/couch.ts';
import { openDatabase } from '../couch/open-database.ts';
import { openTestCouch } from '../couch/testing.ts';
import { FactBoard } from '../facts/fact-board.ts';
import { KeyringStore } from '../identity/keyring-store.ts';
import { CardOffice } from './card-office.ts';

const YEARS_5_MS = 5 * 366 * 24 * 60 * 60 * 1_000;
let city: TestCity;
let server: RunningServer;
let hq: Console;
let kiosk: BareKiosk;
let clockMs = 0;

beforeAll(async () => {
  city = await openTestCity();
  server = await city.start({ now: () => Date.now() + clockMs });
  hq = await Console.firstAdmin(server);
  kiosk = await newKiosk(server.url, hq, await newShelter(hq, '白川'));
});
afterAll(() => city.close());

const [FAMILY, OTHERS] = sampleHouseholds(44, 2, 3);

function declared(household: Household | undefined, change: object = {}) {
  if (household === undefined) throw new Error('no sample');
  const members = household.members.map(({ residentId: _given, ...person }) => person);
  return { household: { address: household.address, members, ...change }, consent: true };
}

function call(path: string, body?: unknown, token?: string): Promise<Answer> {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return send(`${server.url}/card/v1${path}`, 'POST', body, headers);
}

async function issue(household = FAMILY): Promise<IssuedCard> {
  return issuedCardSchema.parse((await call('/cards', declared(household))).body);
}

async function stateOf(card: IssuedCard) {
  const authorization = `Bearer ${card.managementToken}`;
  return (await send(`${server.url}/card/v1/cards/${card.cardId}/state`, 'GET', undefined, { authorization })).body;
}

async function facts(): Promise<Fact[]> {
  return pullFactsResponseSchema.parse((await kiosk.send('/facts', 'GET')).body).facts;
}

/** What the kiosk trusts: the keys of its enrolment, and the facts as they are now. */
async function trust(): Promise<CardTrust> {
  const known = await facts();
  const issuerKeys = new Map<number, Uint8Array>();
  const revoked = new Map<CardId, CardRevocation>();
  for (const fact of known) {
    if (fact.kind === 'issuer-key' && fact.key.state !== 'withdrawn') {
      issuerKeys.set(fact.key.keyId, fromBase64url(fact.key.publicKey));
    }
    if (fact.kind === 'revoked-card') revoked.set(fact.cardId, fact.replacedBy ? 'superseded' : 'revoked');
  }
  const { receptionKeys } = kiosk.enrolment;
  return {
    issuerKeys,
    receptionKeys: await Promise.all(receptionKeys.map((key) => importSealingPrivateKey(fromBase64url(key)))),
    revocationOf: (cardId) => revoked.get(cardId),
  };
}

describe('what anybody can make all kiosks keep (SYN-14)', () => {
  it('is bounded for each household: ten cards in a day take the place of others', async () => {
    let card = await issue();
    for (let count = 0; count < 10; count += 1) {
      const answer = await call(`/cards/${card.cardId}/reissue`, declared(FAMILY), card.managementToken);
      card = issuedCardSchema.parse(answer.body);
    }
    const before = (await facts()).length;
    const refused = await call(`/cards/${card.cardId}/reissue`, declared(FAMILY), card.managementToken);
    expect(refused).toMatchObject({ status: 429, code: 'too-many-attempts' });
    expect(await stateOf(card)).toMatchObject({ state: 'valid' });
    expect(await facts()).toHaveLength(before);
  });

  it('ends with the card: no revocation of an expired one is published, and those that were are taken back', async () => {
    const elsewhere = await openTestCity();
    try {
      let there = await elsewhere.start();
      const theirs = await Console.firstAdmin(there);
      const desk = await newKiosk(there.url, theirs, await newShelter(theirs, '白川'));
      const { port } = new URL(there.url);
      const post = (path: string, body?: unknown, token = '') =>
        send(`${there.url}/card/v1${path}`, 'POST', body, { authorization: `Bearer ${token}` });
      const issued = async () => issuedCardSchema.parse((await post('/cards', declared(FAMILY))).body);
      const [before, after] = [await issued(), await issued()];
      const revoke = (card: IssuedCard) => post(`/cards/${card.cardId}/revoke`, undefined, card.managementToken);
      const published = async (card: IssuedCard) => {
        const page = pullFactsResponseSchema.parse((await desk.send('/facts', 'GET')).body);
        return page.facts.some((fact) => fact.kind === 'revoked-card' && fact.cardId === card.cardId);
      };
      expect((await revoke(before)).status).toBe(204);
      expect(await published(before)).toBe(true);
      await there.stop();
      there = await elsewhere.start({ port: Number(port), now: () => Date.now() + YEARS_5_MS });
      await eventually(async () => ((await published(before)) ? undefined : true));
      expect((await revoke(after)).status).toBe(204);
      expect(await published(after)).toBe(false);
    } finally {
      await elsewhere.close();
    }
  });
});

describe('issuing a card', () => {
  it('gives what an enrolled kiosk can open, with new resident ids in order (CRD-1, CRD-6)', async () => {
    const card = await issue();
    const { claims, expired } = await openCard(card.code, await trust(), Date.now());
    expect(expired).toBe(false);
    expect(claims.cardId).toBe(card.cardId);
    expect(claims.household.members.map((member) => member.residentId)).toEqual(card.residentIds);
    expect(claims.household.members.map(({ name, birthDate, sex }) => ({ name, birthDate, sex }))).toEqual(
      FAMILY?.members.map(({ name, birthDate, sex }) => ({ name, birthDate, sex })),
    );
    expect(claims.household.address).toEqual(FAMILY?.address);
    expect(await stateOf(card)).toEqual({ cardId: card.cardId, state: 'valid' });
    clockMs = YEARS_5_MS;
    expect(await stateOf(card)).toEqual({ cardId: card.cardId, state: 'expired' });
    clockMs = 0;
  });

  it('writes readings in full-width katakana', async () => {
    const member = { name: { written: '佐藤 花子', kana: 'さとう ﾊﾅｺ' }, sex: 'female', needs: [] };
    const card = issuedCardSchema.parse((await call('/cards', declared(FAMILY, { members: [member] }))).body);
    const { claims } = await openCard(card.code, await trust(), Date.now());
    expect(claims.household.members[0]?.name).toEqual({ written: '佐藤 花子', kana: 'サトウ ハナコ' });
  });

  it('refuses what does not fit on a card (CRD-7)', async () => {
    const long = '寿限無寿限無五劫の擦り切れ海砂利水魚の水行末雲来末風来末食う寝る処に住む処藪ら柑子の藪柑子';
    const members = Array.from({ length: 12 }, (_, at) => ({
      name: { written: `${at}${long}`, kana: 'ジュゲムジュゲムゴコウノスリキレカイジャリスイギョノスイギョウマツ' },
      sex: 'unstated',
      needs: [],
    }));
    const answer = await call('/cards', declared(FAMILY, { members }));
    expect(answer).toMatchObject({ status: 422, code: 'card-too-large' });
  });

  it.each([
    ['no consent', { ...declared(FAMILY), consent: false }],
    ['nobody', declared(FAMILY, { members: [] })],
    ['an unknown field', { ...declared(FAMILY), admin: true }],
    ['a resident id of their own choice', { household: FAMILY, consent: true }],
    [
      'a date that is none',
      declared(FAMILY, { members: [{ name: { written: 'x' }, sex: 'male', needs: [], birthDate: '2023-02-30' }] }),
    ],
    ['nothing', undefined],
  ])('refuses %s, naming no value', async (_what, body) => {
    const answer = await call('/cards', body);
    expect(answer).toMatchObject({ status: 400, code: 'malformed-request' });
    for (const member of FAMILY?.members ?? []) expect(JSON.stringify(answer.body)).not.toContain(member.name.written);
  });
});

describe('re-issuing and revoking', () => {
  it('keeps resident ids, adds new ones, replaces the old card (CRD-5, CRD-11)', async () => {
    const old = await issue();
    const [kept, newcomer] = [FAMILY?.members[1], OTHERS?.members[0]];
    if (kept === undefined || newcomer === undefined) throw new Error('no sample');
    const { residentId: _none, ...stranger } = newcomer;
    const members = [{ ...kept, residentId: old.residentIds[1] }, stranger];
    const answer = await call(`/cards/${old.cardId}/reissue`, declared(FAMILY, { members }), old.managementToken);
    const card = issuedCardSchema.parse(answer.body);
    expect(card.residentIds[0]).toBe(old.residentIds[1]);
    expect(old.residentIds).not.toContain(card.residentIds[1]);
    expect((await openCard(card.code, await trust(), Date.now())).claims.cardId).toBe(card.cardId);
    await expect(openCard(old.code, await trust(), Date.now())).rejects.toMatchObject({ code: 'superseded' });
    expect(await stateOf(old)).toMatchObject({ state: 'revoked' });
    const again = await call(`/cards/${old.cardId}/reissue`, declared(FAMILY), old.managementToken);
    expect(again).toMatchObject({ status: 409, code: 'card-revoked' });
  });

  it('of two re-issues at once lets one win', async () => {
    const old = await issue();
    const answers = await Promise.all(
      [1, 2, 3].map(() => call(`/cards/${old.cardId}/reissue`, declared(FAMILY), old.managementToken)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ code }) => code === 'card-revoked')).toHaveLength(2);
  });

  it("refuses another card's resident ids", async () => {
    const [old, foreign] = [await issue(), await issue(OTHERS)];
    const [member] = FAMILY?.members ?? [];
    const members = [{ ...member, residentId: foreign.residentIds[0] }];
    const answer = await call(`/cards/${old.cardId}/reissue`, declared(FAMILY, { members }), old.managementToken);
    expect(answer.code).toBe('malformed-request');
    expect(await stateOf(old)).toMatchObject({ state: 'valid' });
  });

  it('tells the kiosks of a revocation, by the resident or by HQ', async () => {
    const [first, second] = [await issue(), await issue(OTHERS)];
    expect((await call(`/cards/${first.cardId}/revoke`, undefined, first.managementToken)).status).toBe(204);
    expect((await call(`/cards/${first.cardId}/revoke`, undefined, first.managementToken)).status).toBe(204);
    expect((await hq.post(`/cards/${second.cardId}/revoke`)).status).toBe(204);
    for (const { cardId } of [first, second]) {
      expect(await facts()).toContainEqual(
        expect.objectContaining({
          id: `revoked-card:${cardId}`,
          kind: 'revoked-card',
          cardId,
          proof: expect.anything(),
        }),
      );
    }
    expect(await stateOf(second)).toMatchObject({ state: 'revoked' });
    expect((await hq.post('/cards/AAAAAAAA/revoke')).code).toBe('card-unknown');
  });

  it('is only for who has the token; a wrong one looks like an unknown card', async () => {
    const [card, other] = [await issue(), await issue()];
    for (const token of [undefined, 'x', other.managementToken]) {
      expect(await call(`/cards/${card.cardId}/revoke`, undefined, token)).toMatchObject({
        status: 404,
        code: 'card-unknown',
      });
    }
    expect((await call('/cards/AAAAAAAA/revoke', undefined, card.managementToken)).code).toBe('card-unknown');
    expect(await stateOf(card)).toMatchObject({ state: 'valid' });
  });
});

describe('issuer keys (CRD-8)', () => {
  it('rotate: cards of the old and the new key open; withdrawn: the old one is refused', async () => {
    const old = await issue();
    await hq.post('/keys/issuer');
    const fresh = await issue();
    const rotated = await trust();
    const [first, second] = [
      await openCard(old.code, rotated, Date.now()),
      await openCard(fresh.code, rotated, Date.now()),
    ];
    expect(second.claims.issuerKeyId).toBe(first.claims.issuerKeyId + 1);
    expect((await hq.post(`/keys/issuer/${first.claims.issuerKeyId}/withdraw`)).status).toBe(200);
    await expect(openCard(old.code, await trust(), Date.now())).rejects.toMatchObject({ code: 'unknown-issuer' });
    expect((await openCard(fresh.code, await trust(), Date.now())).claims).toEqual(second.claims);
    expect((await hq.post('/keys/issuer/999/withdraw')).code).toBe('not-found');
    expect((await hq.get('/keys/issuer')).body).toEqual({
      keys: [
        expect.objectContaining({ keyId: 1, state: 'withdrawn' }),
        expect.objectContaining({ keyId: 2, state: 'active' }),
      ],
    });
  });
});

describe('what the server keeps of a card (CRD-9)', () => {
  it('is nothing of the household, in no database', async () => {
    const couch = await openTestCouch();
    const url = couch.server.config.url;
    const dataDirectory = await mkdtemp(join(tmpdir(), 'uketsuke-cards-'));
    const own = await startServer({
      dataDirectory,
      masterKey: 'A'.repeat(43),
      couchdbUrl: url,
      databasePrefix: couch.databasePrefix,
      port: 0,
    });
    const answer = await send(`${own.url}/card/v1/cards`, 'POST', declared(FAMILY));
    const card = issuedCardSchema.parse(answer.body);
    const kept = await everything(url, couch.databasePrefix);
    expect(kept).toContain(card.cardId);
    const secrets = [card.managementToken, card.code, ...card.residentIds, FAMILY?.address?.line ?? ''];
    for (const { name, birthDate } of FAMILY?.members ?? []) {
      secrets.push(name.written, name.kana ?? name.written, birthDate ?? name.written);
    }
    for (const secret of secrets) expect(kept).not.toContain(secret);
    await own.stop();
    await couch.close();
    await rm(dataDirectory, { recursive: true });
  });

  it('is one document for one id: a card id that is taken is not taken again (CRD-2)', async () => {
    const couch = await openTestCouch();
    const changes = new ChangeBus({ couch });
    const keyring = await KeyringStore.open({
      database: await openDatabase(couch, 'keys'),
      masterKey: new Uint8Array(secureRandomBytes(32)),
      random: secureRandomBytes,
    });
    const cardIds = [1, 1, 1, 2].map((byte) => new Uint8Array(5).fill(byte));
    const random = (length: number) =>
      length === 5 ? (cardIds.shift() ?? new Uint8Array(5)) : secureRandomBytes(length);
    const facts = new FactBoard(await openDatabase(couch, 'facts'), changes);
    const database = await openDatabase<Record<string, unknown>>(couch, 'cards');
    const office = new CardOffice({ database, facts, keyring, random, now: Date.now });
    if (FAMILY === undefined) throw new Error('no sample');
    const [first, second] = [await office.issueFor(FAMILY), await office.issueFor(FAMILY)];
    expect(second.cardId).not.toBe(first.cardId);
    expect(cardIds).toHaveLength(0);
    expect(await office.state(first.cardId, first.managementToken)).toBe('valid');
    changes.stop();
    await couch.close();
  });
});

async function everything(couchdbUrl: string, databasePrefix: string): Promise<string> {
  const couch = await openCouch({ couchdbUrl, databasePrefix, dataDirectory: '' });
  const names = (await couch.server.db.list()).filter((name) => name.startsWith(databasePrefix));
  const contents = await Promise.all(
    names.map(async (name) => {
      const database = await openDatabase(couch, name.slice(databasePrefix.length));
      return JSON.stringify(await database.list({ include_docs: true }));
    }),
  );
  await couch.close();
  return contents.join('');
}
