import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import type { Couch } from '../couch/couch.ts';
import { type Route, route } from './routes.ts';

/** The server's version. */
export const VERSION: string = packageJson.version;
const DATABASE_PATIENCE_MS = 3_000;

const healthSchema = z.object({
  status: z.enum(['ok', 'database-unavailable']),
  version: z.string(),
  /** False while event logs are still being read. */
  rosterComplete: z.boolean(),
});

/** `/healthz`: 200 when the database answers, else 503. */
export function healthRoute(couch: Couch, isRosterComplete: () => boolean): Route {
  return route(
    {
      method: 'get',
      path: '/healthz',
      summary: 'Whether the server and its database work.',
      access: 'everyone',
      answer: { status: 200, body: healthSchema },
    },
    async ({ response }): Promise<z.infer<typeof healthSchema> | undefined> => {
      const answers = couch.server.request({ path: '_all_dbs', qs: { limit: 1 } }).then(
        () => true,
        () => false,
      );
      const isReachable = await Promise.race([answers, pause(DATABASE_PATIENCE_MS, false, { ref: false })]);
      const health = { version: VERSION, rosterComplete: isRosterComplete() };
      if (isReachable) return { status: 'ok', ...health };
      response
        .status(503)
        .set('Cache-Control', 'no-store')
        .json({ status: 'database-unavailable', ...health });
      return undefined;
    },
  );
}
