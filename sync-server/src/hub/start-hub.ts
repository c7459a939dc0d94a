import { networkInterfaces } from 'node:os';
import type { HubState, RelayState, ShelterFacts } from '@uketsuke/shared/contracts';
import { HUB_PORT } from '@uketsuke/shared/hub';
import { secureRandomBytes } from '@uketsuke/shared/identifiers';
import { fromBase64url } from '@uketsuke/shared/sealing';
import { platformTimers } from '@uketsuke/shared/timers';
import type { Express } from 'express';
import { openBundleImporter } from '../bundles/open-bundles.ts';
import type { ChangeBus } from '../couch/change-bus.ts';
import { openCouch } from '../couch/couch.ts';
import type { Documents } from '../couch/documents.ts';
import { receptionDatabase } from '../event-log/database-names.ts';
import type { LogReaders } from '../event-log/log-reader.ts';
import { VERSION } from '../http/health.ts';
import { type Listener, listen } from '../http/listener.ts';
import { ServerMetrics } from '../http/metrics.ts';
import { describeError } from '../http/problems.ts';
import { openServerLog, type ServerLog } from '../http/server-log.ts';
import { loadMasterKey } from '../identity/master-key.ts';
import { bundleKeyPairOf, type ShelterKeys } from '../identity/shelter-keys.ts';
import { openDatabases } from '../open-databases.ts';
import { openOperatorChannel } from '../operator/operator-channel.ts';
import { hubOperatorRoutes } from '../operator/operator-routes.ts';
import { makePrivateFolder } from '../private-folder.ts';
import { QuarantineStore } from '../quarantine/quarantine-store.ts';
import { RunningParts } from '../running-parts.ts';
import { EventIntake } from '../sync/accept-events.ts';
import { createSyncRouter } from '../sync/sync-router.ts';
import { type HubSetting, prepareHub } from './enrol-hub.ts';
import { hubOrigins } from './hub-addresses.ts';
import { createHubApplication, createPageApplication, type HubApplicationOptions } from './hub-application.ts';
import { certificateSha256 } from './hub-certificate.ts';
import { HubDevices } from './hub-devices.ts';
import type { HubFile } from './hub-file.ts';
import type { CityRelay } from './relay/city-relay.ts';
import { openRelay, type RelayTrouble } from './relay/open-relay.ts';

/** Every address of the machine: kiosks come over the shelter's network. */
const DEFAULT_HOST = '0.0.0.0';

export interface HubOptions extends HubSetting {
  /** Holds the hub's sealed keys, the embedded database, and the master key unless given. */
  readonly dataDirectory: string;
  /** Where the hub's page is served over http to this machine alone; 0 for any free port. Without it, nowhere. */
  readonly pagePort?: number | undefined;
  readonly couchdbUrl?: string | undefined;
  readonly databasePrefix?: string | undefined;
  /** 32 bytes, base64url */
  readonly masterKey?: string | undefined;
  readonly log?: ServerLog | undefined;
  /** The clock, ms since 1970 UTC. */
  readonly now?: () => number;
  /** Makes the requests to the city. */
  readonly fetch?: typeof fetch;
  /** Random number from 0 to 1, for pauses. */
  readonly chance?: () => number;
}

export interface RunningHub {
  /** Where it listens, https. */
  readonly url: string;
  /** What it serves with; for those who look at what is mounted. */
  readonly application: Express;
  /** The page for this machine's screen, http on loopback; undefined without `pagePort`. */
  readonly pageUrl: string | undefined;
  readonly shelter: ShelterFacts;
  /** Origins under which kiosks can reach it; the likeliest first. */
  readonly addresses: readonly string[];
  /** SHA-256 of the certificate's DER, base64url. */
  readonly certificateSha256: string;
  relayState(): Promise<RelayState>;
  /** Lets requests finish, ends streams, closes the database. */
  stop(): Promise<void>;
}

/**
 * Starts a shelter's hub: enrols it at the city on the first start, then serves the shelter's kiosks, whether the city
 * can be reached or not.
 * @throws HubEnrolmentError, HubFileError, MasterKeyError, DataDirectoryInUseError, or the system's error when the
 * address cannot be listened on
 */
export async function startHub(options: HubOptions): Promise<RunningHub> {
  const parts = new RunningParts();
  try {
    const { dataDirectory, masterKey: given } = options;
    await makePrivateFolder(dataDirectory);
    const masterKey = await loadMasterKey(given, dataDirectory, secureRandomBytes);
    const file = await prepareHub({
      dataDirectory,
      masterKey,
      setting: options,
      defaults: { host: DEFAULT_HOST, port: HUB_PORT },
      fetch: options.fetch ?? fetch,
      now: options.now ?? Date.now,
    });
    return await startParts(options, file, parts);
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

async function startParts(options: HubOptions, file: HubFile, parts: RunningParts): Promise<RunningHub> {
  const { dataDirectory, log = openServerLog('warn'), now = Date.now, fetch: fetcher = fetch } = options;
  const { host, tls, enrolment } = file;
  const { shelter, hubIdentity } = enrolment;
  const warn = (what: string) => (error: unknown) => log.warn(describeError(error), what);
  const couch = await openCouch({ ...options, log });
  parts.add({ stop: () => couch.close() });
  const databases = parts.add(await openDatabases(couch, warn('looking for changes failed')));
  const { changes, readers, factsDatabase, facts } = databases;
  const devices = parts.add(await openDevices(file, factsDatabase, changes, warn('reading the revocations failed')));
  const intake = new EventIntake({ couch, readers, quarantine: new QuarantineStore(couch), devices });
  const onOwnFault = warn("the hub's own database failed the relay");
  const metrics = new ServerMetrics();
  const count = countRelayTroubles(metrics);
  const chance = options.chance ?? Math.random;
  const { relay, clock } = await openRelay(file, {
    couch,
    changes,
    readers,
    facts,
    timers: platformTimers,
    now,
    fetch: fetcher,
    chance,
    onOwnFault,
    count,
  });
  parts.add(relay);
  metrics.gauge('uketsuke_relay_connected', '1 while the hub reaches the city', () => Number(relay.failure === null));
  const shelterKeys = ownShelterKeys(file);
  const bundles = await openBundleImporter({ dataDirectory, intake, devices, shelterKeys, changes, now, metrics });
  const relayState = () => relay.state();
  const sync = { readers, intake, changes, devices, now: clock.now, metrics, log, relay: relayState };
  // Until it listens, the port may be 0: any free one.
  let { port } = file;
  const addresses = () => hubOrigins({ host, port }, networkInterfaces());
  const applications: HubApplicationOptions = {
    couch,
    log,
    metrics,
    bundles,
    devices,
    syncRouter: createSyncRouter(sync),
    identity: () => ({ credential: hubIdentity, shelter, addresses: addresses() }),
    state: () => stateOf(shelter, readers, relay, metrics),
  };
  const application = createHubApplication(applications);
  const listener = parts.add(await listen(application, host, port, tls));
  port = Number(new URL(listener.url).port);
  const page = options.pagePort === undefined ? undefined : await listenForPage(applications, options.pagePort);
  if (page !== undefined) parts.add(page);
  const routes = hubOperatorRoutes({ version: VERSION, bundles });
  parts.add(await openOperatorChannel({ dataDirectory, routes, log }));
  relay.start();
  return {
    url: listener.url,
    application,
    pageUrl: page?.url,
    shelter,
    addresses: addresses(),
    certificateSha256: certificateSha256(tls.certificate),
    relayState,
    stop: () => parts.stop(),
  };
}

/** What the relay could not pass on, for those who watch the hub: HQ sees the city's quarantine, not the hub's part in it. */
function countRelayTroubles(metrics: ServerMetrics): (what: RelayTrouble, documents: number) => void {
  const counts: Record<RelayTrouble, number> = { quarantined: 0, unreadable: 0 };
  metrics.gauge(
    'uketsuke_relay_quarantined',
    'Events of this hub that the city put into its quarantine, since the start',
    () => counts.quarantined,
  );
  metrics.gauge(
    'uketsuke_relay_unreadable',
    'Documents of the city that this program could not read and left out, since the start',
    () => counts.unreadable,
  );
  return (what, documents) => {
    counts[what] += documents;
  };
}

function openDevices(
  { enrolment }: HubFile,
  facts: Documents,
  changes: ChangeBus,
  onReadError: (error: unknown) => void,
): Promise<HubDevices> {
  return HubDevices.open({
    shelterId: enrolment.shelter.shelterId,
    shelterKey: fromBase64url(enrolment.shelterKey),
    credentialPublicKey: enrolment.credentialPublicKey,
    facts,
    changes,
    onReadError,
  });
}

/** The keys of the hub's own shelter; it has those of no other. */
function ownShelterKeys({ enrolment }: HubFile): Pick<ShelterKeys, 'bundleKeyPair'> {
  const ownKeys = bundleKeyPairOf(fromBase64url(enrolment.shelterKey));
  return { bundleKeyPair: (id) => (id === enrolment.shelter.shelterId ? ownKeys : undefined) };
}

async function stateOf(
  shelter: ShelterFacts,
  readers: LogReaders,
  relay: CityRelay,
  metrics: ServerMetrics,
): Promise<HubState> {
  const { events } = await readers.use(receptionDatabase(shelter.shelterId), (log) => log.mark());
  const stood = await relay.state();
  const { failure } = relay;
  return { shelterName: shelter.name, version: VERSION, kiosks: metrics.live, events, relay: stood, failure };
}

/** Another program may have the port: the page is then at any other one. */
async function listenForPage(applications: HubApplicationOptions, port: number): Promise<Listener> {
  const app = createPageApplication(applications);
  return listen(app, '127.0.0.1', port).catch(() => listen(app, '127.0.0.1', 0));
}
