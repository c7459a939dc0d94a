import { createHmac } from 'node:crypto';
import { factSchema } from '@uketsuke/shared/contracts';
import { deviceIdSchema, newDeviceId, secureRandomBytes, shelterIdSchema } from '@uketsuke/shared/identifiers';
import { fromBase64url } from '@uketsuke/shared/sealing';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChangeBus } from '../couch/change-bus.ts';
import type { Couch } from '../couch/couch.ts';
import { createDocument, type Documents, readDocument } from '../couch/documents.ts';
import { openDatabase } from '../couch/open-database.ts';
import { openTestCouch } from '../couch/testing.ts';
import { FACTS_DATABASE, FactBoard } from '../facts/fact-board.ts';
import { HubDevices } from '../hub/hub-devices.ts';
import { DEVICES_DATABASE, DEVICES_INDEXES, DeviceRegister } from './device-register.ts';
import { KeyringStore } from './keyring-store.ts';
import { shelterKeyOf } from './shelter-keys.ts';

const shelterId = shelterIdSchema.parse('school-1');
let couch: Couch;
let changes: ChangeBus;
let keyring: KeyringStore;
let register: DeviceRegister;
let database: Documents;
let facts: Documents;

beforeAll(async () => {
  couch = await openTestCouch();
  changes = new ChangeBus({ couch, coalesceMs: 10, pollIntervalMs: 100 });
  const keys: Documents = await openDatabase(couch, 'keys');
  keyring = await KeyringStore.open({ database: keys, masterKey: new Uint8Array(32), random: secureRandomBytes });
  database = await openDatabase(couch, DEVICES_DATABASE, { indexes: DEVICES_INDEXES });
  facts = await openDatabase(couch, FACTS_DATABASE);
  const board = new FactBoard(facts, changes);
  register = new DeviceRegister({ database, changes, facts: board, keyring, random: secureRandomBytes, now: Date.now });
});
afterAll(async () => {
  register.stop();
  changes.stop();
  await couch.close();
});

/** A kiosk as the first version enrolled it: no derivation in its document, none in its credential. */
async function olderKiosk(revokedAt: string | null = null) {
  const deviceId = newDeviceId(secureRandomBytes);
  const enrolledAt = '2026-01-01T00:00:00.000Z';
  await createDocument(database, `device:${deviceId}`, { deviceName: '受付1', shelterId, enrolledAt, revokedAt });
  const { publicKey: x, privateKey: d } = keyring.current().credentialKey;
  const credential = await new SignJWT({ shelterId })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' })
    .setSubject(deviceId)
    .setIssuer('uketsuke')
    .setAudience('uketsuke-sync')
    .sign({ kty: 'OKP', crv: 'Ed25519', x, d });
  return { deviceId, authorization: `Bearer ${credential}` };
}

describe('a kiosk enrolled before there were shelter keys', () => {
  it('goes on at the city with the key and credential it has (RCP-6)', async () => {
    const { deviceId, authorization } = await olderKiosk();
    expect(await register.authenticate(authorization)).toEqual({ deviceId, shelterId });
    const root = fromBase64url(keyring.current().deviceRoot);
    const itsKey = createHmac('sha256', root).update(`event-key:${deviceId}`).digest();
    const found = await register.find(deviceId);
    expect(Buffer.from(found?.eventKey ?? [])).toEqual(itsKey);
    expect(await register.list(shelterId)).toEqual([expect.objectContaining({ deviceId, role: 'kiosk' })]);
  });

  it('is refused by a hub with a code of its own: it must be enrolled anew (HUB-1)', async () => {
    const { authorization } = await olderKiosk();
    const devices = await HubDevices.open({
      shelterId,
      shelterKey: shelterKeyOf(fromBase64url(keyring.current().deviceRoot), shelterId),
      credentialPublicKey: keyring.current().credentialKey.publicKey,
      facts,
      changes,
      onReadError: () => {},
    });
    await expect(devices.authenticate(authorization)).rejects.toMatchObject({
      code: 'enrolment-outdated',
      status: 403,
    });
    devices.stop();
  });

  it('that was revoked then is told to hubs at the next start (SYN-7)', async () => {
    const { deviceId } = await olderKiosk('2026-02-02T00:00:00.000Z');
    await register.publishRevocations();
    expect((await readDocument(facts, `revoked-device:${deviceId}`, factSchema))?.value).toMatchObject({
      kind: 'revoked-device',
      deviceId: deviceIdSchema.parse(deviceId),
      revoked: true,
    });
  });
});
