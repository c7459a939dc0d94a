import { secureRandomBytes } from '@uketsuke/shared/identifiers';
import { importDataKey, sealAtRest, toBase64url } from '@uketsuke/shared/sealing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChangeBus } from '../couch/change-bus.ts';
import type { Couch } from '../couch/couch.ts';
import { createDocument, type Documents } from '../couch/documents.ts';
import { openDatabase } from '../couch/open-database.ts';
import { openTestCouch } from '../couch/testing.ts';
import { FACTS_DATABASE, FactBoard } from '../facts/fact-board.ts';
import { newKeyring } from '../identity/keyring.ts';
import { KeyringStore } from '../identity/keyring-store.ts';
import { deviceKeysOf, openDeviceKeys, rotateDeviceKeys } from './device-keys.ts';

let couch: Couch;
let changes: ChangeBus;
beforeAll(async () => {
  couch = await openTestCouch();
  changes = new ChangeBus({ couch, onPollError: () => undefined });
});
afterAll(async () => {
  changes.stop();
  await couch.close();
});

/** A keyring as it was written before there was a card directory. */
async function olderKeyring(database: Documents, masterKey: Uint8Array<ArrayBuffer>) {
  const { cardDirectoryKeys: _, ...older } = await newKeyring(secureRandomBytes);
  const plain = new TextEncoder().encode(JSON.stringify(older));
  const sealed = await sealAtRest(await importDataKey(masterKey), 'uketsuke keyring 1', plain, secureRandomBytes);
  await createDocument(database, 'keyring', { sealed: toBase64url(sealed) });
  return older;
}

describe('the keys of a city from before there was a card directory', () => {
  it('get their first directory key at the start, once, and stay what they were', async () => {
    const keys: Documents = await openDatabase(couch, 'keys-older');
    const factsDatabase: Documents = await openDatabase(couch, FACTS_DATABASE);
    const facts = new FactBoard(factsDatabase, changes);
    const masterKey = new Uint8Array(secureRandomBytes(32));
    const older = await olderKeyring(keys, masterKey);
    const open = () => KeyringStore.open({ database: keys, masterKey, random: secureRandomBytes });
    const stores = await Promise.all([open(), open(), open()]);
    await Promise.all(stores.map((store) => openDeviceKeys(store, facts, secureRandomBytes)));
    const [first, second] = await Promise.all(stores.map((store) => store.refresh()));
    if (first === undefined) throw new Error('not opened');
    expect(first).toEqual(second);
    expect(first).toMatchObject(older);
    expect(deviceKeysOf(first).cardDirectoryKeys.map(({ keyId }) => keyId)).toEqual([1]);
    expect(await factsDatabase.get('device-keys')).toMatchObject({ kind: 'device-keys', version: 1 });
    const [store] = stores;
    if (store === undefined) throw new Error('not opened');
    await rotateDeviceKeys(store, facts, secureRandomBytes);
    expect(deviceKeysOf((await open()).current()).cardDirectoryKeys.map(({ keyId }) => keyId)).toEqual([2, 1]);
    expect(await factsDatabase.get('device-keys')).toMatchObject({ version: 2 });
  });
});
