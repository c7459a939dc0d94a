import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeRxDatabase } from 'rxdb';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import type { KioskHost } from '../../kiosk/host/kiosk-host.ts';
import { createKioskHost, type KioskHostService } from '../../kiosk/host/kiosk-host-service.ts';
import type { Desk } from '../../kiosk/src/desk/desk.ts';
import { type DeskOptions, openDesk } from '../../kiosk/src/desk/open-desk.ts';
import type { KioskSecrets } from '../../kiosk/src/reception/kiosk-secrets.ts';

type MemoryStorage = ReturnType<typeof getRxStorageMemory>;

/** A kiosk for tests: a real host over files, RxDB's memory storage, which outlives the desk as a disk does. */
export class TestKiosk {
  readonly secrets: KioskSecrets;
  readonly directory: string;
  readonly storage = getRxStorageMemory();
  serverUrl: string | null = null;
  /** Lets a test stand between the desk and its host. */
  wrapHost: (host: KioskHost) => KioskHost = (host) => host;
  /** Lets a test stand between the desk and its disk. */
  wrapStorage: (storage: MemoryStorage) => MemoryStorage = (storage) => storage;
  #host: KioskHostService | null = null;
  #desk: Desk | null = null;

  private constructor(secrets: KioskSecrets, directory: string) {
    this.secrets = secrets;
    this.directory = directory;
  }

  static async build(secrets: KioskSecrets): Promise<TestKiosk> {
    return new TestKiosk(secrets, await mkdtemp(join(tmpdir(), 'uketsuke-kiosk-')));
  }

  /** Opens the desk, after closing it if it is open: what a restart does. */
  async open(options: Partial<Omit<DeskOptions, 'host' | 'secrets' | 'storage'>> = {}): Promise<Desk> {
    await this.close();
    const service = await createKioskHost({ dataDirectory: this.directory, kind: 'browser', version: 'test' });
    this.#host = service;
    const host: KioskHost = {
      vault: service.vault,
      journal: service.journal,
      cardReader: service.cardReader,
      enrol: service.enrol,
      hub: service.hub,
      info: async () => ({ ...(await service.info()), serverUrl: this.serverUrl }),
    };
    this.#desk = await openDesk({
      ...options,
      host: this.wrapHost(host),
      secrets: this.secrets,
      storage: this.wrapStorage(this.storage),
    });
    return this.#desk;
  }

  /** Forgets the store, as if its disk had been lost. */
  async loseStore(): Promise<void> {
    await this.close();
    await removeRxDatabase(`uketsuke-${this.secrets.enrolment.deviceId}`, this.storage, false);
  }

  async close(): Promise<void> {
    await this.#desk?.close();
    await this.#host?.close();
    this.#desk = null;
    this.#host = null;
  }

  async remove(): Promise<void> {
    await this.loseStore();
    await rm(this.directory, { recursive: true, force: true });
  }
}
