import type { AnswerOf, BodyOf, ParamsOf, QueryOf, RouteContract } from '@uketsuke/shared/contracts';
import { json, type Request, type RequestHandler, type Response, Router } from 'express';
import type * as z from 'zod';
import { malformed } from './problems.ts';
import { RequestRefusedError } from './request-refused.ts';

/** A body of more bytes is refused. */
const BODY_LIMIT_BYTES = 1_000_000;

/** One call of a route whose handler reads the body itself; the rest of the input is parsed. */
export interface RawCall<Contract extends RouteContract> {
  readonly params: ParamsOf<Contract>;
  readonly query: QueryOf<Contract>;
  readonly request: Request;
  readonly response: Response;
}

/** One call of a route, its input parsed. */
export interface Call<Contract extends RouteContract> extends RawCall<Contract> {
  readonly body: BodyOf<Contract>;
}

/** What a handler gives: the body of the answer, or nothing when it has answered itself. */
export type Handled<Contract extends RouteContract> = Promise<
  AnswerOf<Contract> extends undefined ? unknown : AnswerOf<Contract> | undefined
>;

/** A route ready to be mounted. */
export interface Route {
  readonly contract: RouteContract;
  readonly handlers: readonly RequestHandler[];
}

const readJson = json({ limit: BODY_LIMIT_BYTES });

/** A contract and what answers it; `gates` run before the body is read. */
export function route<const Contract extends RouteContract>(
  contract: Contract,
  handle: (call: Call<Contract>) => Handled<Contract>,
  gates: readonly RequestHandler[] = [],
): Route {
  const answer: RequestHandler = async (request, response) => {
    const input = { ...addressInputOf(contract, request), body: bodyOf(contract, request) };
    send(contract, response, await handle({ ...input, request, response }));
  };
  return { contract, handlers: [...gates, ...(contract.body === undefined ? [] : [readJson]), answer] };
}

/** As `route`, for handlers that read the body as it comes. */
export function rawRoute<const Contract extends RouteContract>(
  contract: Contract,
  handle: (call: RawCall<Contract>) => Handled<Contract>,
  gates: readonly RequestHandler[] = [],
): Route {
  const answer: RequestHandler = async (request, response) => {
    send(contract, response, await handle({ ...addressInputOf(contract, request), request, response }));
  };
  return { contract, handlers: [...gates, answer] };
}

/** A router of the routes. Another method on a known path is answered with 405. */
export function routerOf(routes: readonly Route[]): Router {
  const router = Router();
  for (const path of new Set(routes.map(({ contract }) => contract.path))) {
    const methods = routes.filter(({ contract }) => contract.path === path);
    const remember: RequestHandler = (request, _response, next) => {
      request.routePattern = path;
      next();
    };
    for (const { contract, handlers } of methods) router[contract.method](path, remember, ...handlers);
    router.all(path, remember, (_request, response) => {
      response.set('Allow', methods.map(({ contract }) => contract.method.toUpperCase()).join(', '));
      throw new RequestRefusedError(405, 'method-not-allowed', 'this method is not for this address');
    });
  }
  return router;
}

function send({ answer }: RouteContract, response: Response, result: unknown): void {
  if (response.headersSent) return;
  response.status(answer.status).set('Cache-Control', 'no-store');
  if ('body' in answer) response.json(result);
  else response.end();
}

function addressInputOf<Contract extends RouteContract>(
  contract: Contract,
  request: Request,
): Pick<Call<Contract>, 'params' | 'query'>;
function addressInputOf({ params, query }: RouteContract, request: Request): { params: unknown; query: unknown } {
  return { params: parsed(params, request.params), query: parsed(query, request.query) };
}

function bodyOf<Contract extends RouteContract>(contract: Contract, request: Request): BodyOf<Contract>;
function bodyOf({ body }: RouteContract, request: Request): unknown {
  return parsed(body, request.body);
}

function parsed(schema: z.ZodType | undefined, input: unknown): unknown {
  const result = schema?.safeParse(input);
  if (result?.success === false) throw malformed(result.error);
  return result?.data;
}
