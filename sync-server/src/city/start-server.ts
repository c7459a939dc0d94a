import { LIVE_HEARTBEAT_MS } from '@uketsuke/shared/contracts';
import { type RandomBytes, secureRandomBytes } from '@uketsuke/shared/identifiers';
import type { Household } from '@uketsuke/shared/person';
import { refuseUnfinishedRestore } from '../backup/restore-backup.ts';
import { writeBackup } from '../backup/write-backup.ts';
import { BundleImporter } from '../bundles/bundle-importer.ts';
import { bundleRoutes } from '../bundles/bundle-routes.ts';
import { clearSpooledFiles } from '../bundles/spooled-file.ts';
import { deviceKeyRoutes, deviceKeyStaffRoutes } from '../card-directory/device-key-routes.ts';
import { openDeviceKeys } from '../card-directory/device-keys.ts';
import { LinkPublisher } from '../card-directory/link-publisher.ts';
import { CARDS_DATABASE, CardOffice } from '../cards/card-office.ts';
import { cardRoutes } from '../cards/card-routes.ts';
import { cardStaffRoutes } from '../cards/card-staff-routes.ts';
import { ChangeBus } from '../couch/change-bus.ts';
import { openCouch } from '../couch/couch.ts';
import type { Documents } from '../couch/documents.ts';
import { openDatabase } from '../couch/open-database.ts';
import { receptionDatabase } from '../event-log/database-names.ts';
import { LogReaders } from '../event-log/log-reader.ts';
import { FACTS_DATABASE, FactBoard } from '../facts/fact-board.ts';
import { healthRoute, VERSION } from '../http/health.ts';
import { listen } from '../http/listener.ts';
import { ServerMetrics } from '../http/metrics.ts';
import { describeError } from '../http/problems.ts';
import { limitPerAddress } from '../http/rate-limit.ts';
import { openServerLog, type ServerLog } from '../http/server-log.ts';
import { deviceRoutes } from '../identity/device-routes.ts';
import { enrolmentRoutes } from '../identity/enrolment-routes.ts';
import { keyRoutes } from '../identity/key-routes.ts';
import { type Identity, openIdentity } from '../identity/open-identity.ts';
import { staffRoutes } from '../identity/staff-routes.ts';
import { openOperatorChannel } from '../operator/operator-channel.ts';
import { operatorRoutes } from '../operator/operator-routes.ts';
import { QuarantineReleaser } from '../quarantine/quarantine-release.ts';
import { quarantineRoutes } from '../quarantine/quarantine-routes.ts';
import { openRoster } from '../roster/open-roster.ts';
import { rosterRoutes } from '../roster/roster-routes.ts';
import { SHELTERS_DATABASE, ShelterRegister } from '../shelters/shelter-register.ts';
import { shelterRoutes } from '../shelters/shelter-routes.ts';
import { EventIntake } from '../sync/accept-events.ts';
import { createSyncRouter } from '../sync/sync-router.ts';
import { createApplication } from './application.ts';

const CARD_REQUESTS_PER_MINUTE = 120;
const HOUSEKEEPING_MS = 60 * 60 * 1_000;

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
  const parts: Part[] = [];
  try {
    return await startParts(options, log, parts);
  } catch (error) {
    await stopParts(parts);
    throw error;
  }
}

/** Something running, to be stopped before what was started earlier. */
interface Part {
  stop(): void | Promise<void>;
}

async function stopParts(parts: Part[]): Promise<void> {
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) await part.stop();
}

async function startParts(options: ServerOptions, log: ServerLog, parts: Part[]): Promise<RunningServer> {
  const couch = await openCouch({
    dataDirectory: options.dataDirectory,
    couchdbUrl: options.couchdbUrl,
    databasePrefix: options.databasePrefix,
    log,
  });
  parts.push({ stop: () => couch.close() });
  await refuseUnfinishedRestore(couch);
  const now = options.now ?? Date.now;
  const random: RandomBytes = secureRandomBytes;
  const cityName = options.cityName ?? '熊本市';
  const warn = (what: string) => (error: unknown) => log.warn(describeError(error), what);
  const changes = new ChangeBus({ couch, onPollError: warn('looking for changes failed') });
  parts.push(changes);
  const readers = new LogReaders(couch);
  const factsDatabase: Documents = await openDatabase(couch, FACTS_DATABASE);
  const facts = new FactBoard(factsDatabase, changes);
  const identity = await openIdentity({ ...options, couch, changes, facts, random, now, warn });
  parts.push(identity);
  const { keyring, devices, staff, gate } = identity;
  await openDeviceKeys(keyring, facts, random);
  const shelters = await ShelterRegister.open(
    {
      database: await openDatabase(couch, SHELTERS_DATABASE),
      changes,
      facts,
      prepareLog: (shelterId) => readers.use(receptionDatabase(shelterId), async () => {}),
      random,
    },
    warn('reading the shelters failed'),
  );
  parts.push(shelters);
  const office = new CardOffice({ database: await openDatabase(couch, CARDS_DATABASE), facts, keyring, random, now });
  const metrics = new ServerMetrics(() => ({ ...roster.city.size(), complete: roster.city.isComplete }));
  const links = new LinkPublisher({
    database: factsDatabase,
    changes,
    onError: warn('publishing links of cards failed'),
  });
  parts.push(links);
  const roster = openRoster({
    couch,
    readers,
    changes,
    shelters,
    now,
    heartbeatMs: LIVE_HEARTBEAT_MS,
    onLag: (lagMs) => metrics.rosterLag(lagMs),
    onReadError: warn('reading an event log failed'),
    onEvents: (events) => links.take(events),
  });
  parts.push(roster);
  await clearSpooledFiles(options.dataDirectory);
  const intake = new EventIntake(couch, readers, devices);
  const releaser = new QuarantineReleaser({ couch, changes, intake });
  const bundles = new BundleImporter({
    dataDirectory: options.dataDirectory,
    intake,
    devices,
    shelterKeys: identity.shelterKeys,
    changes,
    now,
    count: (outcome, events) => metrics.pushed(outcome, events),
  });
  const app = createApplication({
    cityName,
    publicOrigin: options.publicOrigin,
    log,
    metrics,
    areas: {
      '/card/v1': cardRoutes({ cityName, office, limitIssues: limitPerAddress(CARD_REQUESTS_PER_MINUTE) }),
      '/device/v1': [
        ...enrolmentRoutes({ cityName, devices, keyring, shelters, now }),
        ...deviceKeyRoutes(devices, keyring),
      ],
      '/hq/v1': [
        ...staffRoutes({ gate, staff, shelters, now }),
        ...shelterRoutes({ gate, shelters, devices }),
        ...deviceRoutes(gate, devices),
        ...cardStaffRoutes(gate, office),
        ...keyRoutes(gate, keyring, facts),
        ...deviceKeyStaffRoutes(gate, keyring, facts),
        ...rosterRoutes({ gate, shelters, now, ...roster }),
        ...quarantineRoutes({ gate, shelters, quarantine: roster.quarantine, releaser }),
        ...bundleRoutes(gate, bundles),
      ],
      '/': [healthRoute(couch, () => roster.city.isComplete)],
    },
    syncRouter: createSyncRouter({ couch, changes, devices, now, metrics, log }),
  });
  const backup = () => writeBackup({ couch, masterKey: identity.masterKey, serverVersion: VERSION, random, now });
  const operator = await openOperatorChannel({
    dataDirectory: options.dataDirectory,
    routes: operatorRoutes({ version: VERSION, bundles, staff, backup }),
    log,
  });
  parts.push(operator);
  const listener = await listen(app, options.host ?? '127.0.0.1', options.port);
  parts.push(listener, { stop: keepHouse(identity, warn('housekeeping failed')) });
  // Last: a password of a start that failed would be shown to nobody.
  const firstAdmin = await identity.staff.createFirstAdmin();
  return {
    url: listener.url,
    firstAdmin,
    issueCard: async (household) => (await office.issueFor(household)).code,
    stop: () => stopParts(parts),
  };
}

/** Deletes expired sessions and enrolment codes, now and every hour. */
function keepHouse({ sessions, devices }: Identity, onError: (error: unknown) => void): () => void {
  const clean = () => void Promise.all([sessions.deleteExpired(), devices.deleteExpiredCodes()]).catch(onError);
  clean();
  const timer = setInterval(clean, HOUSEKEEPING_MS);
  return () => clearInterval(timer);
}
