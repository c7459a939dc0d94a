import type { RequestHandler } from 'express';
import type { ServerMetrics } from './metrics.ts';
import type { ServerLog } from './server-log.ts';

/** Logs and counts every answer: by route pattern, never by address, as that may hold a name (SEC-5). */
export function recordRequests(log: ServerLog, metrics: ServerMetrics): RequestHandler {
  return (request, response, next) => {
    const begin = performance.now();
    response.on('close', () => {
      const ms = Math.round(performance.now() - begin);
      const route = request.routePattern ?? 'other';
      const { method, id: requestId } = request;
      const status = response.statusCode;
      // A stream lasts as long as somebody listens: its duration would spoil the histogram.
      if (!isEventStream(response)) metrics.requestAnswered(method, route, status, ms / 1_000);
      log.info({ requestId, method, route, status, ms, complete: response.writableFinished }, 'request');
    });
    next();
  };
}

/** Whether the answer is a stream of server-sent events. */
export function isEventStream(response: { getHeader(name: string): unknown }): boolean {
  return String(response.getHeader('content-type') ?? '').startsWith('text/event-stream');
}

/** Names the route of requests that a router of its own takes. */
export function nameRoute(pattern: string | ((path: string) => string)): RequestHandler {
  return (request, _response, next) => {
    request.routePattern = typeof pattern === 'string' ? pattern : pattern(request.path);
    next();
  };
}
