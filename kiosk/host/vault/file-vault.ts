import { join } from 'node:path';
import { fromBase64url } from '@uketsuke/shared/sealing';
import { Turn } from '@uketsuke/shared/turn';
import { diskError } from '../files/disk-error.ts';
import { readFileIfThere, replaceFileDurably } from '../files/durable-file.ts';
import type { KioskVault } from '../kiosk-host.ts';
import { KioskHostError } from '../kiosk-host-error.ts';
import { PinThrottle } from './pin-throttle.ts';
import {
  deriveVaultKey,
  openSealedVault,
  type SealedVault,
  sealedVaultSchema,
  sealVault,
  type VaultKey,
} from './vault-seal.ts';

/** A PIN has at least so many characters. */
export const PIN_MIN_CHARACTERS = 6;

/** A second seal around the vault file, by the operating system's key store (Electron's safeStorage). */
export interface OuterSeal {
  seal(text: string): string;
  /** Throws when it was sealed by another user or machine. */
  unseal(sealed: string): string;
}

/** The vault as a file of mode 0600, replaced whole or not at all. */
export class FileVault implements KioskVault {
  readonly #path: string;
  readonly #throttle: PinThrottle;
  readonly #outer: OuterSeal | undefined;
  #opened: VaultKey | null = null;
  /** Times it was locked: an opening that was under way then does not open it. */
  #locks = 0;
  readonly #turn = new Turn();

  constructor(directory: string, options: { now: () => number; outerSeal?: OuterSeal | undefined }) {
    this.#path = join(directory, 'vault.json');
    this.#throttle = new PinThrottle(directory, options.now);
    this.#outer = options.outerSeal;
  }

  async state(): Promise<'empty' | 'sealed'> {
    return (await this.#readText()) === null ? 'empty' : 'sealed';
  }

  /** A PIN shorter than PIN_MIN_CHARACTERS is refused with `wrong-pin`. */
  create(pin: string, contents: string): Promise<void> {
    return this.#turn.run(async () => {
      if ([...pin].length < PIN_MIN_CHARACTERS) throw new KioskHostError('wrong-pin');
      if ((await this.#readText()) !== null) throw new KioskHostError('vault-exists');
      const key = await deriveVaultKey(pin);
      // The file that counts wrong PINs exists from now on: on a full disk it could not be made any more.
      await this.#throttle.succeeded();
      await this.#write(sealVault(contents, key));
      this.#opened = key;
    });
  }

  /** Attempts are taken one after another, so that many at once get no more tries than one by one (SEC-6). */
  open(pin: string): Promise<string> {
    return this.#turn.run(async () => {
      const locks = this.#locks;
      const vault = await this.#read();
      await this.#throttle.begin();
      const key = await deriveVaultKey(pin, fromBase64url(vault.salt));
      const contents = openSealedVault(vault, key);
      if (contents === null) throw new KioskHostError('wrong-pin');
      // The PIN was right; where that cannot be noted, the next wrong one only waits longer.
      await this.#throttle.succeeded().catch(() => undefined);
      if (locks === this.#locks) this.#opened = key;
      return contents;
    });
  }

  update(contents: string): Promise<void> {
    return this.#turn.run(async () => {
      if (this.#opened === null) throw new KioskHostError('wrong-pin');
      await this.#write(sealVault(contents, this.#opened));
    });
  }

  /** Forgets the key: `update` needs `open` first. */
  lock(): void {
    this.#locks += 1;
    this.#opened = null;
  }

  async #read(): Promise<SealedVault> {
    const text = await this.#readText();
    if (text === null) throw new KioskHostError('vault-empty');
    try {
      return sealedVaultSchema.parse(JSON.parse(this.#outer === undefined ? text : this.#outer.unseal(text)));
    } catch (cause) {
      throw new KioskHostError('vault-damaged', { cause });
    }
  }

  async #readText(): Promise<string | null> {
    try {
      return await readFileIfThere(this.#path);
    } catch (cause) {
      throw diskError(cause);
    }
  }

  async #write(vault: SealedVault): Promise<void> {
    const text = JSON.stringify(vault);
    try {
      await replaceFileDurably(this.#path, this.#outer === undefined ? text : this.#outer.seal(text));
    } catch (cause) {
      throw diskError(cause);
    }
  }
}
