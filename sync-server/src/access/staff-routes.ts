import { setTimeout as pause } from 'node:timers/promises';
import { type SignedIn, staffContracts } from '@uketsuke/shared/contracts';
import type { Request } from 'express';
import { originOf } from '../http/request-origin.ts';
import { RequestRefusedError } from '../http/request-refused.ts';
import { type Route, route } from '../http/routes.ts';
import { AttemptThrottle } from '../identity/attempt-throttle.ts';
import { type StaffGate, staffRoute } from '../identity/staff-gate.ts';
import type { StaffAccount, StaffRegister } from '../identity/staff-register.ts';
import type { ShelterRegister } from '../shelters/shelter-register.ts';

const FORGET_AFTER_MS = 15 * 60_000;
/** Somebody who guesses at an account from one place. */
const ACCOUNT_FROM_ORIGIN = { attempts: 10, delayAfter: 3, forgetAfterMs: FORGET_AFTER_MS };
/** Many places: slowed down, never refused, as strangers could else lock out who the account belongs to. */
const ACCOUNT = { attempts: Number.POSITIVE_INFINITY, delayAfter: 10, forgetAfterMs: FORGET_AFTER_MS };
/** A place may be a whole office behind one router. */
const ORIGIN = { attempts: 50, delayAfter: 50, forgetAfterMs: FORGET_AFTER_MS };

export interface StaffRoutesOptions {
  readonly gate: StaffGate;
  readonly staff: StaffRegister;
  readonly shelters: ShelterRegister;
  readonly now: () => number;
}

/** Signing in and out, passwords and new accounts. */
export function staffRoutes({ gate, staff, shelters, now }: StaffRoutesOptions): readonly Route[] {
  const attempts = new PasswordAttempts(now);
  return [
    route(
      staffContracts.signIn,
      async ({ body, request, response }) => {
        const username = body.username.normalize('NFKC').trim().toLowerCase();
        const account = await attempts.judge(request, username, () => staff.verify(username, body.password));
        if (account === undefined) throw new RequestRefusedError(401, 'wrong-credentials', 'wrong name or password');
        await gate.begin(request, response, account);
        return describe(account);
      },
      [gate.refuseForged],
    ),
    route(staffContracts.signOut, ({ request, response }) => gate.end(request, response), [gate.refuseForged]),
    staffRoute(gate, staffContracts.me, async ({ staff: account }) => describe(account)),
    staffRoute(gate, staffContracts.changePassword, async ({ body, staff: { username }, request, response }) => {
      if (body.next === body.current) {
        throw new RequestRefusedError(400, 'malformed-request', 'next: same as current');
      }
      const account = await attempts.judge(request, username, () =>
        staff.changePassword(username, body.current, body.next),
      );
      if (account !== undefined) await gate.begin(request, response, account);
    }),
    staffRoute(gate, staffContracts.createStaff, async ({ body }) => {
      for (const shelterId of body.shelterIds) shelters.require(shelterId);
      return staff.create(body.username, body.role, body.shelterIds);
    }),
  ];
}

/** Slows down repeated wrong passwords of an account, and refuses them by where they come from (SEC-6). */
class PasswordAttempts {
  readonly #ofAccountFromOrigin: AttemptThrottle;
  readonly #ofAccount: AttemptThrottle;
  readonly #fromOrigin: AttemptThrottle;

  constructor(now: () => number) {
    this.#ofAccountFromOrigin = new AttemptThrottle(ACCOUNT_FROM_ORIGIN, now);
    this.#ofAccount = new AttemptThrottle(ACCOUNT, now);
    this.#fromOrigin = new AttemptThrottle(ORIGIN, now);
  }

  async judge(
    request: Request,
    username: string,
    verify: () => Promise<StaffAccount | undefined>,
  ): Promise<StaffAccount | undefined> {
    const origin = originOf(request);
    const both = `${origin} ${username}`;
    const uncount = () => {
      this.#ofAccount.uncount(username);
      this.#fromOrigin.uncount(origin);
    };
    await pause(
      Math.max(this.#fromOrigin.begin(origin), this.#ofAccountFromOrigin.begin(both), this.#ofAccount.begin(username)),
    );
    try {
      const account = await verify();
      if (account !== undefined) {
        this.#ofAccountFromOrigin.succeeded(both);
        uncount();
      }
      return account;
    } catch (error) {
      // Where nobody judged it, as the server was busy or the database away, the right password must not count.
      if (!(error instanceof RequestRefusedError && error.code === 'wrong-credentials')) {
        this.#ofAccountFromOrigin.uncount(both);
        uncount();
      }
      throw error;
    }
  }
}

function describe({ username, role, shelterIds, mustChangePassword }: StaffAccount): SignedIn {
  return { username, role, shelterIds: [...shelterIds], mustChangePassword };
}
