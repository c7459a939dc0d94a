import type { RelayState } from '@uketsuke/shared/contracts';
import type { SyncTrouble } from '@uketsuke/shared/errors';
import { Exchange, ExchangeLoop, SyncClient, type Trouble } from '@uketsuke/shared/sync';
import type { Timers } from '@uketsuke/shared/timers';
import { Turn } from '@uketsuke/shared/turn';
import { traceFailure } from '../failure-trace.ts';
import type { EventLog } from '../reception/event-log.ts';
import type { PeerAcknowledgements } from '../store/acknowledgements.ts';
import type { PeerName } from '../store/documents.ts';
import { type FactTaker, openLogPort } from './log-port.ts';
import { NOTHING_SYNCED, type SyncState } from './sync-state.ts';

export interface PeerSyncingParts {
  readonly log: EventLog;
  readonly trust: FactTaker;
  readonly credential: string;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly timers: Timers;
  readonly chance: () => number;
  /** When the desk was last used, ms since 1970 UTC. */
  readonly lastUsedAt: () => number;
  readonly isOnline: () => boolean;
  readonly isClockOff: () => boolean;
  readonly onChange: () => void;
  /** The city's clock; a hub's may be as wrong as this laptop's and says nothing. */
  readonly onServerTime: (serverTime: string) => void;
  /** The contract's unless given, ms. */
  readonly requestTimeoutMs?: number | undefined;
}

/** A pull by larger pages makes scanning slow. */
const EVENTS_PAGE = 100;
/** Between two steps while the desk is in use: an unpaced pull makes scanning slow. */
const POLITE_PAUSE_MS = 100;
/** The desk counts as in use for so long after a scan. */
const IN_USE_MS = 30_000;
/** A peer is asked for changes this often whatever the live connection says. */
const POLL_MS = 60_000;
/** While a hub has not passed everything on, staff want to see how far it is. */
const RELAY_POLL_MS = 5_000;

interface Peer {
  readonly baseUrl: string;
  readonly loop: ExchangeLoop;
  readonly acknowledgements: PeerAcknowledgements;
  readonly stop: () => Promise<void>;
}

/**
 * Syncs with the city's server and, where one is set, with the shelter's hub (SYN-8). While the hub answers and has a
 * way to the city, the hub alone is used; while it does not answer, says that it has no way, or has put aside an event
 * that the city lacks, the city is asked too.
 * It goes back by itself. Both at once is harmless: ids are create-only (SYN-6, SYN-9).
 */
export class PeerSyncing {
  readonly #parts: PeerSyncingParts;
  #city: Peer | null = null;
  #hub: Peer | null = null;
  #closed = false;
  readonly #hubChanges = new Turn();

  constructor(parts: PeerSyncingParts) {
    this.#parts = parts;
  }

  /**
   * Begins to sync. Addresses are what stands before `/sync/v1`, without a slash at the end.
   * @throws StoreError
   */
  async start(addresses: { readonly city: string | null; readonly hub: string | null }): Promise<void> {
    if (addresses.city !== null) this.#city = await this.#open('city', addresses.city);
    await this.setHub(addresses.hub);
  }

  /** Sets the hub, or forgets it with null; the same again asks it at once. @throws StoreError */
  setHub(baseUrl: string | null): Promise<void> {
    return this.#hubChanges.run(() => this.#setHub(baseUrl));
  }

  /** Something was recorded: look at once. */
  hurry(): void {
    this.#city?.loop.hurry();
    this.#hub?.loop.hurry();
  }

  networkCameBack(): void {
    this.#city?.loop.networkCameBack();
    this.#hub?.loop.networkCameBack();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#hubChanges.settled();
    await Promise.all([this.#city?.stop(), this.#hub?.stop()]);
  }

  state(): SyncState {
    const { city } = this.#parts.log.acknowledgements;
    const peer = this.#peerInUse();
    const inUse = peer === 'hub' ? this.#hub : this.#city;
    if (peer === null || inUse === null) {
      const { pending, quarantined: quarantinedAtCity } = city;
      return { ...NOTHING_SYNCED, pending, pendingAtCity: pending, quarantinedAtCity, trouble: 'server-unreachable' };
    }
    const { loop, acknowledgements } = inUse;
    return {
      peer,
      pending: acknowledgements.pending,
      oldestPendingAt: acknowledgements.oldestPendingAt,
      pendingAtCity: city.pending,
      lastExchangeAt: loop.lastExchangeAt,
      quarantined: acknowledgements.quarantined,
      quarantinedAtCity: city.quarantined,
      relay: peer === 'hub' ? loop.relay : null,
      trouble: this.#troubleOf(loop.trouble),
      hubTrouble: peer === 'hub' ? null : this.#troubleOf(this.#hub?.loop.trouble ?? null),
    };
  }

  /** The hub while it answers, and before either was tried; else the city. */
  #peerInUse(): PeerName | null {
    if (this.#hub === null) return this.#city === null ? null : 'city';
    if (this.#city === null || this.#hub.loop.answers) return 'hub';
    const isUntried = this.#hub.loop.trouble === null && this.#hub.loop.lastExchangeAt === null;
    return isUntried && !this.#city.loop.answers ? 'hub' : 'city';
  }

  async #setHub(baseUrl: string | null): Promise<void> {
    if (this.#closed) return;
    if (this.#hub !== null && this.#hub.baseUrl === baseUrl) {
      this.#hub.loop.networkCameBack();
      return;
    }
    const before = this.#hub;
    this.#hub = null;
    try {
      await before?.stop();
      this.#parts.log.acknowledgements.forget('hub');
      if (baseUrl !== null) {
        this.#hub = await this.#open('hub', baseUrl);
        this.#hub.loop.setWanted(true);
      }
    } finally {
      this.#changed();
    }
  }

  async #open(peer: PeerName, baseUrl: string): Promise<Peer> {
    const { log, trust, now, timers, lastUsedAt } = this.#parts;
    const stopped = new AbortController();
    const client = new SyncClient({
      serverUrl: baseUrl,
      credential: this.#parts.credential,
      fetch: this.#parts.fetch,
      now,
      timers,
      stopped: stopped.signal,
      ...(this.#parts.requestTimeoutMs === undefined ? {} : { timeoutMs: this.#parts.requestTimeoutMs }),
    });
    const onServerTime = peer === 'city' ? this.#parts.onServerTime : () => undefined;
    const port = await openLogPort(peer, log, trust);
    const { acknowledgements } = port;
    const exchange = await Exchange.open({
      shelterId: log.identity.shelterId,
      log: port,
      peer: client,
      eventsPage: EVENTS_PAGE,
      onServerTime,
      onUnreadable: (count) => console.warn(`sync: ${count} documents of a newer program left out`),
    });
    const loop = new ExchangeLoop({
      exchange,
      peer: client,
      timers,
      now,
      chance: this.#parts.chance,
      pollMs: () => (isWayOpen(exchange.relay) ? POLL_MS : RELAY_POLL_MS),
      yieldMs: () => (acknowledgements.pending === 0 && now() - lastUsedAt() < IN_USE_MS ? POLITE_PAUSE_MS : 0),
      onLogFailure: (error) => traceFailure('sync', error),
      onChange: () => {
        this.#changed();
        this.#carryOver(peer);
      },
      onServerTime,
    });
    loop.start();
    const stop = async () => {
      stopped.abort();
      await loop.stop();
    };
    return { baseUrl, loop, acknowledgements, stop };
  }

  #changed(): void {
    const hub = this.#hub?.loop;
    const isHubTheWay = hub?.answers === true && hub.relay?.connected !== false;
    this.#city?.loop.setWanted(!isHubTheWay || this.#parts.log.acknowledgements.isHeldBackByHub);
    this.#parts.onChange();
  }

  /** What one peer sent, the other may lack: where no way leads from the hub to the city, this kiosk is the way. */
  #carryOver(from: PeerName): void {
    const other = from === 'city' ? this.#hub : this.#city;
    if (other !== null && other.acknowledgements.missing('others') > 0) other.loop.hurry();
  }

  #troubleOf(trouble: Trouble | null): SyncTrouble | null {
    if (trouble === null) return null;
    if (trouble.kind === 'own-log') return 'store-failed';
    switch (trouble.failure.code) {
      case 'revoked':
        return 'device-revoked';
      case 'unknown-device':
        return 'device-unknown';
      case 'strange':
        return 'answers-strangely';
      case 'unreachable':
      case 'timed-out':
        if (!this.#parts.isOnline()) return 'no-network';
        return this.#parts.isClockOff() ? 'clock-off' : 'server-unreachable';
      case 'failing':
      case 'busy':
      case 'too-large':
        return 'server-failing';
    }
  }
}

/** Whether there is nothing to watch: no hub, or one that has passed everything on. */
function isWayOpen(relay: RelayState | null): boolean {
  return relay === null || (relay.connected && relay.pending === 0);
}
