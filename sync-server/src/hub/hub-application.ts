import type { HubIdentity } from '@uketsuke/shared/hub';
import { hubIdentitySchema } from '@uketsuke/shared/hub';
import { type BundleImportResponse, bundleImportResponseSchema } from '@uketsuke/shared/protocol';
import compression from 'compression';
import express, { type Express, type RequestHandler, type Router } from 'express';
import type { BundleImporter } from '../bundles/bundle-importer.ts';
import type { Couch } from '../couch/couch.ts';
import { healthRoute } from '../http/health.ts';
import type { ServerMetrics } from '../http/metrics.ts';
import { answerProblems, refuseUnknownRoutes } from '../http/problems.ts';
import { nameRequests } from '../http/request-context.ts';
import { isEventStream, nameRoute, recordRequests } from '../http/request-log.ts';
import { type Route, route, routerOf } from '../http/routes.ts';
import { securityHeaders } from '../http/security-headers.ts';
import type { ServerLog } from '../http/server-log.ts';
import { type HubState, hubStateSchema } from './hub-state.ts';
import { type HubPageContents, hubPage } from './page/hub-page.ts';

export interface HubApplicationOptions {
  readonly couch: Couch;
  readonly log: ServerLog;
  readonly metrics: ServerMetrics;
  readonly syncRouter: Router;
  readonly identity: () => HubIdentity;
  readonly state: () => Promise<HubState>;
  readonly bundles: BundleImporter;
}

/** What a hub serves to its shelter's network. */
export function createHubApplication(options: HubApplicationOptions): Express {
  const { couch, log, metrics } = options;
  const app = begin(log, metrics);
  app.use('/sync/v1', nameRoute('/sync/v1'), options.syncRouter);
  app.use('/hub/v1', routerOf('/hub/v1', hubRoutes(options)));
  app.use(routerOf('', [healthRoute(couch, () => true)]));
  app.get('/metrics', nameRoute('/metrics'), metrics.answer);
  app.get('/', nameRoute('/'), servePage(options));
  app.use(refuseUnknownRoutes, answerProblems(log));
  return app;
}

/**
 * The hub's page alone, for the machine's own screen over http: there a browser would warn of the certificate, which
 * only kiosks know how to check.
 */
export function createPageApplication(options: HubApplicationOptions): Express {
  const app = begin(options.log, options.metrics);
  app.get('/', nameRoute('/'), servePage(options));
  app.use(refuseUnknownRoutes, answerProblems(options.log));
  return app;
}

function begin(log: ServerLog, metrics: ServerMetrics): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(nameRequests, recordRequests(log, metrics), securityHeaders(undefined));
  app.use(
    compression({ filter: (request, response) => !isEventStream(response) && compression.filter(request, response) }),
  );
  return app;
}

function hubRoutes({ identity, state, bundles }: HubApplicationOptions): readonly Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/identity',
        summary: 'Who the hub says it is; its credential, signed by the city, proves it.',
        access: 'everyone',
        answer: { status: 200, body: hubIdentitySchema },
      },
      async () => identity(),
    ),
    route(
      {
        method: 'get',
        path: '/state',
        summary: 'How the hub stands: with the city, and how much it holds. Nothing about people.',
        access: 'everyone',
        answer: { status: 200, body: hubStateSchema },
      },
      () => state(),
    ),
    route(
      {
        method: 'post',
        path: '/bundles',
        summary: 'Imports a bundle from a USB stick, whole or not at all. The bundle proves itself.',
        access: 'everyone',
        answer: { status: 200, body: bundleImportResponseSchema },
      },
      ({ request }): Promise<BundleImportResponse> => bundles.import(request),
    ),
  ];
}

function servePage({ identity, state }: HubApplicationOptions): RequestHandler {
  return async (request, response) => {
    const language = request.query['lang'] === 'en' ? 'en' : 'ja';
    const contents: HubPageContents = { state: await state(), addresses: identity().addresses };
    response
      .set('Cache-Control', 'no-store')
      .type('html')
      .send(await hubPage(contents, language));
  };
}
