import { generateKeyPairSync } from 'node:crypto';
import { devicesResponseSchema, enrolmentResponseSchema } from '@uketsuke/shared/contracts';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { decodeJwt, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newCode, newKiosk, newShelter } from '../../../testbed/test-server/new-shelter.ts';
import { Console, openTestCity, send, type TestCity } from '../../../testbed/test-server/test-server.ts';
import type { RunningServer } from '../city/start-server.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const FORGOTTEN_MS = 16 * 60 * 1_000;
let city: TestCity;
let server: RunningServer;
let hq: Console;
let clockMs = 0;

const enrol = (code: unknown, deviceName: unknown = '受付1') =>
  send(`${server.url}/device/v1/enrol`, 'POST', { code, deviceName });

beforeAll(async () => {
  city = await openTestCity();
  server = await city.start({ now: () => Date.now() + clockMs });
  hq = await Console.firstAdmin(server);
});
afterAll(() => city.close());

describe('enrolling a kiosk (SEC-1)', () => {
  it('hands out everything once, and only once', async () => {
    const shelter = await newShelter(hq, '健軍小学校');
    const code = await newCode(hq, shelter);
    expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    const answer = await enrol(code.toLowerCase().replaceAll('-', ' '));
    const enrolled = enrolmentResponseSchema.parse(answer.body);
    expect(enrolled).toMatchObject({ shelter, city: { name: '熊本市' }, deviceName: '受付1' });
    expect(decodeJwt(enrolled.credential)).toMatchObject({ sub: enrolled.deviceId, shelterId: shelter.shelterId });
    expect((await enrol(code)).code).toBe('enrolment-code-invalid');
  });

  it('lets one of many that come at once win', async () => {
    const code = await newCode(hq, await newShelter(hq, '二の丸'));
    const answers = await Promise.all(Array.from({ length: 8 }, () => enrol(code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status !== 200).every((each) => each.code === 'enrolment-code-invalid')).toBe(
      true,
    );
  });

  it('refuses a code after a day, an invented one, and what is no code', async () => {
    const code = await newCode(hq, await newShelter(hq, '水前寺'));
    clockMs = DAY_MS + 1_000;
    const late = await enrol(code);
    clockMs = 0;
    expect(late).toMatchObject({ status: 403, code: 'enrolment-code-invalid' });
    expect((await enrol('0123-4567-89AB')).code).toBe('enrolment-code-invalid');
    expect((await enrol('!')).code).toBe('malformed-request');
    expect((await enrol('0123-4567-89AB', '')).code).toBe('malformed-request');
  });

  it('makes no code for a shelter that does not exist', async () => {
    expect((await hq.post('/shelters/sxxxxxxxx/enrolment-codes')).code).toBe('shelter-unknown');
  });

  it('refuses wrong codes for a while after many, and then not any more (SEC-6)', async () => {
    clockMs += FORGOTTEN_MS;
    const answers = await Promise.all(Array.from({ length: 23 }, () => enrol('0123-4567-89AB')));
    expect(answers.filter((each) => each.code === 'enrolment-code-invalid')).toHaveLength(20);
    expect(answers.filter((each) => each.code === 'too-many-attempts')).toHaveLength(3);
    const code = await newCode(hq, await newShelter(hq, '出水'));
    expect(await enrol(code)).toMatchObject({ status: 429, code: 'too-many-attempts' });
    clockMs += FORGOTTEN_MS;
    expect((await enrol(code)).status).toBe(200);
  });
});

describe("a kiosk's credential", () => {
  it('is refused as soon as the device is revoked (SYN-7), and its events stay', async () => {
    const shelter = await newShelter(hq, '桜木小学校');
    const kiosk = await newKiosk(server.url, hq, shelter);
    const [household] = sampleHouseholds(7, 1);
    if (household === undefined) throw new Error('no sample');
    expect((await kiosk.push(kiosk.admission(household))).status).toBe(200);
    const { deviceId } = kiosk.enrolment;
    expect((await hq.post(`/devices/${deviceId}/revoke`)).status).toBe(204);
    expect(await kiosk.push(kiosk.admission(household))).toMatchObject({ status: 403, code: 'device-revoked' });
    expect((await kiosk.send('/facts', 'GET')).code).toBe('device-revoked');
    const listed = devicesResponseSchema.parse((await hq.get(`/shelters/${shelter.shelterId}/devices`)).body);
    expect(listed.devices).toEqual([
      expect.objectContaining({ deviceId, revokedAt: expect.any(String), lastSeenAt: expect.any(String) }),
    ]);
    expect((await hq.post(`/devices/${deviceId}/revoke`)).status).toBe(204);
    expect((await hq.post('/devices/dunknown/revoke')).code).toBe('device-unknown');
  });

  it('cannot be made by anybody else', async () => {
    const kiosk = await newKiosk(server.url, hq, await newShelter(hq, '飽田'));
    const claims = decodeJwt(kiosk.enrolment.credential);
    const { privateKey } = generateKeyPairSync('ed25519');
    const forged = await new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA' }).sign(privateKey);
    const unsigned = `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify(claims))}.`;
    for (const token of [forged, unsigned, 'x', `${kiosk.enrolment.credential}A`]) {
      const answer = await send(`${server.url}/sync/v1/events`, 'GET', undefined, { authorization: `Bearer ${token}` });
      expect(answer).toMatchObject({ status: 401, code: 'device-unknown' });
    }
    expect((await send(`${server.url}/sync/v1/events`, 'GET')).code).toBe('device-unknown');
  });

  it("sees its own shelter's events only (SEC-1)", async () => {
    const [first, second] = [await newShelter(hq, '川尻'), await newShelter(hq, '城山')];
    const [one, other] = [await newKiosk(server.url, hq, first), await newKiosk(server.url, hq, second)];
    const [household] = sampleHouseholds(8, 1);
    if (household === undefined) throw new Error('no sample');
    const event = one.admission(household);
    await one.push(event);
    expect((await one.send('/events', 'GET')).body).toMatchObject({ events: [{ id: event.id }] });
    expect((await other.send('/events', 'GET')).body).toMatchObject({ events: [] });
    const smuggled = await other.push(event);
    expect(smuggled.body).toMatchObject({ outcomes: [{ outcome: 'quarantined', reason: 'wrong-shelter' }] });
  });
});
