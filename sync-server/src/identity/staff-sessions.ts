import { createHash } from 'node:crypto';
import type { RandomBytes } from '@uketsuke/shared/identifiers';
import * as z from 'zod';
import { createDocument, type Documents, deleteExpired, readDocument, replaceDocument } from '../couch/documents.ts';
import type { MangoIndex } from '../couch/open-database.ts';
import { newToken } from './one-time-secrets.ts';
import type { StaffAccount, StaffRegister } from './staff-register.ts';

export const STAFF_DATABASE = 'staff';
export const STAFF_INDEXES: readonly MangoIndex[] = [{ name: 'session-expiry', fields: ['sessionExpiresAt'] }];
export const SESSION_MAX_MS = 12 * 60 * 60 * 1_000;
export const SESSION_IDLE_MS = 2 * 60 * 60 * 1_000;
/** A session's last use is written at most this often. */
const SEEN_WRITE_MS = 5 * 60 * 1_000;

const sessionSchema = z.object({
  username: z.string(),
  generation: z.int(),
  sessionExpiresAt: z.string(),
  lastSeenAt: z.string(),
  ended: z.boolean(),
});

/** Console sessions: the database holds a hash of the token only. They end after 12 hours, or 2 hours unused. */
export class StaffSessions {
  readonly #database: Documents;
  readonly #staff: StaffRegister;
  readonly #random: RandomBytes;
  readonly #now: () => number;

  constructor(database: Documents, staff: StaffRegister, random: RandomBytes, now: () => number) {
    this.#database = database;
    this.#staff = staff;
    this.#random = random;
    this.#now = now;
  }

  /** Begins a session; returns its token. */
  async begin(account: StaffAccount): Promise<string> {
    const token = newToken(this.#random);
    const now = this.#now();
    await createDocument(this.#database, idOf(token), {
      username: account.username,
      generation: account.generation,
      sessionExpiresAt: new Date(now + SESSION_MAX_MS).toISOString(),
      lastSeenAt: new Date(now).toISOString(),
      ended: false,
    });
    return token;
  }

  /** The account of a session that is still good. */
  async find(token: string): Promise<StaffAccount | undefined> {
    const stored = await readDocument(this.#database, idOf(token), sessionSchema);
    if (stored === undefined) return undefined;
    const session = stored.value;
    const now = this.#now();
    const isOver =
      now >= Date.parse(session.sessionExpiresAt) || now >= Date.parse(session.lastSeenAt) + SESSION_IDLE_MS;
    if (session.ended || isOver) return undefined;
    const account = await this.#staff.find(session.username);
    if (account === undefined || account.generation !== session.generation) return undefined;
    if (now - Date.parse(session.lastSeenAt) > SEEN_WRITE_MS) {
      // Losing against another request of the same session does no harm: it wrote the same.
      await replaceDocument(this.#database, idOf(token), stored.revision, {
        ...session,
        lastSeenAt: new Date(now).toISOString(),
      });
    }
    return account;
  }

  /** Ends a session; nothing happens when there is none. */
  async end(token: string): Promise<void> {
    for (let done = false; !done; ) {
      const stored = await readDocument(this.#database, idOf(token), sessionSchema);
      if (stored === undefined || stored.value.ended) return;
      done = await replaceDocument(this.#database, idOf(token), stored.revision, { ...stored.value, ended: true });
    }
  }

  /** Deletes sessions that are over. */
  async deleteExpired(): Promise<void> {
    const before = new Date(this.#now()).toISOString();
    await deleteExpired(this.#database, { field: 'sessionExpiresAt', index: 'session-expiry', before, limit: 500 });
  }
}

function idOf(token: string): string {
  return `session:${createHash('sha256').update(token).digest('hex')}`;
}
