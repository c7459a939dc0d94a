import { setTimeout as pause } from 'node:timers/promises';
import { type SignedIn, staffContracts } from '@uketsuke/shared/contracts';
import type { Request } from 'express';
import { RequestRefusedError } from '../http/request-refused.ts';
import { type Route, route } from '../http/routes.ts';
import { AttemptThrottle } from '../identity/attempt-throttle.ts';
import { type StaffGate, staffRoute } from '../identity/staff-gate.ts';
import type { StaffAccount, StaffRegister } from '../identity/staff-register.ts';
import type { ShelterRegister } from '../shelters/shelter-register.ts';

/** Per account the limit is low; an address may stand for a whole office behind one router. */
const ACCOUNT_LIMIT = { attempts: 10, delayAfter: 3, forgetAfterMs: 15 * 60_000 };
const ADDRESS_LIMIT = { attempts: 50, delayAfter: 50, forgetAfterMs: 15 * 60_000 };

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

/** Slows down and refuses repeated wrong passwords, by account and by address (SEC-6). */
class PasswordAttempts {
  readonly #byAccount: AttemptThrottle;
  readonly #byAddress: AttemptThrottle;

  constructor(now: () => number) {
    this.#byAccount = new AttemptThrottle(ACCOUNT_LIMIT, now);
    this.#byAddress = new AttemptThrottle(ADDRESS_LIMIT, now);
  }

  async judge(
    request: Request,
    username: string,
    verify: () => Promise<StaffAccount | undefined>,
  ): Promise<StaffAccount | undefined> {
    const address = request.ip ?? '';
    const delayMs = Math.max(this.#byAddress.begin(address), this.#byAccount.begin(username));
    await pause(delayMs);
    try {
      const account = await verify();
      if (account !== undefined) {
        this.#byAccount.succeeded(username);
        this.#byAddress.uncount(address);
      }
      return account;
    } catch (error) {
      // Where nobody judged it, as the database was away, the right password must not count as a wrong one.
      if (!(error instanceof RequestRefusedError && error.code === 'wrong-credentials')) {
        this.#byAccount.uncount(username);
        this.#byAddress.uncount(address);
      }
      throw error;
    }
  }
}

function describe({ username, role, shelterIds, mustChangePassword }: StaffAccount): SignedIn {
  return { username, role, shelterIds: [...shelterIds], mustChangePassword };
}
