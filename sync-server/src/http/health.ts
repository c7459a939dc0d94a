import { setTimeout as pause } from 'node:timers/promises';
import { type Health, upkeepContracts } from '@uketsuke/shared/contracts';
import packageJson from '../../package.json' with { type: 'json' };
import type { Couch } from '../couch/couch.ts';
import { type Route, route } from './routes.ts';

/** The server's version. */
export const VERSION: string = packageJson.version;
const DATABASE_PATIENCE_MS = 3_000;

/** `/healthz`: 200 when the database answers, else 503. */
export function healthRoute(couch: Couch, isRosterComplete: () => boolean): Route {
  return route(upkeepContracts.health, async ({ response }): Promise<Health | undefined> => {
    const answers = couch.server.request({ path: '_all_dbs', qs: { limit: 1 } }).then(
      () => true,
      () => false,
    );
    const isReachable = await Promise.race([answers, pause(DATABASE_PATIENCE_MS, false, { ref: false })]);
    const health = { version: VERSION, rosterComplete: isRosterComplete() };
    if (isReachable) return { status: 'ok', ...health };
    response
      .status(upkeepContracts.health.otherAnswer.status)
      .set('Cache-Control', 'no-store')
      .json({ status: 'database-unavailable', ...health } satisfies Health);
    return undefined;
  });
}
