import type { DeviceKeys } from '@uketsuke/shared/contracts';
import type { RandomBytes } from '@uketsuke/shared/identifiers';
import type { FactBoard } from '../facts/fact-board.ts';
import { type Keyring, rotateDirectoryKey } from '../identity/keyring.ts';
import type { KeyringStore } from '../identity/keyring-store.ts';

/** The keys that all kiosks share, as they fetch them. */
export function deviceKeysOf({ cardDirectoryKeys }: Keyring): DeviceKeys {
  const [newest] = cardDirectoryKeys;
  if (newest === undefined) throw new Error('the city has no key of the card directory');
  return { version: newest.keyId, cardDirectoryKeys };
}

/** Makes the first directory key where the keyring is from before there was a directory, and tells the kiosks. */
export async function openDeviceKeys(keyring: KeyringStore, facts: FactBoard, random: RandomBytes): Promise<void> {
  // Of several processes that start at once one makes it: the change is repeated on what the other wrote.
  const ensured = (keys: Keyring) => (keys.cardDirectoryKeys.length === 0 ? rotateDirectoryKey(keys, random) : keys);
  const keys = keyring.current();
  await publish(keys.cardDirectoryKeys.length === 0 ? await keyring.change(ensured) : keys, facts);
}

/** Makes a new directory key and tells the kiosks, which then fetch it. Entries under older keys stay readable. */
export async function rotateDeviceKeys(
  keyring: KeyringStore,
  facts: FactBoard,
  random: RandomBytes,
): Promise<DeviceKeys> {
  const changed = await keyring.change((keys) => rotateDirectoryKey(keys, random));
  await publish(changed, facts);
  return deviceKeysOf(changed);
}

function publish(keyring: Keyring, facts: FactBoard): Promise<void> {
  return facts.publish({ id: 'device-keys', kind: 'device-keys', version: deviceKeysOf(keyring).version });
}
