import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * Headers for every answer. Styles may stand in elements, as the components of react-aria set some; scripts may not.
 * @param publicOrigin with https browsers are told to use nothing else (HSTS)
 */
export function securityHeaders(publicOrigin: string | undefined): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        workerSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
    strictTransportSecurity: publicOrigin?.startsWith('https:') === true ? { maxAge: 31_536_000 } : false,
  });
}
