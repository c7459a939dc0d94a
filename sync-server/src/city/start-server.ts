import { LIVE_HEARTBEAT_MS } from '@uketsuke/shared/contracts';
import { type RandomBytes, secureRandomBytes } from '@uketsuke/shared/identifiers';
import type { Household } from '@uketsuke/shared/person';
import type { Express } from 'express';
import { openAccess } from '../access/open-access.ts';
import type { Area } from '../area.ts';
import { refuseUnfinishedRestore } from '../backup/restore-backup.ts';
import { writeBackup } from '../backup/write-backup.ts';
import { openBundles } from '../bundles/open-bundles.ts';
import { openCardDirectory } from '../card-directory/open-card-directory.ts';
import { openCards } from '../cards/open-cards.ts';
import { openCouch } from '../couch/couch.ts';
import { LogFollowers } from '../event-log/log-followers.ts';
import { healthRoute, VERSION } from '../http/health.ts';
import { listen } from '../http/listener.ts';
import { ServerMetrics } from '../http/metrics.ts';
import { describeError } from '../http/problems.ts';
import { openServerLog, type ServerLog } from '../http/server-log.ts';
import { openIdentity } from '../identity/open-identity.ts';
import { openDatabases } from '../open-databases.ts';
import { openOperatorChannel } from '../operator/operator-channel.ts';
import { operatorRoutes } from '../operator/operator-routes.ts';
import { makePrivateFolder } from '../private-folder.ts';
import { openQuarantine } from '../quarantine/open-quarantine.ts';
import { QuarantineStore } from '../quarantine/quarantine-store.ts';
import { openRoster } from '../roster/open-roster.ts';
import { RunningParts } from '../running-parts.ts';
import { openShelters } from '../shelters/open-shelters.ts';
import { EventIntake } from '../sync/accept-events.ts';
import { createSyncRouter } from '../sync/sync-router.ts';
import { createApplication } from './application.ts';

export interface ServerOptions {
  /** Holds the embedded database, and the master key unless given. */
  readonly dataDirectory: string;
  readonly host?: string;
  /** 0 for any free one */
  readonly port: number;
  readonly couchdbUrl?: string;
  readonly databasePrefix?: string;
  readonly cityName?: string;
  /** 32 bytes, base64url */
  readonly masterKey?: string;
  /** Where people reach the server, e.g. https://uketsuke.city.example, when a proxy does not pass the host on. */
  readonly publicOrigin?: string;
  readonly log?: ServerLog;
  /** The clock, ms since 1970 UTC. */
  readonly now?: () => number;
}

export interface RunningServer {
  readonly url: string;
  /** What it serves with; for those who look at what is mounted. */
  readonly application: Express;
  /** Only on a city's very first start, and only here: the one-time password is not kept. */
  readonly firstAdmin: { readonly username: string; readonly oneTimePassword: string } | null;
  /** A card for residents who have ids already; the text of its code. */
  issueCard(household: Household): Promise<string>;
  /** Lets requests finish, ends streams, closes the database. */
  stop(): Promise<void>;
}

/**
 * Starts the whole server.
 * @throws MasterKeyError, DatabaseUnreachableError, DatabaseCredentialsError, UnfinishedRestoreError, or the system's
 * error when the address cannot be listened on
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const log = options.log ?? openServerLog('warn');
  const parts = new RunningParts();
  try {
    await makePrivateFolder(options.dataDirectory);
    return await startParts(options, log, parts);
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

async function startParts(options: ServerOptions, log: ServerLog, parts: RunningParts): Promise<RunningServer> {
  const { dataDirectory, publicOrigin, cityName = '熊本市', now = Date.now } = options;
  const random: RandomBytes = secureRandomBytes;
  const warn = (what: string) => (error: unknown) => log.warn(describeError(error), what);
  const couch = await openCouch({ ...options, log });
  parts.add({ stop: () => couch.close() });
  await refuseUnfinishedRestore(couch);
  const databases = parts.add(await openDatabases(couch, warn('looking for changes failed')));
  const { changes, readers, factsDatabase, facts } = databases;
  const identity = parts.add(await openIdentity({ ...options, couch, changes, facts, random, now, warn }));
  const { devices, staff, gate, shelterKeys, masterKey } = identity;
  const quarantineStore = new QuarantineStore(couch);
  const intake = new EventIntake({ couch, readers, quarantine: quarantineStore, devices });
  const metrics = new ServerMetrics();

  const onShelterError = warn('reading the shelters failed');
  const shelterArea = await openShelters({
    couch,
    changes,
    readers,
    facts,
    identity,
    random,
    onReadError: onShelterError,
  });
  const shelters = parts.add(shelterArea).register;
  const onHousekeepingError = warn('housekeeping failed');
  const access = parts.add(openAccess({ cityName, identity, shelters, facts, now, onHousekeepingError }));
  const cards = parts.add(await openCards({ couch, cityName, identity, facts, random, now, onHousekeepingError }));
  const onPublishError = warn('publishing links of cards failed');
  const cardDirectory = parts.add(
    await openCardDirectory({ identity, facts, factsDatabase, changes, random, onPublishError }),
  );
  const quarantine = parts.add(openQuarantine({ store: quarantineStore, intake, changes, gate, shelters, now, log }));
  const roster = parts.add(
    openRoster({ gate, shelters, quarantine: quarantine.list, metrics, heartbeatMs: LIVE_HEARTBEAT_MS, now }),
  );
  const bundles = parts.add(
    await openBundles(gate, { dataDirectory, intake, devices, shelterKeys, changes, now, metrics }),
  );
  const upkeep: Area = { routes: [healthRoute(couch, () => roster.city.isComplete), metrics.route()] };
  const areas = [access, shelterArea, cards, cardDirectory, roster, quarantine, bundles, upkeep];

  const projections = areas.flatMap((area) => area.projections ?? []);
  const onReadError = warn('reading an event log failed');
  const followers = new LogFollowers({ projections, readers, changes, now, metrics, onReadError });
  parts.add(followers).followAll(shelters);
  const syncRouter = createSyncRouter({ readers, intake, changes, devices, now, metrics, log });
  const app = createApplication({
    cityName,
    publicOrigin,
    log,
    metrics,
    routes: areas.flatMap((area) => area.routes),
    syncRouter,
  });
  const backup = () => writeBackup({ couch, masterKey, serverVersion: VERSION, random, now });
  const routes = operatorRoutes({ version: VERSION, bundles: bundles.importer, staff, backup });
  parts.add(await openOperatorChannel({ dataDirectory, routes, log }));
  const listener = parts.add(await listen(app, options.host ?? '127.0.0.1', options.port));
  // Last: a password of a start that failed would be shown to nobody.
  const firstAdmin = await staff.createFirstAdmin();
  return {
    url: listener.url,
    application: app,
    firstAdmin,
    issueCard: async (household) => (await cards.office.issueFor(household)).code,
    stop: () => parts.stop(),
  };
}
