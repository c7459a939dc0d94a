import { constants } from 'node:zlib';
import compression from 'compression';
import express, { type Express, type Response, type Router } from 'express';
import { anyOrigin } from '../http/any-origin.ts';
import { VERSION } from '../http/health.ts';
import type { ServerMetrics } from '../http/metrics.ts';
import { describeApi } from '../http/openapi.ts';
import { answerProblems, refuseUnknownRoutes } from '../http/problems.ts';
import { nameRequests } from '../http/request-context.ts';
import { isEventStream, nameRoute, recordRequests } from '../http/request-log.ts';
import { type Route, routerOf } from '../http/routes.ts';
import { securityHeaders } from '../http/security-headers.ts';
import type { ServerLog } from '../http/server-log.ts';
import { PAGE_FOLDERS, servePage } from '../http/static-pages.ts';
import { SYNC_CONTRACTS } from '../http/sync-contracts.ts';
import { landingPage } from './landing-page.ts';

export interface ApplicationOptions {
  readonly cityName: string;
  readonly publicOrigin: string | undefined;
  readonly log: ServerLog;
  readonly metrics: ServerMetrics;
  /** Routes by the path they are mounted at. */
  readonly areas: Readonly<Record<string, readonly Route[]>>;
  readonly syncRouter: Router;
}

/** Puts the server's parts together: what every request goes through, the areas, the pages, the problem answers. */
export function createApplication(options: ApplicationOptions): Express {
  const { log, metrics, areas } = options;
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
  app.use('/device/v1/keys', anyOrigin);
  app.use('/sync/v1', nameRoute(syncPattern), options.syncRouter);
  for (const [basePath, routes] of Object.entries(areas))
    app.use(basePath, routerOf(basePath === '/' ? '' : basePath, routes));
  app.get('/metrics', nameRoute('/metrics'), metrics.answer);
  app.get('/openapi.json', nameRoute('/openapi.json'), answerOnce(JSON.stringify(describe(areas)), 'application/json'));
  app.get('/', nameRoute('/'), answerOnce(landingPage(options.cityName), 'text/html'));
  app.use(['/hq/v1', '/card/v1', '/device/v1'], refuseUnknownRoutes);
  app.use('/hq', nameRoute('/hq'), servePage(PAGE_FOLDERS.hq));
  app.use('/card', nameRoute('/card'), servePage(PAGE_FOLDERS.card));
  app.use(refuseUnknownRoutes, answerProblems(log));
  return app;
}

function describe(areas: ApplicationOptions['areas']) {
  const described = Object.entries(areas).map(([basePath, routes]) => ({
    basePath: basePath === '/' ? '' : basePath,
    contracts: routes.map((each) => each.contract),
  }));
  return describeApi([{ basePath: '/sync/v1', contracts: SYNC_CONTRACTS }, ...described], VERSION);
}

function syncPattern(path: string): string {
  return `/sync/v1${SYNC_CONTRACTS.find((each) => each.path === path)?.path ?? '/*'}`;
}

function answerOnce(body: string, mediaType: string) {
  return (_request: unknown, response: Response) => {
    response.set('Cache-Control', 'no-cache').type(mediaType).send(body);
  };
}
