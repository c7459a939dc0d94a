import { createClient, deviceContracts, fetchSend } from '@uketsuke/shared/contracts';
import type { DirectoryKey } from '@uketsuke/shared/my-number-card';
import type { KioskVault } from '../../host/kiosk-host.ts';
import { traceFailure } from '../failure-trace.ts';
import type { KioskSecrets } from '../reception/kiosk-secrets.ts';

const RETRY_MS = 30_000;
const TIMEOUT_MS = 8_000;

export interface KioskDeviceKeysParts {
  readonly secrets: KioskSecrets;
  readonly vault: Pick<KioskVault, 'update'>;
  /** Origin of the city's server; a hub has no such keys. Null before enrolment. */
  readonly serverUrl: string | null;
  readonly fetch: typeof fetch;
  readonly retryMs?: number;
}

/**
 * The keys that the city's kiosks share. When headquarters rotated them, this kiosk fetches them from the city's server
 * and seals them into its vault; until that works it goes on with those it has.
 */
export class KioskDeviceKeys {
  readonly #parts: KioskDeviceKeysParts;
  readonly #stopped = new AbortController();
  #keys: readonly DirectoryKey[];
  #toldVersion = 0;
  #fetching: Promise<void> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: KioskDeviceKeysParts) {
    this.#parts = parts;
    this.#keys = parts.secrets.enrolment.cardDirectoryKeys ?? [];
  }

  /** Keys of the card directory, newest first. */
  get directoryKeys(): readonly DirectoryKey[] {
    return this.#keys;
  }

  /** The fact `device-keys` says that this is the newest version. */
  told(version: number): void {
    this.#toldVersion = Math.max(this.#toldVersion, version);
    this.#catchUp();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    clearTimeout(this.#retry);
    await this.#fetching;
  }

  get #version(): number {
    return this.#keys[0]?.keyId ?? 0;
  }

  #catchUp(): void {
    const { serverUrl, retryMs = RETRY_MS } = this.#parts;
    if (serverUrl === null || this.#version >= this.#toldVersion || this.#stopped.signal.aborted) return;
    const toldBefore = this.#toldVersion;
    this.#fetching ??= this.#fetch(serverUrl)
      .catch((error: unknown) => {
        if (this.#stopped.signal.aborted) return;
        traceFailure('device keys', error);
        clearTimeout(this.#retry);
        this.#retry = setTimeout(() => this.#catchUp(), retryMs);
      })
      .finally(() => {
        this.#fetching = undefined;
        // What was told meanwhile may be newer than what was fetched.
        if (this.#toldVersion > toldBefore) this.#catchUp();
      });
  }

  async #fetch(serverUrl: string): Promise<void> {
    const { secrets, vault } = this.#parts;
    const send = fetchSend({ fetch: this.#parts.fetch, baseUrl: serverUrl, timeoutMs: TIMEOUT_MS });
    const { cardDirectoryKeys } = await createClient(deviceContracts, send).keys(
      {},
      { bearer: secrets.enrolment.credential, signal: this.#stopped.signal },
    );
    const renewed: KioskSecrets = { ...secrets, enrolment: { ...secrets.enrolment, cardDirectoryKeys } };
    await vault.update(JSON.stringify(renewed));
    // Used only once they are in the vault: a link under a key that is lost at the next start would be lost with it.
    this.#keys = cardDirectoryKeys;
  }
}
