import type { RandomBytes, ShelterId } from '@uketsuke/shared/identifiers';
import { fromBase64url } from '@uketsuke/shared/sealing';
import type { ChangeBus } from '../couch/change-bus.ts';
import type { Couch } from '../couch/couch.ts';
import { openDatabase } from '../couch/open-database.ts';
import type { FactBoard } from '../facts/fact-board.ts';
import { DEVICES_DATABASE, DEVICES_INDEXES, DeviceRegister } from './device-register.ts';
import { publishIssuerKeys } from './issuer-key-facts.ts';
import { KeyringStore } from './keyring-store.ts';
import { loadMasterKey } from './master-key.ts';
import { bundleKeyPairOf, type ShelterKeys, shelterKeyOf } from './shelter-keys.ts';
import { StaffGate } from './staff-gate.ts';
import { StaffRegister } from './staff-register.ts';
import { STAFF_DATABASE, STAFF_INDEXES, StaffSessions } from './staff-sessions.ts';

export const KEYS_DATABASE = 'keys';

export interface IdentityOptions {
  readonly couch: Couch;
  readonly changes: ChangeBus;
  readonly facts: FactBoard;
  readonly dataDirectory: string;
  readonly masterKey?: string;
  readonly publicOrigin?: string;
  readonly random: RandomBytes;
  readonly now: () => number;
  readonly warn: (what: string) => (error: unknown) => void;
}

/** Who is who: the city's keys, kiosks and staff. */
export interface Identity {
  readonly keyring: KeyringStore;
  readonly shelterKeys: ShelterKeys;
  /** Seals the keyring, and backups. */
  readonly masterKey: Uint8Array<ArrayBuffer>;
  readonly devices: DeviceRegister;
  readonly staff: StaffRegister;
  readonly sessions: StaffSessions;
  readonly gate: StaffGate;
  stop(): void;
}

/**
 * Opens keys, kiosks and staff; a city's first start makes its keys and headquarters' first account.
 * @throws MasterKeyError
 */
export async function openIdentity(options: IdentityOptions): Promise<Identity> {
  const { couch, changes, facts, random, now } = options;
  const masterKey = await loadMasterKey(options.masterKey, options.dataDirectory, random);
  const keyring = await KeyringStore.open({ database: await openDatabase(couch, KEYS_DATABASE), masterKey, random });
  await facts.signWith({ privateKey: keyring.current().credentialKey.privateKey, now });
  await publishIssuerKeys(keyring.current(), facts);
  const onKeyringError = options.warn('reading the keys failed');
  const stopKeyring = changes.subscribe(KEYS_DATABASE, () => void keyring.refresh().catch(onKeyringError));
  const devicesDatabase = await openDatabase<Record<string, unknown>>(couch, DEVICES_DATABASE, {
    indexes: DEVICES_INDEXES,
  });
  const devices = new DeviceRegister({ database: devicesDatabase, changes, facts, keyring, random, now });
  await devices.publishRevocations();
  const staffDatabase = await openDatabase<Record<string, unknown>>(couch, STAFF_DATABASE, { indexes: STAFF_INDEXES });
  const staff = new StaffRegister(staffDatabase, random, now);
  const sessions = new StaffSessions(staffDatabase, staff, random, now);
  return {
    keyring,
    shelterKeys: cityShelterKeys(keyring),
    masterKey,
    devices,
    staff,
    sessions,
    gate: new StaffGate(sessions, options.publicOrigin),
    stop: () => {
      stopKeyring();
      devices.stop();
    },
  };
}

/** The keys of every shelter, as the city derives them. Whether there is such a shelter is not asked. */
function cityShelterKeys(keyring: KeyringStore): ShelterKeys {
  const shelterKey = (shelterId: ShelterId) => shelterKeyOf(fromBase64url(keyring.current().deviceRoot), shelterId);
  return { shelterKey, bundleKeyPair: (shelterId) => bundleKeyPairOf(shelterKey(shelterId)) };
}
