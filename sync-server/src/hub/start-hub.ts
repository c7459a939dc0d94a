import { networkInterfaces } from 'node:os';
import type { HubState, RelayState, ShelterFacts } from '@uketsuke/shared/contracts';
import { HUB_PORT } from '@uketsuke/shared/hub';
import { secureRandomBytes } from '@uketsuke/shared/identifiers';
import { fromBase64url } from '@uketsuke/shared/sealing';
import { platformTimers } from '@uketsuke/shared/timers';
import { BundleImporter } from '../bundles/bundle-importer.ts';
import { clearSpooledFiles } from '../bundles/spooled-file.ts';
import { ChangeBus } from '../couch/change-bus.ts';
import { type Couch, openCouch } from '../couch/couch.ts';
import type { Documents } from '../couch/documents.ts';
import { openDatabase } from '../couch/open-database.ts';
import { receptionDatabase } from '../event-log/database-names.ts';
import { LogReaders } from '../event-log/log-reader.ts';
import { FACTS_DATABASE, FactBoard } from '../facts/fact-board.ts';
import { VERSION } from '../http/health.ts';
import { type Listener, listen } from '../http/listener.ts';
import { ServerMetrics } from '../http/metrics.ts';
import { describeError } from '../http/problems.ts';
import { openServerLog, type ServerLog } from '../http/server-log.ts';
import { loadMasterKey } from '../identity/master-key.ts';
import { bundleKeyPairOf } from '../identity/shelter-keys.ts';
import { openOperatorChannel } from '../operator/operator-channel.ts';
import { hubOperatorRoutes } from '../operator/operator-routes.ts';
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

/** Something running, to be stopped before what was started earlier. */
interface Part {
  stop(): void | Promise<void>;
}

/**
 * Starts a shelter's hub: enrols it at the city on the first start, then serves the shelter's kiosks, whether the city
 * can be reached or not.
 * @throws HubEnrolmentError, HubFileError, MasterKeyError, DataDirectoryInUseError, or the system's error when the
 * address cannot be listened on
 */
export async function startHub(options: HubOptions): Promise<RunningHub> {
  const parts: Part[] = [];
  const stop = async () => {
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) await part.stop();
  };
  try {
    const { dataDirectory, masterKey: given } = options;
    const masterKey = await loadMasterKey(given, dataDirectory, secureRandomBytes);
    const file = await prepareHub({
      dataDirectory,
      masterKey,
      setting: options,
      defaults: { host: DEFAULT_HOST, port: HUB_PORT },
      fetch: options.fetch ?? fetch,
      now: options.now ?? Date.now,
    });
    return { ...(await startParts(options, file, parts)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(options: HubOptions, file: HubFile, parts: Part[]): Promise<Omit<RunningHub, 'stop'>> {
  const log = options.log ?? openServerLog('warn');
  const { shelter, hubIdentity } = file.enrolment;
  const around = await openDatabases(options, log, parts);
  const { couch, changes } = around;
  const devices = await openDevices(file, around);
  parts.push(devices);
  const { fetch: fetcher = fetch, chance = Math.random } = options;
  const onOwnFault = around.warn("the hub's own database failed the relay");
  const metrics = new ServerMetrics();
  const count = countRelayTroubles(metrics);
  const surroundings = { ...around, timers: platformTimers, fetch: fetcher, chance, onOwnFault, count };
  const { relay, clock } = await openRelay(file, surroundings);
  parts.push(relay);
  metrics.gauge('uketsuke_relay_connected', '1 while the hub reaches the city', () => Number(relay.failure === null));
  const bundles = await openBundles(options.dataDirectory, file, { ...around, devices, metrics });
  const relayState = () => relay.state();
  const applications: HubApplicationOptions = {
    ...{ couch, log, metrics, bundles },
    syncRouter: createSyncRouter({ couch, changes, devices, now: clock.now, metrics, log, relay: relayState }),
    identity: () => ({ credential: hubIdentity, shelter, addresses: addresses() }),
    state: () => stateOf(shelter, around.readers, relay, metrics),
  };
  const listener: Listener = await listen(createHubApplication(applications), file.host, file.port, file.tls);
  parts.push(listener);
  const addresses = () =>
    hubOrigins({ host: file.host, port: Number(new URL(listener.url).port) }, networkInterfaces());
  const page = options.pagePort === undefined ? undefined : await listenForPage(applications, options.pagePort);
  if (page !== undefined) parts.push(page);
  const routes = hubOperatorRoutes({ version: VERSION, bundles });
  parts.push(await openOperatorChannel({ dataDirectory: options.dataDirectory, routes, log }));
  relay.start();
  return {
    url: listener.url,
    pageUrl: page?.url,
    shelter,
    addresses: addresses(),
    certificateSha256: certificateSha256(file.tls.certificate),
    relayState,
  };
}

interface Databases {
  readonly couch: Couch;
  readonly changes: ChangeBus;
  readonly readers: LogReaders;
  readonly factsDatabase: Documents;
  readonly facts: FactBoard;
  readonly now: () => number;
  readonly warn: (what: string) => (error: unknown) => void;
}

async function openDatabases(options: HubOptions, log: ServerLog, parts: Part[]): Promise<Databases> {
  const warn = (what: string) => (error: unknown) => log.warn(describeError(error), what);
  const couch = await openCouch({ ...options, log });
  parts.push({ stop: () => couch.close() });
  const changes = new ChangeBus({ couch, onPollError: warn('looking for changes failed') });
  parts.push(changes);
  const factsDatabase: Documents = await openDatabase(couch, FACTS_DATABASE);
  const facts = new FactBoard(factsDatabase, changes);
  return { couch, changes, readers: new LogReaders(couch), factsDatabase, facts, now: options.now ?? Date.now, warn };
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

function openDevices({ enrolment }: HubFile, { factsDatabase, changes, warn }: Databases): Promise<HubDevices> {
  return HubDevices.open({
    shelterId: enrolment.shelter.shelterId,
    shelterKey: fromBase64url(enrolment.shelterKey),
    credentialPublicKey: enrolment.credentialPublicKey,
    facts: factsDatabase,
    changes,
    onReadError: warn('reading the revocations failed'),
  });
}

/** Bundles of the hub's own shelter; it has the keys of no other. */
async function openBundles(
  dataDirectory: string,
  { enrolment }: HubFile,
  parts: Databases & { readonly devices: HubDevices; readonly metrics: ServerMetrics },
): Promise<BundleImporter> {
  const { couch, readers, changes, now, devices, metrics } = parts;
  const ownKeys = bundleKeyPairOf(fromBase64url(enrolment.shelterKey));
  await clearSpooledFiles(dataDirectory);
  return new BundleImporter({
    dataDirectory,
    intake: new EventIntake(couch, readers, devices),
    devices,
    shelterKeys: { bundleKeyPair: (id) => (id === enrolment.shelter.shelterId ? ownKeys : undefined) },
    changes,
    now,
    count: (outcome, events) => metrics.pushed(outcome, events),
  });
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
