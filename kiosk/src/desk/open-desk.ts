import { type RandomBytes, secureRandomBytes } from '@uketsuke/shared/identifiers';
import type { RxStorage } from 'rxdb';
import { HUB_PATH, type KioskHost } from '../../host/kiosk-host.ts';
import { KioskCardTrust } from '../facts/card-trust.ts';
import { Admissions } from '../reception/admissions.ts';
import { CardLinks } from '../reception/card-links.ts';
import { EventLog } from '../reception/event-log.ts';
import type { KioskSecrets } from '../reception/kiosk-secrets.ts';
import { isToBePulledAgain, type LoadProgress, type LoadReport, loadEventLog } from '../reception/load-event-log.ts';
import { type KioskStore, strictDexieStorage } from '../store/kiosk-store.ts';
import { openStore } from '../store/open-store.ts';
import { knownGeneration, pullFromTheBeginning } from '../sync/peer-marks.ts';
import { PeerSyncing } from '../sync/peer-syncing.ts';
import { judgeClock } from './clock-check.ts';
import type { Desk } from './desk.ts';
import { DeskService } from './desk-service.ts';
import { openMyNumberDesk } from './open-my-number-desk.ts';

declare const __BUILD_TIME__: string | undefined;

const FACTS_PAGE = 500;
/** Sorts directly behind every id of a registered card. */
const AFTER_CARD_LINKS = 'card-link;';

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
  /** Where requests for the shelter's hub go, without a slash at the end; by way of the host unless given. */
  readonly hubUrl?: string | null;
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
  const store = await storeOf(options);
  try {
    const cardLinks = new CardLinks();
    const log = await EventLog.of({ secrets, store, journal: host.journal, now, random, folds: [cardLinks] });
    const trust = await KioskCardTrust.of(enrolment);
    if (await takeStoredFacts(store, trust)) await pullFromTheBeginning(store, 'factsFrom');
    const onProgress = options.onProgress ?? (() => undefined);
    const report = await loadEventLog(log, host.journal, await knownGeneration(store), onProgress);
    if (await isToBePulledAgain(log, report)) await pullFromTheBeginning(store, 'eventsFrom');
    options.onLoaded?.(report);
    return await startDesk({ ...options, now, random }, log, cardLinks, trust);
  } catch (error) {
    await store.close();
    throw error;
  }
}

function storeOf<Internals, Options>(options: DeskOptions<Internals, Options>): Promise<KioskStore> {
  const name = `uketsuke-${options.secrets.enrolment.deviceId}`;
  return options.storage === undefined ? openStore(name, strictDexieStorage()) : openStore(name, options.storage);
}

/** Returns whether some are damaged: a revocation may be among them, and only a peer can give it again. */
async function takeStoredFacts(store: KioskStore, trust: KioskCardTrust): Promise<boolean> {
  let isDamaged = false;
  for (let after: string | null = null; ; ) {
    const page = await store.factsAfter(after, FACTS_PAGE);
    for (const { fact } of page.documents) trust.take(fact);
    isDamaged ||= page.damaged.length > 0;
    if (page.next === null) return isDamaged;
    // Registered cards are looked up one by one when they are shown; nobody waits for all of a city's.
    after = page.next.startsWith('card-link:') ? AFTER_CARD_LINKS : page.next;
  }
}

async function startDesk<Internals, Options>(
  options: DeskOptions<Internals, Options> & { readonly now: () => number; readonly random: RandomBytes },
  log: EventLog,
  cardLinks: CardLinks,
  trust: KioskCardTrust,
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
  const syncing = new PeerSyncing({
    log,
    trust,
    credential: secrets.enrolment.credential,
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    now,
    chance: () => (random(1)[0] ?? 0) / 256,
    lastUsedAt: () => desk.lastUsedAt,
    isOnline: () => globalThis.navigator?.onLine !== false,
    isClockOff: () => clockState() !== 'good',
    onChange: () => desk.changed(),
    onServerTime: (serverTime) => {
      serverOffsetMs = Date.parse(serverTime) - now();
    },
    requestTimeoutMs: options.requestTimeoutMs,
    liveSilenceMs: options.liveSilenceMs,
  });
  const cameBack = () => syncing.networkCameBack();
  const admissions = new Admissions(log, now, () => {
    syncing.hurry();
    desk.changed();
  });
  const { serverUrl } = await options.host.info();
  const myNumber = openMyNumberDesk({
    secrets,
    vault: options.host.vault,
    serverUrl,
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    random,
    log,
    cardLinks,
    trust,
    admissions,
    onUsed: () => desk.used(),
  });
  const desk: DeskService = new DeskService({
    shelter: secrets.enrolment.shelter,
    deviceName: secrets.enrolment.deviceName,
    log,
    trust,
    admissions,
    myNumber: myNumber.desk,
    now,
    clockState,
    syncState: () => syncing.state(),
    setHub: (baseUrl) => syncing.setHub(baseUrl),
    onClose: async () => {
      globalThis.removeEventListener?.('online', cameBack);
      await myNumber.stop();
      await syncing.close();
      await log.store.close();
    },
  });
  await syncing.start(await peersOf(options, trust));
  globalThis.addEventListener?.('online', cameBack);
  return desk;
}

async function peersOf<Internals, Options>(
  options: DeskOptions<Internals, Options>,
  trust: KioskCardTrust,
): Promise<{ city: string | null; hub: string | null }> {
  const { serverUrl, hub } = await options.host.info();
  const isWithdrawn = hub?.deviceId !== undefined && trust.withdrawnDevices.has(hub.deviceId);
  const isSet = hub !== null && !isWithdrawn && globalThis.location !== undefined;
  const hubUrl = isSet ? location.origin + HUB_PATH : null;
  return { city: serverUrl, hub: options.hubUrl ?? hubUrl };
}

function builtAt(): number | undefined {
  return typeof __BUILD_TIME__ === 'undefined' ? undefined : Date.parse(__BUILD_TIME__);
}
