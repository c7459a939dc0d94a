import type { RandomBytes } from '@uketsuke/shared/identifiers';
import {
  type DataKey,
  fromBase64url,
  importDataKey,
  sealAtRest,
  toBase64url,
  UnsealError,
  unsealAtRest,
} from '@uketsuke/shared/sealing';
import * as z from 'zod';
import { createDocument, type Documents, readDocument, replaceDocument, type Stored } from '../couch/documents.ts';
import { RequestRefusedError } from '../http/request-refused.ts';
import { type Keyring, keyringSchema, newKeyring } from './keyring.ts';
import { MasterKeyError } from './master-key.ts';

const DOCUMENT_ID = 'keyring';
const CONTEXT = 'uketsuke keyring 1';
const CHANGE_ATTEMPTS = 10;

const sealedSchema = z.looseObject({ sealed: z.string() });

export interface KeyringStoreOptions {
  readonly database: Documents;
  readonly masterKey: Uint8Array<ArrayBuffer>;
  readonly random: RandomBytes;
}

/**
 * The city's keys, in one database document sealed with AES-256-GCM under the master key: server processes over
 * the same database share them and keep nothing themselves.
 */
export class KeyringStore {
  readonly #database: Documents;
  readonly #key: DataKey;
  readonly #random: RandomBytes;
  #current: Stored<Keyring>;

  private constructor(options: KeyringStoreOptions, key: DataKey, current: Stored<Keyring>) {
    this.#database = options.database;
    this.#random = options.random;
    this.#key = key;
    this.#current = current;
  }

  /**
   * Opens the keyring; a city's first start makes it. When several processes start at once, one of them makes it.
   * @throws MasterKeyError when it was sealed with another master key
   */
  static async open(options: KeyringStoreOptions): Promise<KeyringStore> {
    const key = await importDataKey(options.masterKey);
    if ((await readDocument(options.database, DOCUMENT_ID, sealedSchema)) === undefined) {
      const first = await sealKeyring(key, await newKeyring(options.random), options.random);
      await createDocument(options.database, DOCUMENT_ID, first);
    }
    return new KeyringStore(options, key, await readKeyring(options.database, key));
  }

  /** The keys as last read. */
  current(): Keyring {
    return this.#current.value;
  }

  /** Reads again what another process may have changed. */
  async refresh(): Promise<Keyring> {
    const stored = await readDocument(this.#database, DOCUMENT_ID, sealedSchema);
    if (stored !== undefined && stored.revision !== this.#current.revision) {
      this.#current = await readKeyring(this.#database, this.#key);
    }
    return this.#current.value;
  }

  /** Applies a change to the keys as they are now; repeats it on newer ones when another process came first. */
  async change(apply: (keyring: Keyring) => Keyring): Promise<Keyring> {
    for (let attempt = 0; attempt < CHANGE_ATTEMPTS; attempt += 1) {
      this.#current = await readKeyring(this.#database, this.#key);
      const changed = apply(this.#current.value);
      const sealed = await sealKeyring(this.#key, changed, this.#random);
      if (await replaceDocument(this.#database, DOCUMENT_ID, this.#current.revision, sealed)) return this.refresh();
    }
    throw new RequestRefusedError(409, 'conflict', 'the keys are being changed by someone else');
  }
}

async function readKeyring(database: Documents, key: DataKey): Promise<Stored<Keyring>> {
  const stored = await readDocument(database, DOCUMENT_ID, sealedSchema);
  if (stored === undefined) throw new MasterKeyError('the keys of the city are missing from the database');
  try {
    const plain = await unsealAtRest(key, CONTEXT, fromBase64url(stored.value.sealed));
    const value = keyringSchema.parse(JSON.parse(new TextDecoder().decode(plain)));
    return { revision: stored.revision, value };
  } catch (cause) {
    if (!(cause instanceof UnsealError)) throw cause;
    throw new MasterKeyError(
      'the master key does not open the keys in this database: start with the UKETSUKE_MASTER_KEY or master.key they were made with',
      { cause },
    );
  }
}

async function sealKeyring(key: DataKey, keyring: Keyring, random: RandomBytes): Promise<{ sealed: string }> {
  const plain = new TextEncoder().encode(JSON.stringify(keyring));
  return { sealed: toBase64url(await sealAtRest(key, CONTEXT, plain, random)) };
}
