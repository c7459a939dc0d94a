import { join } from 'node:path';
import { elapsedSince } from '@uketsuke/shared/clock';
import { readJson } from '@uketsuke/shared/json';
import * as z from 'zod';
import { diskError } from '../files/disk-error.ts';
import { overwriteFileDurably, readFileIfThere, replaceFileDurably } from '../files/durable-file.ts';
import { KioskHostError } from '../kiosk-host-error.ts';

/** Wrong PINs in a row that cost nothing but their own time. */
export const FREE_ATTEMPTS = 5;
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 15 * 60_000;

const attemptsSchema = z.object({ failures: z.int().min(0), lastAt: z.number() });
type Attempts = z.infer<typeof attemptsSchema>;
const NONE: Attempts = { failures: 0, lastAt: 0 };

/** Milliseconds to wait after that many wrong PINs in a row: nothing, then 30 s doubling to 15 minutes (SEC-6). */
export function waitAfterFailures(failures: number): number {
  if (failures < FREE_ATTEMPTS) return 0;
  return Math.min(FIRST_WAIT_MS * 2 ** (failures - FREE_ATTEMPTS), LONGEST_WAIT_MS);
}

/** Counts wrong PINs in a file, so that a restart forgives nothing. */
export class PinThrottle {
  readonly #path: string;
  readonly #now: () => number;

  constructor(directory: string, now: () => number) {
    this.#path = join(directory, 'vault-attempts.json');
    this.#now = now;
  }

  /**
   * Counts an attempt before it is made: pulling the plug in the middle of one does not undo it.
   * @throws KioskHostError too-many-attempts, disk-full, disk-failed
   */
  async begin(): Promise<void> {
    const attempts = await this.#read();
    const wait = waitAfterFailures(attempts.failures);
    const now = this.#now();
    const { ms: waited, since } = elapsedSince(attempts.lastAt, now);
    if (since !== attempts.lastAt) await this.#write({ ...attempts, lastAt: since });
    const left = wait - waited;
    if (left > 0) throw new KioskHostError('too-many-attempts', { retryAfterSeconds: Math.ceil(left / 1000) });
    await this.#write({ failures: attempts.failures + 1, lastAt: now });
  }

  /** Forgets what was counted. @throws KioskHostError disk-full, disk-failed: then it counts on */
  async succeeded(): Promise<void> {
    await this.#write(NONE);
  }

  async #read(): Promise<Attempts> {
    const text = await readFileIfThere(this.#path).catch((cause: unknown) => {
      throw diskError(cause);
    });
    if (text === null) return NONE;
    return readJson(text, attemptsSchema) ?? { failures: FREE_ATTEMPTS, lastAt: this.#now() - FIRST_WAIT_MS };
  }

  /** A full disk must not keep the staff out: the file that is there is then written over. */
  async #write(attempts: Attempts): Promise<void> {
    const text = JSON.stringify(attempts);
    try {
      await replaceFileDurably(this.#path, text);
    } catch (cause) {
      const error = diskError(cause);
      if (error.code !== 'disk-full') throw error;
      await overwriteFileDurably(this.#path, text).catch(() => {
        throw error;
      });
    }
  }
}
