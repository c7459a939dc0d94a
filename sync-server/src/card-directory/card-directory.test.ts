import { createHash } from 'node:crypto';
import {
  type DeviceKeys,
  deviceKeysResponseSchema,
  type Fact,
  pullFactsResponseSchema,
} from '@uketsuke/shared/contracts';
import { secureRandomBytes } from '@uketsuke/shared/identifiers';
import {
  type LinkProof,
  linkIdOf,
  openLinkedHousehold,
  proveLinkChange,
  sealLinkedHousehold,
} from '@uketsuke/shared/my-number-card';
import type { Household } from '@uketsuke/shared/person';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { toBase64url, UnsealError } from '@uketsuke/shared/sealing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKiosk, newShelter } from '../../../testbed/test-server/new-shelter.ts';
import {
  type BareKiosk,
  Console,
  eventually,
  openTestCity,
  send,
  type TestCity,
} from '../../../testbed/test-server/test-server.ts';
import type { RunningServer } from '../city/start-server.ts';

let city: TestCity;
let server: RunningServer;
let hq: Console;
let kiosk: BareKiosk;
let elsewhere: BareKiosk;

const certificateOf = (person: string) => createHash('sha256').update(`certificate of ${person}`).digest('base64url');
const households = sampleHouseholds(21, 6, 4);

beforeAll(async () => {
  city = await openTestCity();
  server = await city.start();
  hq = await Console.firstAdmin(server);
  kiosk = await newKiosk(server.url, hq, await newShelter(hq, '白川小学校'));
  elsewhere = await newKiosk(server.url, hq, await newShelter(hq, '西原公民館'));
}, 60_000);
afterAll(() => city.close());

function householdAt(at: number): Household {
  const household = households[at];
  if (household === undefined) throw new Error('no sample');
  return household;
}

async function keysOf(device: BareKiosk): Promise<DeviceKeys> {
  const authorization = `Bearer ${device.enrolment.credential}`;
  const answer = await send(`${server.url}/device/v1/keys`, 'GET', undefined, { authorization });
  return deviceKeysResponseSchema.parse(answer.body);
}

async function newestKey(device: BareKiosk) {
  const [key] = (await keysOf(device)).cardDirectoryKeys;
  if (key === undefined) throw new Error('no key');
  return key;
}

async function linking(device: BareKiosk, certificate: string, household: Household) {
  const key = await newestKey(device);
  const sealed = await sealLinkedHousehold(key, certificate, household, secureRandomBytes);
  const change = { keyId: key.keyId, linkId: linkIdOf(key, certificate), sealed };
  const proof = proveLinkChange(key, certificate, { ...change, deviceId: device.enrolment.deviceId });
  return device.record('card-linked', { ...change, proof });
}

async function unlinking(device: BareKiosk, certificate: string) {
  const key = await newestKey(device);
  const change = { keyId: key.keyId, linkId: linkIdOf(key, certificate) };
  const { deviceId } = device.enrolment;
  const proof = proveLinkChange(key, certificate, { ...change, sealed: null, deviceId });
  return device.record('card-unlinked', { ...change, proof });
}

async function factsSeenBy(device: BareKiosk): Promise<Fact[]> {
  const facts: Fact[] = [];
  for (let checkpoint: string | null = null; ; ) {
    const query = checkpoint === null ? '' : `&checkpoint=${encodeURIComponent(checkpoint)}`;
    const page = pullFactsResponseSchema.parse((await device.send(`/facts?limit=100${query}`, 'GET')).body);
    facts.push(...page.facts);
    checkpoint = page.checkpoint;
    if (page.end) return facts;
  }
}

/** The published link of a card, once it satisfies the condition. */
function published(
  device: BareKiosk,
  certificate: string,
  wanted: (link: Extract<Fact, { kind: 'card-link' }>) => boolean,
) {
  return eventually(async () => {
    const key = await newestKey(device);
    const id = `card-link:${linkIdOf(key, certificate)}`;
    const latest = (await factsSeenBy(device)).findLast((fact) => fact.id === id);
    return latest?.kind === 'card-link' && wanted(latest) ? latest : undefined;
  });
}

describe('links of My Number cards', () => {
  it('reach every kiosk of the city, where the card opens them (MNC-4)', async () => {
    const certificate = certificateOf('花子');
    const event = await linking(kiosk, certificate, householdAt(0));
    expect((await kiosk.push(event)).body).toMatchObject({ outcomes: [{ outcome: 'stored' }] });
    const link = await published(elsewhere, certificate, ({ sealed }) => sealed !== null);
    const key = await newestKey(elsewhere);
    expect(await openLinkedHousehold(key, certificate, link.sealed ?? '')).toEqual(householdAt(0));
    await expect(openLinkedHousehold(key, certificateOf('太郎'), link.sealed ?? '')).rejects.toThrow(UnsealError);
  });

  it('are the latest by hybrid timestamp, in whatever order they come, and gone when taken back (MNC-5)', async () => {
    const certificate = certificateOf('次郎');
    const first = await linking(kiosk, certificate, householdAt(1));
    const second = await linking(elsewhere, certificate, householdAt(2));
    await elsewhere.push(second);
    await published(kiosk, certificate, ({ hlc }) => hlc === second.hlc);
    await kiosk.push(first);
    const { keyId, linkId } = second.body;
    const third = await unlinking(elsewhere, certificate);
    await elsewhere.push(third);
    const link = await published(kiosk, certificate, ({ hlc }) => hlc !== second.hlc);
    const { holder } = third.body.proof ?? {};
    const { shelterId } = second;
    const fact = { id: `card-link:${linkId}`, kind: 'card-link', keyId, linkId, hlc: third.hlc, sealed: null };
    expect(link).toEqual({ ...fact, holder, shelterId });
  });

  it('are taken back after a laptop years ahead made them, and stay so when the server starts (CLK-4, MNC-5)', async () => {
    const certificate = certificateOf('八郎');
    const fast = await newKiosk(server.url, hq, elsewhere.enrolment.shelter);
    fast.clockErrorMs = 2 * 365 * 86_400_000;
    await fast.push(await linking(fast, certificate, householdAt(1)));
    const { hlc } = await published(kiosk, certificate, ({ sealed }) => sealed !== null);
    expect(Number.parseInt(hlc.slice(0, 12), 16)).toBeLessThanOrEqual(Date.now());
    await kiosk.push(await unlinking(kiosk, certificate));
    const taken = await published(kiosk, certificate, ({ sealed }) => sealed === null);
    await server.stop();
    server = await city.start({ port: Number(new URL(server.url).port) });
    // What comes later on the same log was read after it.
    const marker = certificateOf('九郎');
    await fast.push(await linking(fast, marker, householdAt(2)));
    await published(kiosk, marker, () => true);
    expect(await published(kiosk, certificate, () => true)).toEqual(taken);
  });

  it('are changed by nobody who did not hold the card, from whatever shelter and with whatever stamp (MNC-6)', async () => {
    const certificate = certificateOf('十郎');
    await kiosk.push(await linking(kiosk, certificate, householdAt(3)));
    const before = await published(kiosk, certificate, () => true);
    const { keyId, linkId } = before;
    const key = await newestKey(elsewhere);
    const { deviceId } = elsewhere.enrolment;
    const sealed = toBase64url(secureRandomBytes(64));
    const forged = proveLinkChange(key, certificateOf('盗人'), { deviceId, keyId, linkId, sealed: null });
    const copied = (await unlinking(kiosk, certificate)).body.proof;
    if (copied === undefined) throw new Error('no proof');
    const attacks: { kind: 'card-linked' | 'card-unlinked'; proof?: LinkProof }[] = [
      { kind: 'card-unlinked' },
      { kind: 'card-linked' },
      { kind: 'card-unlinked', proof: forged },
      { kind: 'card-unlinked', proof: copied },
      { kind: 'card-linked', proof: forged },
    ];
    for (const clockErrorMs of [0, 2 * 365 * 86_400_000]) {
      elsewhere.clockErrorMs = clockErrorMs;
      const events = attacks.map(({ kind, proof }) => {
        const change = { keyId, linkId, ...(proof === undefined ? {} : { proof }) };
        return kind === 'card-linked' ? elsewhere.record(kind, { ...change, sealed }) : elsewhere.record(kind, change);
      });
      // Nor by a kiosk of the shelter that made it.
      await kiosk.push(kiosk.record('card-unlinked', { keyId, linkId }));
      expect((await elsewhere.push(...events)).body).toMatchObject({
        outcomes: events.map(() => ({ outcome: 'stored' })),
      });
    }
    elsewhere.clockErrorMs = 0;
    const marker = certificateOf('十一郎');
    await elsewhere.push(await linking(elsewhere, marker, householdAt(2)));
    await published(kiosk, marker, () => true);
    expect(await published(kiosk, certificate, () => true)).toEqual(before);
    await elsewhere.push(await unlinking(elsewhere, certificate));
    await published(kiosk, certificate, ({ sealed: left }) => left === null);
  });

  it('are void once their event is voided, in the log that holds it alone (MNC-5)', async () => {
    const certificate = certificateOf('十二郎');
    const made = await linking(kiosk, certificate, householdAt(4));
    await kiosk.push(made);
    await published(kiosk, certificate, ({ sealed }) => sealed !== null);
    await elsewhere.push(elsewhere.record('voided', { targetId: made.id, reason: 'mistake' }));
    const marker = certificateOf('十三郎');
    await elsewhere.push(await linking(elsewhere, marker, householdAt(2)));
    await published(kiosk, marker, () => true);
    expect((await published(kiosk, certificate, () => true)).sealed).not.toBeNull();
    await kiosk.push(kiosk.record('voided', { targetId: made.id, reason: 'mistake' }));
    await published(kiosk, certificate, ({ sealed }) => sealed === null);
  });

  it('are published again from the logs when the server starts, and change nothing then', async () => {
    const certificate = certificateOf('三郎');
    await kiosk.push(await linking(kiosk, certificate, householdAt(3)));
    const before = await published(kiosk, certificate, () => true);
    await server.stop();
    server = await city.start({ port: Number(new URL(server.url).port) });
    expect(await published(kiosk, certificate, () => true)).toEqual(before);
  });

  it('cannot be opened by the server: no certificate, name or date is in its databases, keys or log (MNC-2, MNC-4)', async () => {
    const certificate = certificateOf('四郎');
    const household = householdAt(4);
    const event = await linking(kiosk, certificate, household);
    await kiosk.push(event);
    await published(kiosk, certificate, () => true);
    const held = `${JSON.stringify(await factsSeenBy(kiosk))}${JSON.stringify(event)}${city.logged()}`;
    const secrets = household.members.flatMap(({ name, residentId }) => [name.written, residentId]);
    const hex = Buffer.from(certificate, 'base64url').toString('hex');
    for (const secret of [...secrets, certificate, hex]) expect(held).not.toContain(secret);
    // With all the keys the server has, an entry stays shut without the card.
    for (const key of (await keysOf(kiosk)).cardDirectoryKeys) {
      const guesses = [key.key, toBase64url(new Uint8Array(32)), linkIdOf(key, key.key)];
      for (const guess of guesses) {
        await expect(openLinkedHousehold(key, guess, event.body.sealed)).rejects.toThrow(UnsealError);
      }
    }
  });
});

describe("the kiosks' shared keys", () => {
  it('are given at enrolment, and to enrolled kiosks only', async () => {
    expect(kiosk.enrolment.cardDirectoryKeys).toEqual((await keysOf(kiosk)).cardDirectoryKeys);
    expect((await send(`${server.url}/device/v1/keys`, 'GET')).code).toBe('device-unknown');
  });

  it('can be asked for by the page of a kiosk, which comes from its own machine', async () => {
    const headers = { origin: 'http://127.0.0.1:4999', 'access-control-request-headers': 'authorization' };
    const preflight = await fetch(`${server.url}/device/v1/keys`, { method: 'OPTIONS', headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
  });

  it('are rotated by headquarters: kiosks are told, and entries under older keys stay readable', async () => {
    const before = await keysOf(kiosk);
    const certificate = certificateOf('五郎');
    const old = await linking(kiosk, certificate, householdAt(5));
    const answer = await hq.post('/keys/devices');
    expect(answer.body).toEqual({ version: before.version + 1 });
    expect((await hq.get('/keys/devices')).body).toEqual(answer.body);
    const after = await keysOf(kiosk);
    expect(after.cardDirectoryKeys.slice(1)).toEqual(before.cardDirectoryKeys);
    expect(after.cardDirectoryKeys[0]?.keyId).toBe(after.version);
    const told = (await factsSeenBy(kiosk)).filter((fact) => fact.kind === 'device-keys');
    expect(told.at(-1)).toMatchObject({ id: 'device-keys', kind: 'device-keys', version: after.version });
    const [, oldKey] = after.cardDirectoryKeys;
    if (oldKey === undefined) throw new Error('no older key');
    expect(await openLinkedHousehold(oldKey, certificate, old.body.sealed)).toEqual(householdAt(5));
  });

  it('cannot be rotated by anybody but headquarters', async () => {
    const version = (await keysOf(kiosk)).version;
    const authorization = `Bearer ${kiosk.enrolment.credential}`;
    const headers = { authorization, origin: server.url, 'x-uketsuke': '1' };
    expect((await send(`${server.url}/hq/v1/keys/devices`, 'POST', {}, headers)).status).toBe(401);
    expect((await keysOf(kiosk)).version).toBe(version);
  });
});
