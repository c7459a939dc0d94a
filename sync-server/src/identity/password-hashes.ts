import { platformTimers } from '@uketsuke/shared/timers';
import argon2 from 'argon2';
import { Turnstile } from '../http/turnstile.ts';

/** Argon2id with RFC 9106's second recommended choice (64 MiB, 3 passes); one lane, as a login has one thread. */
const ARGON2 = { type: argon2.argon2id, memoryCost: 64 * 1024, timeCost: 3, parallelism: 1 } as const;
/** The database does its work in the same four threads (libuv's): more at a time would keep it from its disk. */
const AT_A_TIME = 2;
/** Nobody at a log-in screen waits for longer. */
const MAX_WAITING = 16;
const MAX_WAIT_MS = 4_000;

/** Makes and checks password hashes, only so many at a time. Both reject with RequestRefusedError 503 `busy`. */
export class PasswordHashes {
  readonly #turns = new Turnstile({
    capacity: AT_A_TIME,
    maxWaiting: MAX_WAITING,
    maxWaitingEach: MAX_WAITING,
    maxWaitMs: MAX_WAIT_MS,
    chance: Math.random,
    timers: platformTimers,
  });

  hash(password: string): Promise<string> {
    return this.#inTurn(() => argon2.hash(password, ARGON2));
  }

  verify(hash: string, password: string): Promise<boolean> {
    return this.#inTurn(() => argon2.verify(hash, password));
  }

  /** A hash that no password has: checking one against it takes as long as any, and making it takes no time. */
  static ofNobody(random: (length: number) => Uint8Array): string {
    const { memoryCost, timeCost, parallelism } = ARGON2;
    const [salt, tag] = [16, 32].map((length) => Buffer.from(random(length)).toString('base64').replaceAll('=', ''));
    return `$argon2id$v=19$m=${memoryCost},p=${parallelism},t=${timeCost}$${salt}$${tag}`;
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const leave = await this.#turns.pass('passwords', 1, new AbortController().signal);
    try {
      return await work();
    } finally {
      leave();
    }
  }
}
