import type * as z from 'zod';
import { ApiError, apiErrorOf } from './api-error.ts';
import type { AnswerOf, ContractGroup, RouteContract } from './route-contract.ts';

/** A call as `Send` carries it out. */
export interface ClientRequest<Upload = BodyInit> extends CallOptions {
  readonly method: 'GET' | 'POST';
  /** Path and query, from the root. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly json?: string;
  /** A body that is no JSON; its media type is in the headers. */
  readonly upload?: Upload;
}

/**
 * Sends a request and gives the response, whatever its status. It adds what the client has to show: credentials, the
 * server's address, timeouts. When there is no response it rejects with an error of its own, or ApiError `unreachable`.
 */
export type Send<Upload = BodyInit> = (request: ClientRequest<Upload>) => Promise<Response>;

export interface CallOptions {
  /** Ends the request. */
  readonly signal?: AbortSignal | undefined;
  /** Bearer token of this call alone. */
  readonly bearer?: string | undefined;
  /** Told how much of an upload has left, from 0 to 1, where `Send` can tell. */
  readonly onProgress?: ((part: number) => void) | undefined;
}

type Given<Contract, Part extends string> = Contract extends { readonly [part in Part]: infer Schema extends z.ZodType }
  ? { readonly [part in Part]: z.input<Schema> }
  : unknown;

/** What a call needs: `params`, `query` and `body` as the contract has them, and `upload` where it takes a file. */
export type InputOf<Contract extends RouteContract, Upload = BodyInit> = Given<Contract, 'params'> &
  Given<Contract, 'query'> &
  Given<Contract, 'body'> &
  (Contract extends { readonly upload: string } ? { readonly upload: Upload } : unknown);

/** The parsed body of the answer; of another media type than JSON the response as it comes. */
type ResultOf<Contract extends RouteContract> = Contract['answer'] extends { readonly mediaType: string }
  ? Response
  : AnswerOf<Contract>;

type NeedsNothing<Contract extends RouteContract> = unknown extends InputOf<Contract> ? true : false;

type ClientCall<Contract extends RouteContract, Upload> =
  NeedsNothing<Contract> extends true
    ? (input?: Record<never, never>, options?: CallOptions) => Promise<ResultOf<Contract>>
    : (input: InputOf<Contract, Upload>, options?: CallOptions) => Promise<ResultOf<Contract>>;

/** One function for each contract of a group. All reject with ApiError, and with what `Send` rejects with. */
export type Client<Contracts extends ContractGroup, Upload = BodyInit> = {
  readonly [Name in keyof Contracts]: ClientCall<Contracts[Name], Upload>;
};

/** What any contract may take, as the implementation sees it. */
interface AnyInput {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly upload?: unknown;
}

/** Makes the client of a group of contracts; `send` carries its requests out. */
export function createClient<const Contracts extends ContractGroup, Upload = BodyInit>(
  contracts: Contracts,
  send: Send<Upload>,
): Client<Contracts, Upload>;
export function createClient(contracts: ContractGroup, send: Send<unknown>) {
  const calls = Object.entries(contracts).map(([name, contract]) => {
    const call = (input: AnyInput = {}, options: CallOptions = {}) => ask(contract, send, input, options);
    return [name, call] as const;
  });
  return Object.fromEntries(calls);
}

/** Path and query of a call, from the root. */
export function addressOf({ path }: Pick<RouteContract, 'path'>, { params = {}, query = {} }: AnyInput = {}): string {
  const filled = path.replaceAll(/:(\w+)/g, (_whole, name: string) => encodeURIComponent(String(params[name])));
  const asked = Object.entries(query).filter(([, value]) => value !== undefined);
  if (asked.length === 0) return filled;
  return `${filled}?${new URLSearchParams(asked.map(([name, value]) => [name, String(value)]))}`;
}

async function ask(contract: RouteContract, send: Send<unknown>, input: AnyInput, options: CallOptions) {
  const response = await send({ ...requestOf(contract, input, options), ...options });
  if (!response.ok) throw await apiErrorOf(response);
  const { answer } = contract;
  if ('mediaType' in answer) return response;
  if (!('body' in answer)) {
    await response.body?.cancel();
    return undefined;
  }
  return parsed(answer.body, await textOf(response));
}

function requestOf(contract: RouteContract, input: AnyInput, { bearer }: CallOptions): ClientRequest<unknown> {
  const { method, upload, answer } = contract;
  const json = input.body === undefined ? undefined : JSON.stringify(input.body);
  const contentType = json === undefined ? upload : 'application/json';
  return {
    method: method === 'get' ? 'GET' : 'POST',
    path: addressOf(contract, input),
    headers: {
      accept: 'mediaType' in answer ? answer.mediaType : 'application/json',
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    },
    ...(json === undefined ? {} : { json }),
    ...(input.upload === undefined ? {} : { upload: input.upload }),
  };
}

function textOf(response: Response): Promise<string> {
  return response.text().catch((cause: unknown) => {
    throw new ApiError('unreachable', { cause });
  });
}

function parsed(schema: z.ZodType, text: string): unknown {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new ApiError('unexpected-answer', { cause });
  }
}
