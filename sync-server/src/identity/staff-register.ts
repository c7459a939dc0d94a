import { type SignedIn, type StaffRole, staffRoleSchema } from '@uketsuke/shared/contracts';
import type { RandomBytes, ShelterId } from '@uketsuke/shared/identifiers';
import { shelterIdSchema } from '@uketsuke/shared/identifiers';
import * as z from 'zod';
import { createDocument, type Documents, readDocument, replaceDocument } from '../couch/documents.ts';
import { RequestRefusedError } from '../http/request-refused.ts';
import { newOneTimePassword } from './one-time-secrets.ts';
import { PasswordHashes } from './password-hashes.ts';

export const FIRST_ADMIN = 'admin';

const staffDocumentSchema = z.object({
  role: staffRoleSchema,
  shelterIds: z.array(shelterIdSchema),
  passwordHash: z.string(),
  mustChangePassword: z.boolean(),
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
  /** Checked when there is no such account, so that the answer takes as long. */
  readonly #nobodysHash: string;
  readonly #hashes = new PasswordHashes();

  constructor(database: Documents, random: RandomBytes) {
    this.#database = database;
    this.#random = random;
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

  /** The account when the password is right; takes the same time when there is no such account. */
  async verify(username: string, password: string): Promise<StaffAccount | undefined> {
    const document = await this.#read(username);
    const isRight = await this.#hashes.verify(document?.value.passwordHash ?? this.#nobodysHash, password);
    return document !== undefined && isRight ? accountOf(username, document.value) : undefined;
  }

  /**
   * Sets a new password and ends all sessions of the account.
   * @throws RequestRefusedError `wrong-credentials` (403), `conflict` (409)
   */
  async changePassword(username: string, current: string, next: string): Promise<StaffAccount> {
    const stored = await this.#read(username);
    if (stored === undefined || !(await this.#hashes.verify(stored.value.passwordHash, current))) {
      throw new RequestRefusedError(403, 'wrong-credentials', 'current: wrong');
    }
    const changed: StaffDocument = {
      ...stored.value,
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
      generation: 1,
    };
    const isNew = await createDocument(this.#database, idOf(username), document);
    return isNew ? { username, oneTimePassword } : null;
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
