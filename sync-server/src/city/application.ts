import { constants } from 'node:zlib';
import { CITY_AREAS, descriptionContracts, deviceContracts } from '@uketsuke/shared/contracts';
import compression from 'compression';
import express, { type Express, type Router } from 'express';
import { anyOrigin } from '../http/any-origin.ts';
import { VERSION } from '../http/health.ts';
import type { ServerMetrics } from '../http/metrics.ts';
import { describeApi } from '../http/openapi.ts';
import { answerProblems, refuseUnknownRoutes } from '../http/problems.ts';
import { nameRequests } from '../http/request-context.ts';
import { isEventStream, nameRoute, recordRequests } from '../http/request-log.ts';
import { type Route, route, routerOf } from '../http/routes.ts';
import { securityHeaders } from '../http/security-headers.ts';
import type { ServerLog } from '../http/server-log.ts';
import { PAGE_FOLDERS, servePage } from '../http/static-pages.ts';
import { landingPage } from './landing-page.ts';

export interface ApplicationOptions {
  readonly cityName: string;
  readonly publicOrigin: string | undefined;
  readonly log: ServerLog;
  readonly metrics: ServerMetrics;
  readonly routes: readonly Route[];
  readonly syncRouter: Router;
}

/** Puts the server's parts together: what every request goes through, the areas, the pages, the problem answers. */
export function createApplication(options: ApplicationOptions): Express {
  const { log, metrics } = options;
  const landing = landingPage(options.cityName);
  const app = express();
  app.disable('x-powered-by');
  // The TLS-ending proxy stands on the same machine; nobody else may say from where a request comes.
  app.set('trust proxy', 'loopback');
  app.use(nameRequests, recordRequests(log, metrics), securityHeaders(options.publicOrigin));
  app.use(
    compression({
      // Measured on a page of 500 events: a sixth larger than at the usual level, in half the time.
      level: constants.Z_BEST_SPEED,
      filter: (request, response) => !isEventStream(response) && compression.filter(request, response),
    }),
  );
  // Kiosks fetch their keys from their own page's origin, as they sync.
  app.use(deviceContracts.keys.path, anyOrigin);
  app.use(options.syncRouter, routerOf([...options.routes, descriptionRoute()]));
  app.get('/', nameRoute('/'), (_request, response) => {
    response.set('Cache-Control', 'no-cache').type('text/html').send(landing);
  });
  // Below /hq and /card everything else is a page's.
  app.use(/^\/\w+\/v1(?=\/|$)/, refuseUnknownRoutes);
  app.use('/hq', nameRoute('/hq'), servePage(PAGE_FOLDERS.hq));
  app.use('/card', nameRoute('/card'), servePage(PAGE_FOLDERS.card));
  app.use(refuseUnknownRoutes, answerProblems(log));
  return app;
}

function descriptionRoute(): Route {
  const description = JSON.stringify(describeApi(CITY_AREAS, VERSION));
  return route(descriptionContracts.openapi, async ({ response }) => {
    response.set('Cache-Control', 'no-cache').type('application/json').send(description);
    return undefined;
  });
}
