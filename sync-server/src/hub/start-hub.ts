import { networkInterfaces } from 'node:os';
import { HUB_PORT } from '@uketsuke/shared/hub';
import { secureRandomBytes } from '@uketsuke/shared/identifiers';
import type { RelayState, ShelterFacts } from '@uketsuke/shared/protocol';
import { fromBase64url } from '@uketsuke/shared/sealing';
import { SyncClient } from '@uketsuke/shared/sync';
import { BundleImporter } from '../bundles/bundle-importer.ts';
import { ChangeHub } from '../couch/change-hub.ts';
import { type Couch, openCouch } from '../couch/couch.ts';
import { openDatabase } from '../couch/open-database.ts';
import type { Documents } from '../documents/documents.ts';
import { FACTS_DATABASE, FactBoard } from '../documents/facts.ts';
import { VERSION } from '../http/health.ts';
import { type Listener, listen } from '../http/listener.ts';
import { ServerMetrics } from '../http/metrics.ts';
import { describeError } from '../http/problems.ts';
import { openServerLog, type ServerLog } from '../http/server-log.ts';
import { loadMasterKey } from '../identity/master-key.ts';
import { bundleKeyPairOf, type ShelterKeys } from '../identity/shelter-keys.ts';
import { EventIntake } from '../sync/accept-events.ts';
import { receptionDatabase } from '../sync/database-names.ts';
import { Feeds } from '../sync/feeds.ts';
import { createSyncRouter } from '../sync/sync-router.ts';
import { type HubSetting, prepareHub } from './enrol-hub.ts';
import { hubOrigins } from './hub-addresses.ts';
import { createHubApplication, createPageApplication, type HubApplicationOptions } from './hub-application.ts';
import { certificateSha256 } from './hub-certificate.ts';
import { HubDevices } from './hub-devices.ts';
import type { HubFile } from './hub-file.ts';
import { CityRelay } from './relay/city-relay.ts';
import { PendingEvents } from './relay/pending-events.ts';
import { PositionStore, RELAY_DATABASE } from './relay/relay-positions.ts';
import { RelaySteps } from './relay/relay-steps.ts';

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
  const warn = (what: string) => (error: unknown) => log.warn(describeError(error), what);
  const now = options.now ?? Date.now;
  const { enrolment, tls } = file;
  const { shelter } = enrolment;
  const couch = await openCouch({ ...options, log });
  parts.push({ stop: () => couch.close() });
  const hub = new ChangeHub({ couch, onPollError: warn('looking for changes failed') });
  parts.push(hub);
  const feeds = new Feeds(couch);
  const factsDatabase: Documents = await openDatabase(couch, FACTS_DATABASE);
  const facts = new FactBoard(factsDatabase, hub);
  const shelterKey = fromBase64url(enrolment.shelterKey);
  const devices = await HubDevices.open({
    shelterId: shelter.shelterId,
    shelterKey,
    credentialPublicKey: enrolment.credentialPublicKey,
    facts: factsDatabase,
    hub,
    onReadError: warn('reading the revocations failed'),
  });
  parts.push(devices);
  const onOwnFault = warn("the hub's own database failed the relay");
  const relay = await openRelay(options, file, { couch, hub, feeds, facts, now, onOwnFault });
  parts.push(relay);
  const metrics = new ServerMetrics();
  metrics.gauge('uketsuke_relay_connected', '1 while the hub reaches the city', () => Number(relay.failure === null));
  const shelterKeys: ShelterKeys = {
    shelterKey: (id) => (id === shelter.shelterId ? shelterKey : undefined),
    bundleKeyPair: (id) => (id === shelter.shelterId ? bundleKeyPairOf(shelterKey) : undefined),
  };
  const bundles = new BundleImporter({
    dataDirectory: options.dataDirectory,
    intake: new EventIntake(couch, feeds, devices),
    devices,
    shelterKeys,
    hub,
    now,
    count: (outcome, events) => metrics.pushed(outcome, events),
  });
  const identity = () => ({ credential: enrolment.hubIdentity, shelter, addresses: addresses() });
  const state = async () => {
    const mark = await feeds.use(receptionDatabase(shelter.shelterId), (feed) => feed.mark());
    const { failure } = relay;
    const stood = await relay.state();
    return {
      shelterName: shelter.name,
      version: VERSION,
      kiosks: metrics.live,
      events: mark.events,
      relay: stood,
      failure,
    };
  };
  const relayState = () => relay.state();
  const syncRouter = createSyncRouter({ couch, hub, devices, now, metrics, log, relay: relayState });
  const applications = { couch, log, metrics, syncRouter, identity, state, bundles };
  const listener: Listener = await listen(createHubApplication(applications), file.host, file.port, tls);
  parts.push(listener);
  const addresses = () =>
    hubOrigins({ host: file.host, port: Number(new URL(listener.url).port) }, networkInterfaces());
  const page = options.pagePort === undefined ? undefined : await listenForPage(applications, options.pagePort);
  if (page !== undefined) parts.push(page);
  relay.start();
  return {
    url: listener.url,
    pageUrl: page?.url,
    shelter,
    addresses: addresses(),
    certificateSha256: certificateSha256(tls.certificate),
    relayState,
  };
}

/** Another program may have the port: the page is then at any other one. */
async function listenForPage(applications: HubApplicationOptions, port: number): Promise<Listener> {
  const app = createPageApplication(applications);
  return listen(app, '127.0.0.1', port).catch(() => listen(app, '127.0.0.1', 0));
}

interface RelaySurroundings {
  readonly couch: Couch;
  readonly hub: ChangeHub;
  readonly feeds: Feeds;
  readonly facts: FactBoard;
  readonly now: () => number;
  readonly onOwnFault: (error: unknown) => void;
}

async function openRelay(
  options: HubOptions,
  { enrolment, cityUrl }: HubFile,
  { onOwnFault, ...around }: RelaySurroundings,
): Promise<CityRelay> {
  const { couch, feeds, hub, now } = around;
  const { shelterId } = enrolment.shelter;
  const stopped = new AbortController();
  const client = new SyncClient({
    serverUrl: cityUrl,
    credential: enrolment.credential,
    fetch: options.fetch ?? fetch,
    now,
    stopped: stopped.signal,
  });
  const positions = await PositionStore.open(await openDatabase(couch, RELAY_DATABASE), VERSION);
  const pending = new PendingEvents(feeds, shelterId, positions.current);
  return new CityRelay({
    shelterId,
    hub,
    pending,
    steps: new RelaySteps({ ...around, shelterId, positions, pending, client }),
    client,
    stopRequests: () => stopped.abort(),
    chance: options.chance ?? Math.random,
    now,
    onOwnFault,
  });
}
