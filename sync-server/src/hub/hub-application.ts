import { type HubIdentity, type HubState, hubContracts } from '@uketsuke/shared/contracts';
import compression from 'compression';
import express, { type Express, type Request, type Response, type Router } from 'express';
import type { BundleImporter } from '../bundles/bundle-importer.ts';
import { senderAddress } from '../bundles/sender-address.ts';
import type { Couch } from '../couch/couch.ts';
import { healthRoute } from '../http/health.ts';
import type { ServerMetrics } from '../http/metrics.ts';
import { answerProblems, refuseUnknownRoutes } from '../http/problems.ts';
import { nameRequests } from '../http/request-context.ts';
import { isEventStream, nameRoute, recordRequests } from '../http/request-log.ts';
import { type Route, route, routerOf } from '../http/routes.ts';
import { securityHeaders } from '../http/security-headers.ts';
import type { ServerLog } from '../http/server-log.ts';
import type { DeviceDirectory } from '../identity/device-directory.ts';
import { deviceRoute } from '../identity/device-gate.ts';
import { BundleForms } from './page/bundle-forms.ts';
import { type HubPageContents, hubPage } from './page/hub-page.ts';
import type { HubPageLanguage } from './page/page-frame.ts';
import { RENEW_SCRIPT, RENEW_SCRIPT_PATH } from './page/renew-script.ts';
import { STYLE, STYLE_PATH } from './page/style.ts';
import { usbPage } from './page/usb-page.ts';

export interface HubApplicationOptions {
  readonly couch: Couch;
  readonly log: ServerLog;
  readonly metrics: ServerMetrics;
  readonly syncRouter: Router;
  readonly identity: () => HubIdentity;
  readonly state: () => Promise<HubState>;
  readonly bundles: BundleImporter;
  readonly devices: Pick<DeviceDirectory, 'authenticate'>;
}

/** What a hub serves to its shelter's network. */
export function createHubApplication(options: HubApplicationOptions): Express {
  const { couch, log, metrics } = options;
  const app = begin(log, metrics);
  app.use(options.syncRouter, routerOf([...hubRoutes(options), healthRoute(couch, () => true), metrics.route()]));
  servePages(app, options, { importsBundles: false });
  app.use(refuseUnknownRoutes, answerProblems(log));
  return app;
}

/**
 * The hub's pages alone, for the machine's own screen over http: there a browser would warn of the certificate, which
 * only kiosks know how to check. Only here are bundles imported by a page: whoever is at the machine may do so.
 */
export function createPageApplication(options: HubApplicationOptions): Express {
  const app = begin(options.log, options.metrics);
  servePages(app, options, { importsBundles: true });
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

function hubRoutes({ identity, state, bundles, devices }: HubApplicationOptions): readonly Route[] {
  return [
    route(hubContracts.identity, async () => identity()),
    route(hubContracts.state, () => state()),
    deviceRoute(devices, hubContracts.importBundle, ({ request }) =>
      bundles.import(request, { address: senderAddress(request) }),
    ),
  ];
}

function servePages(
  app: Express,
  { identity, state, bundles }: HubApplicationOptions,
  { importsBundles }: { readonly importsBundles: boolean },
): void {
  const send = (response: Response, page: string) => {
    response.set('Cache-Control', 'no-store').type('html').send(page);
  };
  app.get('/', nameRoute('/'), async (request, response) => {
    const contents: HubPageContents = { state: await state(), addresses: identity().addresses, importsBundles };
    send(response, await hubPage(contents, languageOf(request)));
  });
  const sendFile = (path: string, type: string, text: string) =>
    app.get(path, nameRoute(path), (_request, response) => {
      response.set('Cache-Control', 'no-cache').type(type).send(text);
    });
  sendFile(STYLE_PATH, 'text/css', STYLE);
  sendFile(RENEW_SCRIPT_PATH, 'text/javascript', RENEW_SCRIPT);
  if (!importsBundles) return;
  const forms = new BundleForms(bundles);
  app.get('/usb', nameRoute('/usb'), (request, response) => {
    send(response, usbPage(languageOf(request), forms.tokenFor(request)));
  });
  app.post('/usb', nameRoute('/usb'), async (request, response) => {
    const outcome = await forms.import(request, request.query['token']);
    send(response, usbPage(languageOf(request), forms.tokenFor(request), outcome));
  });
}

function languageOf(request: Request): HubPageLanguage {
  return request.query['lang'] === 'en' ? 'en' : 'ja';
}
