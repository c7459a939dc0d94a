import type { RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { originOf } from './request-origin.ts';
import { RequestRefusedError } from './request-refused.ts';

/** Bounds the requests of one origin: `perMinute`, counted in this process. */
export function limitPerAddress(perMinute: number): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    keyGenerator: (request) => originOf(request),
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (_request, _response, next) => {
      next(
        new RequestRefusedError(429, 'too-many-attempts', 'too many requests from this address', {
          retryAfterSeconds: 60,
        }),
      );
    },
  });
}
