import { json, type Request, type RequestHandler, type Response, Router } from 'express';
import type { z } from 'zod';
import { malformed } from './problems.ts';
import { RequestRefusedError } from './request-refused.ts';

/** A body of more bytes is refused. */
const BODY_LIMIT_BYTES = 1_000_000;

/** Who may call a route. */
export type Access = 'everyone' | 'management-token' | 'device' | 'staff' | 'hq' | 'operator';

/** What a route takes and gives; the OpenAPI description is made from it. */
export interface RouteContract<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> {
  readonly method: 'get' | 'post';
  /** Express pattern below the area's path, e.g. `/cards/:cardId/state`. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** Status of the good answer and the schema of its body; without one there is no body. */
  readonly answer: { readonly status: number; readonly body?: z.ZodType; readonly mediaType?: string };
}

/** One call of a route, its input parsed. */
export interface Call<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly request: Request;
  readonly response: Response;
}

/** A route ready to be mounted. */
export interface Route {
  readonly contract: RouteContract<z.ZodType, z.ZodType, z.ZodType>;
  readonly handlers: readonly RequestHandler[];
}

const readJson = json({ limit: BODY_LIMIT_BYTES });

/**
 * A route that parses its input before `handle` sees it and sends what `handle` returns; `handle` returns nothing
 * when it has answered itself. `gates` run before the body is read.
 */
export function route<
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
>(
  contract: RouteContract<Params, Query, Body>,
  handle: (call: Call<z.output<Params>, z.output<Query>, z.output<Body>>) => Promise<unknown>,
  gates: readonly RequestHandler[] = [],
): Route {
  const answer: RequestHandler = async (request, response) => {
    const params = parseInput(contract.params, request.params);
    const query = parseInput(contract.query, request.query);
    const body = parseInput(contract.body, request.body);
    const result = await handle({ params, query, body, request, response });
    if (response.headersSent) return;
    response.status(contract.answer.status).set('Cache-Control', 'no-store');
    if (contract.answer.body === undefined) response.end();
    else response.json(result);
  };
  const reading = contract.body === undefined ? [] : [readJson];
  return { contract, handlers: [...gates, ...reading, answer] };
}

/** A router of the routes. Another method on a known path is answered with 405. */
export function routerOf(basePath: string, routes: readonly Route[]): Router {
  const router = Router();
  for (const path of new Set(routes.map((each) => each.contract.path))) {
    const methods = routes.filter((each) => each.contract.path === path);
    const remember: RequestHandler = (request, _response, next) => {
      request.routePattern = basePath + path;
      next();
    };
    for (const { contract, handlers } of methods) router[contract.method](path, remember, ...handlers);
    router.all(path, remember, (_request, response) => {
      response.set('Allow', methods.map((each) => each.contract.method.toUpperCase()).join(', '));
      throw new RequestRefusedError(405, 'method-not-allowed', 'this method is not for this address');
    });
  }
  return router;
}

function parseInput<Schema extends z.ZodType>(schema: Schema | undefined, input: unknown): z.output<Schema>;
function parseInput(schema: z.ZodType | undefined, input: unknown): unknown {
  const parsed = schema?.safeParse(input);
  if (parsed?.success === false) throw malformed(parsed.error);
  return parsed?.data;
}
