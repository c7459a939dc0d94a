import type { IncomingHttpHeaders } from 'node:http';
import { parse } from 'cookie';
import type { RequestHandler } from 'express';

declare global {
  namespace Express {
    interface Request {
      /** Names the request in the log and in the answer's `X-Request-Id`. */
      id: string;
      /** The pattern of the route that took the request; for log and metrics, as the address may hold personal data. */
      routePattern?: string;
    }
  }
}

/** Gives each request an id of its own. */
export const nameRequests: RequestHandler = (request, response, next) => {
  request.id = crypto.randomUUID();
  response.set('X-Request-Id', request.id);
  next();
};

/** One cookie of the request. */
export function cookieOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  return parse(headers.cookie ?? '')[name];
}
