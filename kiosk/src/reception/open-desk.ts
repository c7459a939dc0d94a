import { type RandomBytes, secureRandomBytes } from '@uketsuke/shared/identifiers';
import { SyncClient } from '@uketsuke/shared/sync';
import type { RxStorage } from 'rxdb';
import type { KioskHost } from '../../host/kiosk-host.ts';
import { KioskStore, strictDexieStorage } from '../store/kiosk-store.ts';
import { knownGeneration, pullFromTheBeginning, Replication } from '../sync/replication.ts';
import { SyncLoop } from '../sync/sync-loop.ts';
import { KioskCardTrust } from './card-trust.ts';
import { judgeClock } from './clock-check.ts';
import type { Desk } from './desk.ts';
import { DeskService } from './desk-service.ts';
import { EventLog } from './event-log.ts';
import type { KioskSecrets } from './kiosk-secrets.ts';
import { type LoadProgress, type LoadReport, loadEventLog } from './load-event-log.ts';
import { NOTHING_SYNCED, type SyncState } from './sync-state.ts';

declare const __BUILD_TIME__: string | undefined;

const FACTS_PAGE = 500;
const NO_SERVER: SyncState = { ...NOTHING_SYNCED, trouble: 'server-unreachable' };

export interface DeskOptions<Internals = unknown, Options = unknown> {
  readonly host: KioskHost;
  readonly secrets: KioskSecrets;
  /** Strict IndexedDB unless given. */
  readonly storage?: RxStorage<Internals, Options>;
  /** Ms since 1970 UTC. */
  readonly now?: () => number;
  readonly random?: RandomBytes;
  readonly fetch?: typeof fetch;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Told what reading store and journal found. */
  readonly onLoaded?: (report: LoadReport) => void;
  /** Timeouts of requests and of a silent live connection, ms; the contract's unless given. */
  readonly requestTimeoutMs?: number;
  readonly liveSilenceMs?: number;
}

/**
 * Opens the desk of an unlocked kiosk: folds the store, reconciles it with the journal (DUR-2), and starts syncing.
 * Needs no network (RCP-3).
 * @throws KioskHostError when the journal cannot be read; StoreError when the store cannot be written
 */
export async function openDesk<Internals, Options>(options: DeskOptions<Internals, Options>): Promise<Desk> {
  const { host, secrets } = options;
  const { enrolment } = secrets;
  const now = options.now ?? Date.now;
  const random = options.random ?? secureRandomBytes;
  const store = await openStore(`uketsuke-${enrolment.deviceId}`, options.storage);
  try {
    const log = await EventLog.of({ secrets, store, journal: host.journal, now, random });
    const trust = await KioskCardTrust.of(enrolment);
    await takeStoredFacts(store, trust);
    const report = await loadEventLog(
      log,
      host.journal,
      await knownGeneration(log),
      options.onProgress ?? (() => undefined),
    );
    if (report.restored > 0) await pullFromTheBeginning(log);
    options.onLoaded?.(report);
    const { serverUrl } = await host.info();
    return await startDesk({ ...options, now, random }, log, trust, serverUrl);
  } catch (error) {
    await store.close();
    throw error;
  }
}

function openStore<Internals, Options>(
  name: string,
  storage: RxStorage<Internals, Options> | undefined,
): Promise<KioskStore> {
  return storage === undefined ? KioskStore.open(name, strictDexieStorage()) : KioskStore.open(name, storage);
}

async function takeStoredFacts(store: KioskStore, trust: KioskCardTrust): Promise<void> {
  for (let after: string | null = null; ; ) {
    const page = await store.factsAfter(after, FACTS_PAGE);
    for (const { fact } of page) trust.take(fact);
    const last = page.at(-1);
    if (page.length < FACTS_PAGE || last === undefined) return;
    after = last.id;
  }
}

async function startDesk<Internals, Options>(
  options: DeskOptions<Internals, Options> & { readonly now: () => number; readonly random: RandomBytes },
  log: EventLog,
  trust: KioskCardTrust,
  serverUrl: string | null,
): Promise<Desk> {
  const { now, random, secrets } = options;
  let serverOffsetMs: number | undefined;
  const clockState = () =>
    judgeClock({
      now: now(),
      serverOffsetMs,
      notBefore: [builtAt(), log.latestOwnAt === undefined ? undefined : Date.parse(log.latestOwnAt)],
      sawStampFarAhead: log.sawStampFarAhead,
    });
  const onServerTime = (serverTime: string) => {
    serverOffsetMs = Date.parse(serverTime) - now();
  };
  const stopped = new AbortController();
  let loop: SyncLoop | null = null;
  const desk = new DeskService({
    shelter: secrets.enrolment.shelter,
    deviceName: secrets.enrolment.deviceName,
    log,
    trust,
    now,
    clockState,
    syncState: () => loop?.state() ?? { ...NO_SERVER, pending: log.acknowledgements.pending },
    onRecorded: () => loop?.hurry(),
    useHub: async () => undefined,
    onClose: async () => {
      stopped.abort();
      await loop?.stop();
      globalThis.removeEventListener?.('online', cameBack);
      await log.store.close();
    },
  });
  const cameBack = () => loop?.networkCameBack();
  if (serverUrl === null) return desk;
  const client = new SyncClient({
    serverUrl,
    credential: secrets.enrolment.credential,
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    now,
    stopped: stopped.signal,
    ...(options.requestTimeoutMs === undefined ? {} : { timeoutMs: options.requestTimeoutMs }),
  });
  loop = new SyncLoop({
    log,
    client,
    replication: await Replication.of({ log, trust, client, onServerTime }),
    now,
    chance: () => (random(1)[0] ?? 0) / 256,
    lastUsedAt: () => desk.lastUsedAt,
    isOnline: () => globalThis.navigator?.onLine !== false,
    isClockOff: () => clockState() !== 'good',
    onChange: () => desk.changed(),
    onServerTime,
    ...(options.liveSilenceMs === undefined ? {} : { silenceMs: options.liveSilenceMs }),
  });
  loop.start();
  globalThis.addEventListener?.('online', cameBack);
  return desk;
}

function builtAt(): number | undefined {
  return typeof __BUILD_TIME__ === 'undefined' ? undefined : Date.parse(__BUILD_TIME__);
}
