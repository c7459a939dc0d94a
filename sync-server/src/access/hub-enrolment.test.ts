import { createHmac } from 'node:crypto';
import {
  devicesResponseSchema,
  enrolmentCodeResponseSchema,
  enrolmentResponseSchema,
  hubEnrolmentResponseSchema,
  pullFactsResponseSchema,
  type ShelterFacts,
} from '@uketsuke/shared/contracts';
import { HubCredentialError, verifyHubCredential } from '@uketsuke/shared/hub';
import { authenticText } from '@uketsuke/shared/reception';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { fromBase64url, importSealingPrivateKey, importSealingPublicKey, seal, unseal } from '@uketsuke/shared/sealing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newCode, newKiosk, newShelter } from '../../../testbed/test-server/new-shelter.ts';
import { Console, openTestCity, send, type TestCity } from '../../../testbed/test-server/test-server.ts';
import type { RunningServer } from '../city/start-server.ts';
import { CredentialReader } from '../identity/device-credential.ts';
import { bundleKeyPairOf, eventKeyOf } from '../identity/shelter-keys.ts';

const CERTIFICATE = 'A'.repeat(43);
let city: TestCity;
let server: RunningServer;
let hq: Console;

const hubCode = async (shelter: ShelterFacts) =>
  enrolmentCodeResponseSchema.parse(
    (await hq.post(`/shelters/${shelter.shelterId}/enrolment-codes`, { for: 'hub' })).body,
  ).code;
const enrolHub = (code: string, certificateSha256 = CERTIFICATE) =>
  send(`${server.url}/device/v1/enrol-hub`, 'POST', { code, deviceName: '親機', certificateSha256 });
const nativeHmac = (key: Uint8Array, text: string) => createHmac('sha256', key).update(text).digest('base64url');

beforeAll(async () => {
  city = await openTestCity();
  server = await city.start();
  hq = await Console.firstAdmin(server);
});
afterAll(() => city.close());

describe('enrolling a hub', () => {
  it("gives it its shelter's key and an identity that names its certificate (HUB-2)", async () => {
    const shelter = await newShelter(hq, '健軍小学校');
    const hub = hubEnrolmentResponseSchema.parse((await enrolHub(await hubCode(shelter))).body);
    expect(hub).toMatchObject({ shelter, deviceName: '親機' });
    const expected = { credentialPublicKey: hub.credentialPublicKey, shelterId: shelter.shelterId };
    expect(verifyHubCredential(hub.hubIdentity, { ...expected, certificateSha256: CERTIFICATE })).toEqual({
      deviceId: hub.deviceId,
    });
    const reader = new CredentialReader(hub.credentialPublicKey);
    expect(await reader.readToken(hub.credential)).toMatchObject({ role: 'relay', deviceId: hub.deviceId });
    const listed = devicesResponseSchema.parse((await hq.get(`/shelters/${shelter.shelterId}/devices`)).body);
    expect(listed.devices).toEqual([expect.objectContaining({ deviceId: hub.deviceId, role: 'hub' })]);
  });

  it('shows to kiosks what opens nothing: everybody on the LAN can read it (SEC-1)', async () => {
    const shelter = await newShelter(hq, '桜木');
    const hub = hubEnrolmentResponseSchema.parse((await enrolHub(await hubCode(shelter))).body);
    const authorization = `Bearer ${hub.hubIdentity}`;
    const asked = await send(`${server.url}/sync/v1/events`, 'GET', undefined, { authorization });
    expect(asked).toMatchObject({ status: 401, code: 'device-unknown' });
    expect(() =>
      verifyHubCredential(hub.credential, { ...hub, shelterId: shelter.shelterId, certificateSha256: CERTIFICATE }),
    ).toThrow(HubCredentialError);
  });

  it('lets the hub check kiosks that are enrolled later, and those of its shelter only (HUB-1)', async () => {
    const [shelter, other] = [await newShelter(hq, '二の丸'), await newShelter(hq, '水前寺')];
    const hub = hubEnrolmentResponseSchema.parse((await enrolHub(await hubCode(shelter))).body);
    const [kiosk, stranger] = [await newKiosk(server.url, hq, shelter), await newKiosk(server.url, hq, other)];
    const [household] = sampleHouseholds(3, 1);
    if (household === undefined) throw new Error('no sample');
    const key = fromBase64url(hub.shelterKey);
    const holds = (from: typeof kiosk) =>
      authenticText(from.admission(household), eventKeyOf(key, from.enrolment.deviceId), nativeHmac) !== null;
    expect(holds(kiosk)).toBe(true);
    expect(holds(stranger)).toBe(false);
    const reader = new CredentialReader(hub.credentialPublicKey);
    expect(await reader.readToken(kiosk.enrolment.credential)).toEqual({
      deviceId: kiosk.enrolment.deviceId,
      shelterId: shelter.shelterId,
      role: 'kiosk',
      keyedByShelter: true,
    });
  });

  it('gives kiosks the key to which bundles are sealed, and hubs what opens them', async () => {
    const shelter = await newShelter(hq, '出水');
    const hub = hubEnrolmentResponseSchema.parse((await enrolHub(await hubCode(shelter))).body);
    const kiosk = await newKiosk(server.url, hq, shelter);
    const { bundlePublicKey, credentialPublicKey } = kiosk.enrolment;
    expect(credentialPublicKey).toBe(hub.credentialPublicKey);
    const sealed = await seal(
      await importSealingPublicKey(fromBase64url(bundlePublicKey ?? '')),
      'test',
      new TextEncoder().encode('避難者'),
    );
    const { privateKey } = bundleKeyPairOf(fromBase64url(hub.shelterKey));
    const opened = await unseal(await importSealingPrivateKey(privateKey), 'test', sealed);
    expect(new TextDecoder().decode(opened)).toBe('避難者');
  });

  it('gives it no key of the card directory, which kiosks get (MNC-4)', async () => {
    const shelter = await newShelter(hq, '託麻');
    const hub = hubEnrolmentResponseSchema.parse((await enrolHub(await hubCode(shelter))).body);
    const kiosk = await newKiosk(server.url, hq, shelter);
    const keys = (credential: string) =>
      send(`${server.url}/device/v1/keys`, 'GET', undefined, { authorization: `Bearer ${credential}` });
    expect(await keys(hub.credential)).toMatchObject({ status: 403, code: 'device-unknown' });
    expect((await keys(hub.hubIdentity)).status).toBe(401);
    expect((await keys(kiosk.enrolment.credential)).status).toBe(200);
  });

  it('takes a code for a kiosk for a kiosk only, one for a hub for a hub only (SEC-1)', async () => {
    const shelter = await newShelter(hq, '飽田');
    const [forKiosk, forHub] = [await newCode(hq, shelter), await hubCode(shelter)];
    expect((await enrolHub(forKiosk)).code).toBe('enrolment-code-invalid');
    const asKiosk = { code: forHub, deviceName: '受付1' };
    expect((await send(`${server.url}/device/v1/enrol`, 'POST', asKiosk)).code).toBe('enrolment-code-invalid');
    expect((await enrolHub(forHub, 'short')).code).toBe('malformed-request');
    expect((await enrolHub(forHub)).status).toBe(200);
    expect((await enrolHub(forHub)).code).toBe('enrolment-code-invalid');
    const enrolled = await send(`${server.url}/device/v1/enrol`, 'POST', { code: forKiosk, deviceName: '受付1' });
    expect(enrolmentResponseSchema.safeParse(enrolled.body).success).toBe(true);
    expect((await hq.post(`/shelters/${shelter.shelterId}/enrolment-codes`, { for: 'fax' })).code).toBe(
      'malformed-request',
    );
  });

  it("lets the hub sync at the city for its shelter's kiosks (SYN-9)", async () => {
    const shelter = await newShelter(hq, '城山');
    const hub = hubEnrolmentResponseSchema.parse((await enrolHub(await hubCode(shelter))).body);
    const kiosk = await newKiosk(server.url, hq, shelter);
    const [household] = sampleHouseholds(4, 1);
    if (household === undefined) throw new Error('no sample');
    const event = kiosk.admission(household);
    const authorization = `Bearer ${hub.credential}`;
    const relayed = await send(`${server.url}/sync/v1/events`, 'POST', { events: [event] }, { authorization });
    expect(relayed.body).toMatchObject({ outcomes: [{ outcome: 'stored' }] });
    expect((await kiosk.push(event)).body).toMatchObject({ outcomes: [{ outcome: 'already-had' }] });
  });
});

describe('a revocation (SYN-7)', () => {
  it('is told to hubs as a fact, and can be taken back', async () => {
    const shelter = await newShelter(hq, '川尻');
    const kiosk = await newKiosk(server.url, hq, shelter);
    const other = await newKiosk(server.url, hq, shelter);
    const { deviceId } = kiosk.enrolment;
    const fact = async () => {
      const { facts } = pullFactsResponseSchema.parse((await other.send('/facts?limit=500', 'GET')).body);
      return facts.find((each) => each.kind === 'revoked-device' && each.deviceId === deviceId);
    };
    expect(await fact()).toBeUndefined();
    expect((await hq.post(`/devices/${deviceId}/revoke`)).status).toBe(204);
    expect(await fact()).toMatchObject({ revoked: true });
    expect((await kiosk.send('/facts', 'GET')).code).toBe('device-revoked');
    expect((await hq.post(`/devices/${deviceId}/reinstate`)).status).toBe(204);
    expect(await fact()).toMatchObject({ revoked: false });
    expect((await kiosk.send('/facts', 'GET')).status).toBe(200);
    expect((await hq.post(`/devices/${deviceId}/reinstate`)).status).toBe(204);
    expect((await hq.post('/devices/dunknown/reinstate')).code).toBe('device-unknown');
  });
});
