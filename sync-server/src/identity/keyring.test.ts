import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secureRandomBytes } from '@uketsuke/shared/identifiers';
import { toBase64url } from '@uketsuke/shared/sealing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Couch } from '../couch/couch.ts';
import type { Documents } from '../couch/documents.ts';
import { openDatabase } from '../couch/open-database.ts';
import { openTestCouch } from '../couch/testing.ts';
import { activeIssuerKey, newKeyring, publicIssuerKeys, rotateIssuerKey, withdrawIssuerKey } from './keyring.ts';
import { KeyringStore } from './keyring-store.ts';
import { loadMasterKey, MasterKeyError } from './master-key.ts';

let couch: Couch;
const databaseOf = (name: string): Promise<Documents> => openDatabase(couch, name);
const openStore = async (name: string, masterKey: Uint8Array<ArrayBuffer>) =>
  KeyringStore.open({ database: await databaseOf(name), masterKey, random: secureRandomBytes });
const newMasterKey = () => new Uint8Array(secureRandomBytes(32));

beforeAll(async () => {
  couch = await openTestCouch();
});
afterAll(() => couch.close());

describe('issuer keys (CRD-8)', () => {
  it('rotate: one active, the others retired; numbers are never used again', async () => {
    const first = await newKeyring(secureRandomBytes);
    const third = rotateIssuerKey(rotateIssuerKey(first, secureRandomBytes), secureRandomBytes);
    expect(publicIssuerKeys(third).map(({ keyId, state }) => [keyId, state])).toEqual([
      [1, 'retired'],
      [2, 'retired'],
      [3, 'active'],
    ]);
    expect(activeIssuerKey(third).keyId).toBe(3);
    expect(publicIssuerKeys(third)[0]?.publicKey).toBe(publicIssuerKeys(first)[0]?.publicKey);
  });

  it('are withdrawn; when it was the active one, a new one takes its place', async () => {
    const second = rotateIssuerKey(await newKeyring(secureRandomBytes), secureRandomBytes);
    const statesOf = (keyring: typeof second) => publicIssuerKeys(keyring).map(({ state }) => state);
    expect(statesOf(withdrawIssuerKey(second, 1, secureRandomBytes))).toEqual(['withdrawn', 'active']);
    expect(statesOf(withdrawIssuerKey(second, 2, secureRandomBytes))).toEqual(['retired', 'withdrawn', 'active']);
    expect(() => withdrawIssuerKey(second, 9, secureRandomBytes)).toThrow('no issuer key');
  });

  it('show no private key in the public list', async () => {
    const keyring = await newKeyring(secureRandomBytes);
    expect(Object.keys(publicIssuerKeys(keyring)[0] ?? {})).toEqual(['keyId', 'publicKey', 'state']);
  });
});

describe('the keyring in the database', () => {
  it('is the same for all processes that start at once, and changes reach the others', async () => {
    const masterKey = newMasterKey();
    const stores = await Promise.all([1, 2, 3, 4].map(() => openStore('keys-shared', masterKey)));
    const [first, second] = stores;
    if (first === undefined || second === undefined) throw new Error('not opened');
    for (const store of stores) expect(store.current()).toEqual(first.current());
    const rotate = (store: KeyringStore) => store.change((keyring) => rotateIssuerKey(keyring, secureRandomBytes));
    await Promise.all([rotate(first), rotate(second)]);
    expect((await first.refresh()).issuerKeys.map(({ keyId }) => keyId)).toEqual([1, 2, 3]);
    expect(await second.refresh()).toEqual(first.current());
  });

  it('holds no key in the clear', async () => {
    const store = await openStore('keys-sealed', newMasterKey());
    const stored = JSON.stringify(await (await databaseOf('keys-sealed')).get('keyring'));
    const { deviceRoot, issuerKeys, receptionKeys, recoveryKey, credentialKey } = store.current();
    const secrets = [deviceRoot, recoveryKey.privateKey, credentialKey.privateKey];
    for (const { privateKey } of [...issuerKeys, ...receptionKeys]) secrets.push(privateKey);
    for (const secret of secrets) expect(stored).not.toContain(secret);
  });

  it('says clearly when the master key is another', async () => {
    await openStore('keys-other', newMasterKey());
    await expect(openStore('keys-other', newMasterKey())).rejects.toThrow(MasterKeyError);
    await expect(openStore('keys-other', newMasterKey())).rejects.toThrow(/UKETSUKE_MASTER_KEY/);
  });
});

describe('the master key', () => {
  it('is made once and kept in a file for its owner only', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'uketsuke-key-'));
    const made = await Promise.all([1, 2, 3].map(() => loadMasterKey(undefined, folder, secureRandomBytes)));
    expect(made[1]).toEqual(made[0]);
    expect(made[2]).toEqual(made[0]);
    expect((await stat(join(folder, 'master.key'))).mode & 0o777).toBe(0o600);
    expect((await readFile(join(folder, 'master.key'), 'utf8')).trim()).toHaveLength(43);
  });

  it('may be given; one that is none is refused without being quoted', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'uketsuke-key-'));
    const key = newMasterKey();
    expect(await loadMasterKey(toBase64url(key), folder, secureRandomBytes)).toEqual(key);
    await expect(loadMasterKey('secret-but-short', folder, secureRandomBytes)).rejects.toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('secret-but-short') }),
    );
    await writeFile(join(folder, 'master.key'), '');
    await expect(loadMasterKey(undefined, folder, secureRandomBytes)).rejects.toThrow(MasterKeyError);
  });
});
