import { createHash, timingSafeEqual } from 'node:crypto';
import express, { type RequestHandler } from 'express';
import { type Listener, listen } from '../http/listener.ts';
import { answerProblems, refuseUnknownRoutes } from '../http/problems.ts';
import { nameRequests } from '../http/request-context.ts';
import { RequestRefusedError } from '../http/request-refused.ts';
import { type Route, routerOf } from '../http/routes.ts';
import type { ServerLog } from '../http/server-log.ts';
import { newOperatorToken, removeOperatorFile, writeOperatorFile } from './operator-file.ts';

export interface OperatorChannelOptions {
  readonly dataDirectory: string;
  readonly routes: readonly Route[];
  readonly log: ServerLog;
}

/**
 * Opens the channel by which whoever administers this machine works on the running server: a port of its own on
 * loopback, so that no proxy passes it on, and a token in a file that only the server's user can read.
 */
export async function openOperatorChannel(options: OperatorChannelOptions): Promise<Pick<Listener, 'stop'>> {
  const token = newOperatorToken();
  const app = express();
  app.disable('x-powered-by');
  app.use(nameRequests, requireToken(token), noteWork(options.log));
  app.use(routerOf(options.routes));
  app.use(refuseUnknownRoutes, answerProblems(options.log));
  const listener = await listen(app, '127.0.0.1', 0);
  const access = { url: listener.url, token };
  await writeOperatorFile(options.dataDirectory, access);
  return {
    stop: async () => {
      await removeOperatorFile(options.dataDirectory, access);
      await listener.stop();
    },
  };
}

function requireToken(token: string): RequestHandler {
  const expected = digest(`Bearer ${token}`);
  return (request, _response, next) => {
    if (!timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) {
      throw new RequestRefusedError(401, 'not-signed-in', 'the token of another start, or none');
    }
    next();
  };
}

/** What the operator does is worth a line; the route only, never what was sent. */
function noteWork(log: ServerLog): RequestHandler {
  return (request, response, next) => {
    response.on('close', () => {
      const { id: requestId, method, routePattern } = request;
      log.info({ requestId, method, route: routePattern ?? null, status: response.statusCode }, 'operator');
    });
    next();
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
