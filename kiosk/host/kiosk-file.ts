import { readJson } from '@uketsuke/shared/json';
import { Turn } from '@uketsuke/shared/turn';
import * as z from 'zod';
import { diskError } from './files/disk-error.ts';
import { readFileIfThere, replaceFileDurably } from './files/durable-file.ts';
import { type HubInUse, hubInUseSchema } from './hub/hub-in-use.ts';

/** What `kiosk.json` holds: where the kiosk syncs to. Nothing secret. A file of an older version has no hub. */
const contentsSchema = z.object({
  serverUrl: z.url(),
  hub: hubInUseSchema.optional(),
});
type Contents = z.infer<typeof contentsSchema>;

/** The kiosk's settings on the disk. A file that cannot be understood counts as none. */
export class KioskFile {
  readonly #path: string;
  readonly #turn = new Turn();

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws KioskHostError disk-failed */
  async serverUrl(): Promise<string | null> {
    return (await this.#read())?.serverUrl ?? null;
  }

  /** @throws KioskHostError disk-failed */
  async hub(): Promise<HubInUse | null> {
    return (await this.#read())?.hub ?? null;
  }

  /**
   * A new enrolment: the hub of the one before is forgotten.
   * @throws KioskHostError disk-full, disk-failed
   */
  enrolledAt(serverUrl: string): Promise<void> {
    return this.#turn.run(() => this.#write({ serverUrl }));
  }

  /**
   * Remembers the hub in use, or with null that there is none. Without an enrolment there is nothing to remember.
   * @throws KioskHostError disk-full, disk-failed
   */
  setHub(hub: HubInUse | null): Promise<void> {
    return this.#turn.run(async () => {
      const serverUrl = await this.serverUrl();
      if (serverUrl !== null) await this.#write(hub === null ? { serverUrl } : { serverUrl, hub });
    });
  }

  async #read(): Promise<Contents | null> {
    const text = await readFileIfThere(this.#path).catch((cause: unknown) => {
      throw diskError(cause);
    });
    return readJson(text, contentsSchema) ?? null;
  }

  async #write(contents: Contents): Promise<void> {
    try {
      await replaceFileDurably(this.#path, JSON.stringify(contents));
    } catch (cause) {
      throw diskError(cause);
    }
  }
}
