import type { NextFunction, Request, Response } from 'express';

/** Kiosk pages come from their own machine, so from another origin. No cookie is involved, only the bearer token. */
export function anyOrigin(request: Request, response: Response, next: NextFunction): void {
  response.set('access-control-allow-origin', '*');
  response.set('access-control-expose-headers', 'retry-after');
  if (request.method !== 'OPTIONS') {
    next();
    return;
  }
  response
    .set('access-control-allow-methods', 'GET, POST')
    .set('access-control-allow-headers', 'authorization, content-type, content-encoding')
    .set('access-control-max-age', '86400')
    .status(204)
    .end();
}
