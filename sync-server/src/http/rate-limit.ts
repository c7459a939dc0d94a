import type { Request, RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { originOf } from './request-origin.ts';
import { RequestRefusedError } from './request-refused.ts';

const MINUTE_MS = 60_000;

/** Bounds the requests of one origin: `most` in so many ms, counted in this process. */
export function limitPerAddress(most: number, withinMs = MINUTE_MS): RequestHandler {
  return limited(most, withinMs, originOf);
}

/** Bounds the requests of everybody together: `most` in so many ms, counted in this process. */
export function limitAltogether(most: number, withinMs: number): RequestHandler {
  return limited(most, withinMs, () => 'everybody');
}

function limited(most: number, withinMs: number, keyOf: (request: Request) => string): RequestHandler {
  return rateLimit({
    windowMs: withinMs,
    limit: most,
    keyGenerator: (request) => keyOf(request),
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (_request, _response, next) => {
      const retryAfterSeconds = withinMs / 1_000;
      next(new RequestRefusedError(429, 'too-many-attempts', 'too many requests', { retryAfterSeconds }));
    },
  });
}
