import type * as z from 'zod';
import type { ProblemCode } from '../errors/error-codes.ts';

/**
 * Who may call a route:
 * - `management-token`: who holds the bearer token that came with a card
 * - `device`: an enrolled kiosk or hub, by its bearer credential
 * - `signed-in`: whoever has a session, also before a one-time password is changed
 * - `staff`, `hq`: the session of an account, or of headquarters' own; changes also need the header `X-Uketsuke: 1` and
 *   a same-origin `Origin`
 * - `operator`: whoever administers the server's machine, by the bearer token of its operator file
 */
export type Access = 'everyone' | 'management-token' | 'device' | 'signed-in' | 'staff' | 'hq' | 'operator';

/** A JSON answer. */
export interface JsonAnswer {
  readonly status: 200 | 201 | 503;
  readonly body: z.ZodType;
}

/** An answer without a body. */
export interface EmptyAnswer {
  readonly status: 204;
}

/** An answer of another media type, sent as it comes. */
export interface StreamAnswer {
  readonly status: 200;
  readonly mediaType: string;
  /** Of `text/event-stream`: the JSON in each event's data. */
  readonly events?: z.ZodType;
}

export type Answer = JsonAnswer | EmptyAnswer | StreamAnswer;

/** An HTTP route as data: the servers mount it, the OpenAPI description and the clients are made from it. */
export interface RouteContract {
  readonly method: 'get' | 'post';
  /** From the root; `:name` stands for a parameter, e.g. `/card/v1/cards/:cardId/state`. */
  readonly path: `/${string}`;
  readonly summary: string;
  readonly access: Access;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** Of a JSON body. */
  readonly body?: z.ZodType;
  /** Media type of a body that is no JSON; it is read as it comes. */
  readonly upload?: string;
  readonly answer: Answer;
  /** Another answer that is no problem. */
  readonly otherAnswer?: JsonAnswer;
  /** Codes beside those that `problemsOf` finds out by itself. */
  readonly problems: readonly ProblemCode[];
}

/** Contracts by the name that a client calls them by. */
export type ContractGroup = Readonly<Record<string, RouteContract>>;

type Parsed<Contract, Part extends string> = Contract extends {
  readonly [part in Part]: infer Schema extends z.ZodType;
}
  ? z.output<Schema>
  : undefined;
/** What a handler is given. */
export type ParamsOf<Contract extends RouteContract> = Parsed<Contract, 'params'>;
export type QueryOf<Contract extends RouteContract> = Parsed<Contract, 'query'>;
export type BodyOf<Contract extends RouteContract> = Parsed<Contract, 'body'>;

/** The body of a contract's answer as a client has it. */
export type AnswerOf<Contract extends RouteContract> = Contract['answer'] extends {
  readonly body: infer Schema extends z.ZodType;
}
  ? z.output<Schema>
  : undefined;

const OF_STAFF = ['not-signed-in', 'password-change-required'] as const;
const OF_ACCESS: Readonly<Record<Access, readonly ProblemCode[]>> = {
  everyone: [],
  'management-token': ['card-unknown'],
  device: ['device-unknown', 'device-revoked'],
  'signed-in': ['not-signed-in'],
  staff: OF_STAFF,
  hq: [...OF_STAFF, 'not-allowed'],
  operator: ['not-signed-in'],
};

/** Every problem code that a route may answer with: its own, and those that its access and its input bring. */
export function problemsOf(contract: RouteContract): readonly ProblemCode[] {
  const { method, access, params, query, body, problems } = contract;
  const codes = new Set<ProblemCode>([...OF_ACCESS[access], ...problems]);
  if ((access === 'staff' || access === 'signed-in') && method === 'post') codes.add('not-allowed');
  if (params !== undefined || query !== undefined || body !== undefined) codes.add('malformed-request');
  if (body !== undefined) codes.add('body-too-large').add('media-type-unsupported');
  return [...codes.add('database-unavailable').add('internal')].sort();
}
