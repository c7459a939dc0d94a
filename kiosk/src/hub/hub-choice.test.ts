import { generateKeyPairSync, sign } from 'node:crypto';
import { deviceIdSchema, shelterIdSchema } from '@uketsuke/shared/identifiers';
import { seededBytes } from '@uketsuke/shared/sample-households';
import { toBase64url } from '@uketsuke/shared/sealing';
import { describe, expect, it, vi } from 'vitest';
import type { HubInUse } from '../../host/hub/hub-in-use.ts';
import { WithdrawnDevices } from '../facts/withdrawn-devices.ts';
import { type HubChoiceParts, HubRefusedError, hubChoiceOf } from './hub-choice.ts';

const city = generateKeyPairSync('ed25519');
const credentialPublicKey = city.publicKey.export({ format: 'jwk' }).x ?? '';
const certificateSha256 = toBase64url(seededBytes(2)(32));
const shelter = { shelterId: shelterIdSchema.parse('shirakawa'), name: '白川小学校' };
const hubId = deviceIdSchema.parse('hub1');
const origin = 'https://192.168.1.20:8443';
const claims = {
  iss: 'uketsuke',
  aud: 'uketsuke-sync',
  sub: hubId,
  shelterId: shelter.shelterId,
  role: 'hub',
  certificateSha256,
};

function credentialOf(payload: object): string {
  const part = (value: object) => toBase64url(new TextEncoder().encode(JSON.stringify(value)));
  const signed = `${part({ alg: 'EdDSA', typ: 'JWT' })}.${part(payload)}`;
  return `${signed}.${sign(null, Buffer.from(signed), city.privateKey).toString('base64url')}`;
}

function choice(credential: string, enrolment: Partial<HubChoiceParts['enrolment']> = {}) {
  let used: HubInUse | null = null;
  const given: (string | null)[] = [];
  const withdrawnDevices = new WithdrawnDevices();
  const hub = hubChoiceOf({
    host: {
      info: async () => ({ kind: 'browser', version: 'test', serverUrl: null, hub: used }),
      hub: {
        lookUp: async () => ({ origin, certificateSha256, credential, shelterName: '白川小学校' }),
        use: async (next) => {
          used = next;
        },
        forget: async () => {
          used = null;
        },
      },
    },
    withdrawnDevices,
    peers: {
      setHub: async (baseUrl) => {
        given.push(baseUrl);
      },
    },
    enrolment: { shelter, credentialPublicKey, ...enrolment },
    pageOrigin: 'http://127.0.0.1:8090',
  });
  const withdraw = (revoked: boolean) =>
    withdrawnDevices.take({ id: `revoked-device:${hubId}`, kind: 'revoked-device', deviceId: hubId, revoked });
  return { hub, given, withdraw, used: () => used };
}

const refusalOf = (looking: Promise<unknown>) =>
  looking.then(
    () => 'found',
    (error: unknown) => (error instanceof HubRefusedError ? error.code : error),
  );

describe('choosing a hub', () => {
  it('uses one that the city vouches for, by its certificate, and tells the desk the way there (HUB-2)', async () => {
    const { hub, given, used } = choice(credentialOf(claims));
    const found = await hub.find('192.168.1.20');
    expect(used()).toBeNull();
    await hub.use(found);
    expect(used()).toEqual({ origin, certificateSha256, deviceId: hubId, credential: credentialOf(claims) });
    expect(given).toEqual([null, 'http://127.0.0.1:8090/peer/hub']);
    expect((await hub.current())?.origin).toBe(origin);
    await hub.forget();
    expect([used(), given.at(-1)]).toEqual([null, null]);
  });

  it('refuses another shelter’s hub, a kiosk in a hub’s place and another certificate', async () => {
    const other = choice(credentialOf({ ...claims, shelterId: 'joto' }));
    expect(await refusalOf(other.hub.find('x'))).toBe('other-shelter');
    const { role: _, ...kiosks } = claims;
    expect(await refusalOf(choice(credentialOf(kiosks)).hub.find('x'))).toBe('not-a-hub');
    const stolen = credentialOf({ ...claims, certificateSha256: toBase64url(seededBytes(9)(32)) });
    expect(await refusalOf(choice(stolen).hub.find('x'))).toBe('other-certificate');
    expect([other.used(), other.given]).toEqual([null, []]);
  });

  it('uses none that was not verified, whatever is handed to it', async () => {
    const { hub, used } = choice('a.b.c');
    const found = { origin, certificateSha256, credential: 'a.b.c', shelterName: '白川小学校' };
    expect(await refusalOf(hub.use(found))).toBe('malformed');
    expect(used()).toBeNull();
  });

  it('gives a hub up by itself that headquarters withdraws, and takes it again when that is taken back', async () => {
    const { hub, given, withdraw, used } = choice(credentialOf(claims));
    await hub.use(await hub.find('x'));
    withdraw(true);
    await vi.waitFor(() => expect([used(), given.at(-1)]).toEqual([null, null]), 90_000);
    expect(await refusalOf(hub.find('x'))).toBe('withdrawn');
    withdraw(false);
    expect(await refusalOf(hub.find('x'))).toBe('found');
  });

  it('says that a kiosk enrolled before there were hubs must be enrolled anew', async () => {
    const { hub } = choice(credentialOf(claims), { credentialPublicKey: undefined });
    expect(await refusalOf(hub.find('x'))).toBe('enrolment-outdated');
  });
});
