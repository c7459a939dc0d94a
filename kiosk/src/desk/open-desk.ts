import type { EnrolmentResponse } from '@uketsuke/shared/contracts';
import { HubCredentialError, verifyHubCredential } from '@uketsuke/shared/hub';
import { type RandomBytes, secureRandomBytes } from '@uketsuke/shared/identifiers';
import { Listeners } from '@uketsuke/shared/listeners';
import { platformTimers, type Timers } from '@uketsuke/shared/timers';
import type { RxStorage } from 'rxdb';
import type { HubInUse } from '../../host/hub/hub-in-use.ts';
import { HUB_PATH, type KioskHost } from '../../host/kiosk-host.ts';
import { KioskCardTrust } from '../facts/card-trust.ts';
import { Admissions } from '../reception/admissions.ts';
import { CardLinks } from '../reception/card-links.ts';
import { EventLog } from '../reception/event-log.ts';
import type { KioskSecrets } from '../reception/kiosk-secrets.ts';
import { isToBePulledAgain, type LoadProgress, type LoadReport, loadEventLog } from '../reception/load-event-log.ts';
import { QrCards } from '../reception/qr-cards.ts';
import { UsageClock } from '../reception/usage-clock.ts';
import { type KioskStore, strictDexieStorage } from '../store/kiosk-store.ts';
import { openStore } from '../store/open-store.ts';
import { knownGeneration, pullFromTheBeginning } from '../sync/peer-marks.ts';
import { PeerSyncing } from '../sync/peer-syncing.ts';
import type { Desk } from './desk.ts';
import { DeskClock } from './desk-clock.ts';
import { DeskView } from './desk-view.ts';
import { openMyNumberDesk } from './open-my-number-desk.ts';

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
  /** What syncing paces itself by. */
  readonly timers?: Timers;
  readonly random?: RandomBytes;
  readonly fetch?: typeof fetch;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Told what reading store and journal found. */
  readonly onLoaded?: (report: LoadReport) => void;
  /** Where requests for the shelter's hub go, without a slash at the end; by way of the host unless given. */
  readonly hubUrl?: string | null;
  /** How long a request may take, ms; the contract's unless given. */
  readonly requestTimeoutMs?: number;
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

/** Returns whether some are damaged or no city's: a revocation may be among them, and only a peer can give it again. */
async function takeStoredFacts(store: KioskStore, trust: KioskCardTrust): Promise<boolean> {
  let isIncomplete = false;
  for (let after: string | null = null; ; ) {
    const page = await store.factsAfter(after, FACTS_PAGE);
    const stored = page.documents.map(({ fact }) => fact);
    const proven = await trust.provenOf(stored, true);
    for (const fact of proven) trust.take(fact);
    isIncomplete ||= page.damaged.length > 0 || proven.length < stored.length;
    if (page.next === null) return isIncomplete;
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
  const { host, now, random, secrets } = options;
  const fetcher: typeof fetch = options.fetch ?? ((input, init) => fetch(input, init));
  const addresses = await peersOf(options, trust);
  const usage = new UsageClock(now);
  const changes = new Listeners();
  const clock = new DeskClock(log, now);
  const peers = new PeerSyncing({
    log,
    trust,
    credential: secrets.enrolment.credential,
    fetch: fetcher,
    now,
    timers: options.timers ?? platformTimers,
    chance: () => (random(1)[0] ?? 0) / 256,
    lastUsedAt: usage.lastUsedAt,
    isOnline: () => globalThis.navigator?.onLine !== false,
    isClockOff: () => clock.state() !== 'good',
    onChange: () => changes.publish(),
    onServerTime: clock.heard,
    requestTimeoutMs: options.requestTimeoutMs,
  });
  const onRecorded = () => {
    peers.hurry();
    changes.publish();
  };
  const admissions = new Admissions({ log, now, usage, onRecorded });
  const myNumber = openMyNumberDesk({
    secrets,
    vault: host.vault,
    serverUrl: addresses.city,
    fetch: fetcher,
    random,
    log,
    cardLinks,
    trust,
    admissions,
    usage,
  });
  await peers.start(addresses);
  const cameBack = () => peers.networkCameBack();
  globalThis.addEventListener?.('online', cameBack);
  return {
    shelter: secrets.enrolment.shelter,
    deviceName: secrets.enrolment.deviceName,
    cards: new QrCards({ trust, admissions, usage, judgedTime: clock.judgedTime }),
    myNumber: myNumber.desk,
    admissions,
    view: new DeskView({ log, syncState: () => peers.state(), clockState: clock.state, changes }),
    exports: log,
    peers,
    withdrawnDevices: trust.withdrawnDevices,
    close: async () => {
      await admissions.settled();
      globalThis.removeEventListener?.('online', cameBack);
      await myNumber.stop();
      await peers.close();
      await log.store.close();
    },
  };
}

async function peersOf<Internals, Options>(
  options: DeskOptions<Internals, Options>,
  trust: KioskCardTrust,
): Promise<{ city: string | null; hub: string | null }> {
  const { serverUrl, hub } = await options.host.info();
  if (hub !== null && !isToBeUsed(hub, options.secrets.enrolment, trust)) {
    await options.host.hub.forget();
    return { city: serverUrl, hub: options.hubUrl ?? null };
  }
  const hubUrl = hub !== null && globalThis.location !== undefined ? location.origin + HUB_PATH : null;
  return { city: serverUrl, hub: options.hubUrl ?? hubUrl };
}

/** Whether the city still vouches for the hub that the laptop remembers in a plain file (HUB-2). */
function isToBeUsed(
  { certificateSha256, credential = '', deviceId }: HubInUse,
  { credentialPublicKey, shelter }: EnrolmentResponse,
  { withdrawnDevices }: KioskCardTrust,
): boolean {
  if (credentialPublicKey === undefined) return false;
  try {
    const expected = { credentialPublicKey, shelterId: shelter.shelterId, certificateSha256 };
    const vouchedFor = verifyHubCredential(credential, expected);
    return vouchedFor.deviceId === deviceId && !withdrawnDevices.has(vouchedFor.deviceId);
  } catch (error) {
    if (error instanceof HubCredentialError) return false;
    throw error;
  }
}
