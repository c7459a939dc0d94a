import type { RouteContract } from '@uketsuke/shared/contracts';
import type { ShelterId } from '@uketsuke/shared/identifiers';
import type { CookieOptions, Request, RequestHandler, Response } from 'express';
import { cookieOf } from '../http/request-context.ts';
import { RequestRefusedError } from '../http/request-refused.ts';
import { type Call, type Handled, type Route, route } from '../http/routes.ts';
import type { StaffAccount } from './staff-register.ts';
import { SESSION_MAX_MS, type StaffSessions } from './staff-sessions.ts';

const COOKIE = 'uketsuke-session';
/** Over https: a browser takes it from this host alone, never from a neighbour's subdomain or over http (RFC 6265bis). */
const SECURE_COOKIE = '__Host-uketsuke-session';

/** Lets staff in: by the session cookie, and against requests forged by other pages by header and origin. */
export class StaffGate {
  readonly #sessions: StaffSessions;
  readonly #publicOrigin: string | undefined;

  /** @param publicOrigin where people reach the server, when a proxy does not pass the host on */
  constructor(sessions: StaffSessions, publicOrigin: string | undefined) {
    this.#sessions = sessions;
    this.#publicOrigin = publicOrigin;
  }

  /** Refuses changes that do not come from our own page: without `X-Uketsuke: 1` or from another origin. */
  readonly refuseForged: RequestHandler = (request, _response, next) => {
    const origin = this.#publicOrigin ?? `${request.protocol}://${request.get('host') ?? ''}`;
    if (request.get('x-uketsuke') !== '1' || request.get('origin') !== origin) {
      throw new RequestRefusedError(403, 'not-allowed', 'X-Uketsuke or Origin: missing or wrong');
    }
    next();
  };

  /**
   * Who is signed in.
   * @throws RequestRefusedError `not-signed-in` (401)
   */
  async signedIn(request: Request): Promise<StaffAccount> {
    const token = this.sessionOf(request);
    const account = token === undefined ? undefined : await this.#sessions.find(token);
    if (account === undefined) throw new RequestRefusedError(401, 'not-signed-in', 'no session');
    return account;
  }

  /** The token that the request shows for a session, whether there is such a session or not. */
  sessionOf(request: Request): string | undefined {
    return cookieOf(request.headers, this.#cookieOf(request).name);
  }

  /** Begins a session and sets its cookie. */
  async begin(request: Request, response: Response, account: StaffAccount): Promise<void> {
    const token = await this.#sessions.begin(account);
    const { name, options } = this.#cookieOf(request);
    response.cookie(name, token, { ...options, maxAge: SESSION_MAX_MS });
  }

  /** Ends the session, if there is one, and takes the cookie away. */
  async end(request: Request, response: Response): Promise<void> {
    const token = this.sessionOf(request);
    if (token !== undefined) await this.#sessions.end(token);
    const { name, options } = this.#cookieOf(request);
    response.clearCookie(name, options);
  }

  #cookieOf(request: Request): { readonly name: string; readonly options: CookieOptions } {
    const secure = this.#publicOrigin?.startsWith('https:') ?? request.secure;
    const options = { httpOnly: true, sameSite: 'strict', secure, path: secure ? '/' : '/hq' } as const;
    return { name: secure ? SECURE_COOKIE : COOKIE, options };
  }
}

/** A call by somebody signed in. */
export type StaffCall<Contract extends RouteContract> = Call<Contract> & { readonly staff: StaffAccount };

/** A contract for staff. */
export type StaffContract = RouteContract & { readonly access: 'signed-in' | 'staff' | 'hq' };

/** A route for staff, let in as the contract's access says. */
export function staffRoute<const Contract extends StaffContract>(
  gate: StaffGate,
  contract: Contract,
  handle: (call: StaffCall<Contract>) => Handled<Contract>,
): Route {
  const accounts = new WeakMap<Request, StaffAccount>();
  const admit: RequestHandler = async (request, _response, next) => {
    const staff = await gate.signedIn(request);
    refuseUnentitled(staff, contract);
    accounts.set(request, staff);
    next();
  };
  const gates = contract.method === 'get' ? [admit] : [gate.refuseForged, admit];
  return route(
    contract,
    (call) => {
      const staff = accounts.get(call.request);
      if (staff === undefined) throw new RequestRefusedError(401, 'not-signed-in', 'no session');
      return handle({ ...call, staff });
    },
    gates,
  );
}

/** Until a one-time password is changed, only that is allowed. */
function refuseUnentitled(staff: StaffAccount, { access }: StaffContract): void {
  if (access === 'signed-in') return;
  if (staff.mustChangePassword) {
    throw new RequestRefusedError(403, 'password-change-required', 'the one-time password must be changed first');
  }
  if (access === 'hq' && staff.role !== 'hq')
    throw new RequestRefusedError(403, 'not-allowed', 'only for headquarters');
}

/** Whether the account may see the shelter (SEC-4). */
export function maySee(staff: StaffAccount, shelterId: ShelterId): boolean {
  return staff.role === 'hq' || staff.shelterIds.includes(shelterId);
}

/** @throws RequestRefusedError `shelter-unknown` (404): whether the shelter exists is not told */
export function requireVisible(staff: StaffAccount, shelterId: ShelterId): void {
  if (!maySee(staff, shelterId)) throw new RequestRefusedError(404, 'shelter-unknown', 'there is no such shelter');
}
