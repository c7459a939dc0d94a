import { type SignedIn, type StaffRole, staffRoleSchema } from '@uketsuke/shared/contracts';
import type { RandomBytes, ShelterId } from '@uketsuke/shared/identifiers';
import { shelterIdSchema } from '@uketsuke/shared/identifiers';
import * as z from 'zod';
import { createDocument, type Documents, readDocument, replaceDocument } from '../couch/documents.ts';
import { RequestRefusedError } from '../http/request-refused.ts';
import { newOneTimePassword } from './one-time-secrets.ts';
import { PasswordHashes } from './password-hashes.ts';
import { isWeakPassword } from './weak-passwords.ts';

export const FIRST_ADMIN = 'admin';
/** A one-time password works for a day (SEC-9). */
const ONE_TIME_VALID_MS = 24 * 60 * 60 * 1_000;

const staffDocumentSchema = z.object({
  role: staffRoleSchema,
  shelterIds: z.array(shelterIdSchema),
  passwordHash: z.string(),
  mustChangePassword: z.boolean(),
  /** Until when a one-time password works; absent before they ended, and when the password is the person's own. */
  oneTimeUntil: z.iso.datetime().optional(),
  /** Sessions begun under an earlier password name an earlier generation. */
  generation: z.int(),
});
type StaffDocument = z.infer<typeof staffDocumentSchema>;

/** A member of staff. */
export interface StaffAccount extends SignedIn {
  readonly generation: number;
}

/** Staff accounts and their passwords (argon2id). */
export class StaffRegister {
  readonly #database: Documents;
  readonly #random: RandomBytes;
  readonly #now: () => number;
  /** Checked when there is no such account, so that the answer takes as long. */
  readonly #nobodysHash: string;
  readonly #hashes = new PasswordHashes();

  /** @param now ms since 1970 UTC */
  constructor(database: Documents, random: RandomBytes, now: () => number) {
    this.#database = database;
    this.#random = random;
    this.#now = now;
    this.#nobodysHash = PasswordHashes.ofNobody(random);
  }

  /** Makes the first HQ account on a city's first start; null when there is one already. */
  async createFirstAdmin(): Promise<{ username: string; oneTimePassword: string } | null> {
    if ((await this.find(FIRST_ADMIN)) !== undefined) return null;
    return this.#create(FIRST_ADMIN, 'hq', []);
  }

  /**
   * A new account with a one-time password.
   * @throws RequestRefusedError `conflict` (409) when the name is taken
   */
  async create(username: string, role: StaffRole, shelterIds: readonly ShelterId[]) {
    const created = await this.#create(username, role, shelterIds);
    if (created === null) throw new RequestRefusedError(409, 'conflict', 'username: taken');
    return created;
  }

  async find(username: string): Promise<StaffAccount | undefined> {
    const document = await this.#read(username);
    return document && accountOf(username, document.value);
  }

  /**
   * The account when the password is right; takes the same time when there is no such account.
   * @throws RequestRefusedError `one-time-password-expired` (403)
   */
  async verify(username: string, password: string): Promise<StaffAccount | undefined> {
    const document = await this.#read(username);
    const isRight = await this.#hashes.verify(document?.value.passwordHash ?? this.#nobodysHash, password);
    if (document === undefined || !isRight) return undefined;
    this.#refuseExpired(document.value);
    return accountOf(username, document.value);
  }

  /**
   * Sets a new password and ends all sessions of the account.
   * @throws RequestRefusedError `wrong-credentials`, `one-time-password-expired` (403), `password-too-weak` (400),
   * `conflict` (409)
   */
  async changePassword(username: string, current: string, next: string): Promise<StaffAccount> {
    const stored = await this.#read(username);
    if (stored === undefined || !(await this.#hashes.verify(stored.value.passwordHash, current))) {
      throw new RequestRefusedError(403, 'wrong-credentials', 'current: wrong');
    }
    this.#refuseExpired(stored.value);
    if (isWeakPassword(next, [username])) {
      throw new RequestRefusedError(400, 'password-too-weak', 'next: among the first to be tried');
    }
    const { oneTimeUntil: _ended, ...kept } = stored.value;
    const changed: StaffDocument = {
      ...kept,
      passwordHash: await this.#hashes.hash(next),
      mustChangePassword: false,
      generation: stored.value.generation + 1,
    };
    if (!(await replaceDocument(this.#database, idOf(username), stored.revision, changed))) {
      throw new RequestRefusedError(409, 'conflict', 'the account was changed meanwhile');
    }
    return accountOf(username, changed);
  }

  /**
   * Gives the account a new one-time password and ends all its sessions; for somebody who lost theirs.
   * @throws RequestRefusedError `not-found` (404), `conflict` (409)
   */
  async resetPassword(username: string): Promise<{ username: string; oneTimePassword: string }> {
    const stored = await this.#read(username);
    if (stored === undefined) throw new RequestRefusedError(404, 'not-found', 'there is no such account');
    const oneTimePassword = newOneTimePassword(this.#random);
    const changed: StaffDocument = {
      ...stored.value,
      passwordHash: await this.#hashes.hash(oneTimePassword),
      mustChangePassword: true,
      oneTimeUntil: this.#aDayFromNow(),
      generation: stored.value.generation + 1,
    };
    if (!(await replaceDocument(this.#database, idOf(username), stored.revision, changed))) {
      throw new RequestRefusedError(409, 'conflict', 'the account was changed meanwhile');
    }
    return { username, oneTimePassword };
  }

  async #create(username: string, role: StaffRole, shelterIds: readonly ShelterId[]) {
    const oneTimePassword = newOneTimePassword(this.#random);
    const document: StaffDocument = {
      role,
      shelterIds: role === 'hq' ? [] : [...shelterIds],
      passwordHash: await this.#hashes.hash(oneTimePassword),
      mustChangePassword: true,
      oneTimeUntil: this.#aDayFromNow(),
      generation: 1,
    };
    const isNew = await createDocument(this.#database, idOf(username), document);
    return isNew ? { username, oneTimePassword } : null;
  }

  #aDayFromNow(): string {
    return new Date(this.#now() + ONE_TIME_VALID_MS).toISOString();
  }

  #refuseExpired({ oneTimeUntil }: StaffDocument): void {
    if (oneTimeUntil === undefined || Date.parse(oneTimeUntil) > this.#now()) return;
    throw new RequestRefusedError(403, 'one-time-password-expired', 'the one-time password is more than a day old');
  }

  #read(username: string) {
    return readDocument(this.#database, idOf(username), staffDocumentSchema);
  }
}

function idOf(username: string): string {
  return `staff:${username}`;
}

function accountOf(username: string, document: StaffDocument): StaffAccount {
  const { role, shelterIds, mustChangePassword, generation } = document;
  return { username, role, shelterIds, mustChangePassword, generation };
}
