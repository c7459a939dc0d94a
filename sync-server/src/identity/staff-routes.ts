import { setTimeout as pause } from 'node:timers/promises';
import {
  loginRequestSchema,
  newStaffResponseSchema,
  newStaffSchema,
  passwordChangeSchema,
  type SignedIn,
  signedInSchema,
} from '@uketsuke/shared/contracts';
import type { Request } from 'express';
import { RequestRefusedError } from '../http/request-refused.ts';
import { type Route, route } from '../http/routes.ts';
import type { ShelterRegister } from '../shelters/shelter-register.ts';
import { AttemptThrottle } from './attempt-throttle.ts';
import { type StaffGate, staffRoute } from './staff-gate.ts';
import type { StaffAccount, StaffRegister } from './staff-register.ts';

/** Per account the limit is low; an address may stand for a whole office behind one router. */
const ACCOUNT_LIMIT = { attempts: 10, delayAfter: 3, forgetAfterMs: 15 * 60_000 };
const ADDRESS_LIMIT = { attempts: 50, delayAfter: 50, forgetAfterMs: 15 * 60_000 };

export interface StaffRoutesOptions {
  readonly gate: StaffGate;
  readonly staff: StaffRegister;
  readonly shelters: ShelterRegister;
  readonly now: () => number;
}

/** Signing in and out, passwords and new accounts, below `/hq/v1`. */
export function staffRoutes({ gate, staff, shelters, now }: StaffRoutesOptions): readonly Route[] {
  const attempts = new PasswordAttempts(now);
  return [
    route(
      {
        method: 'post',
        path: '/login',
        summary: 'Signs in; sets the session cookie.',
        access: 'everyone',
        body: loginRequestSchema,
        answer: { status: 200, body: signedInSchema },
      },
      async ({ body, request, response }) => {
        const username = body.username.normalize('NFKC').trim().toLowerCase();
        const account = await attempts.judge(request, username, () => staff.verify(username, body.password));
        if (account === undefined) throw new RequestRefusedError(401, 'wrong-credentials', 'wrong name or password');
        await gate.begin(request, response, account);
        return describe(account);
      },
      [gate.refuseForged],
    ),
    route(
      {
        method: 'post',
        path: '/logout',
        summary: 'Ends the session, if there is one.',
        access: 'everyone',
        answer: { status: 204 },
      },
      ({ request, response }) => gate.end(request, response),
      [gate.refuseForged],
    ),
    route(
      {
        method: 'get',
        path: '/me',
        summary: 'Who is signed in.',
        access: 'staff',
        answer: { status: 200, body: signedInSchema },
      },
      async ({ request }) => describe(await gate.signedIn(request)),
    ),
    route(
      {
        method: 'post',
        path: '/password',
        summary: 'Changes the own password; ends all other sessions of the account.',
        access: 'staff',
        body: passwordChangeSchema,
        answer: { status: 204 },
      },
      async ({ body, request, response }) => {
        const { username } = await gate.signedIn(request);
        if (body.next === body.current) {
          throw new RequestRefusedError(400, 'malformed-request', 'next: same as current');
        }
        const account = await attempts.judge(request, username, () =>
          staff.changePassword(username, body.current, body.next),
        );
        if (account !== undefined) await gate.begin(request, response, account);
      },
      [gate.refuseForged],
    ),
    staffRoute(
      gate,
      {
        method: 'post',
        path: '/staff',
        summary: 'A new account with a one-time password.',
        access: 'hq',
        body: newStaffSchema,
        answer: { status: 201, body: newStaffResponseSchema },
      },
      async ({ body }) => {
        for (const shelterId of body.shelterIds) shelters.require(shelterId);
        return staff.create(body.username, body.role, body.shelterIds);
      },
    ),
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
