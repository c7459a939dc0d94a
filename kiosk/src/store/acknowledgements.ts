import type { EventId } from '@uketsuke/shared/identifiers';
import type { Offered } from '@uketsuke/shared/sync';
import type { PeerName } from './documents.ts';

/** Which events a bundle is to hold (SYN-10). */
export type ExportChoice = 'unacknowledged' | 'all';

export interface KnownEvent {
  readonly own: boolean;
  readonly occurredAt: string;
}

/**
 * Which events one peer holds. Counts are kept as events come and go: asking costs the same with 100,000 events as
 * with none. An event counts as held only under the present generation of the peer's store (SYN-1, SYN-5).
 */
export class PeerAcknowledgements {
  readonly #known: ReadonlyMap<EventId, KnownEvent>;
  readonly #missing: Readonly<Record<Offered, Map<EventId, KnownEvent>>> = { own: new Map(), others: new Map() };
  readonly #quarantined = new Set<EventId>();
  readonly #setAside = new Set<EventId>();

  constructor(known: ReadonlyMap<EventId, KnownEvent>) {
    this.#known = known;
  }

  /** The peer does not hold the event, as far as is known here. */
  miss(id: EventId, event: KnownEvent): void {
    this.#missing[event.own ? 'own' : 'others'].set(id, event);
  }

  /** The peer holds the event, or has put it into its quarantine. */
  acknowledge(id: EventId, quarantined = false): void {
    this.#missing.own.delete(id);
    this.#missing.others.delete(id);
    this.#setAside.delete(id);
    if (quarantined) this.#quarantined.add(id);
    else this.#quarantined.delete(id);
  }

  /** The event cannot be offered now; it stays unacknowledged and lets the others pass. */
  setAside(id: EventId): void {
    if (this.isMissing(id)) this.#setAside.add(id);
  }

  /** A new generation of the peer's store: nothing is acknowledged any more. */
  startOver(): void {
    this.#missing.own.clear();
    this.#missing.others.clear();
    this.#quarantined.clear();
    this.#setAside.clear();
    for (const [id, event] of [...this.#known].sort(([left], [right]) => (left < right ? -1 : 1))) {
      this.miss(id, event);
    }
  }

  /** Whether the event is known here and, as far as is known, not to the peer. */
  isMissing(id: EventId): boolean {
    return this.#missing.own.has(id) || this.#missing.others.has(id);
  }

  isQuarantined(id: EventId): boolean {
    return this.#quarantined.has(id);
  }

  quarantinedIds(): Iterable<EventId> {
    return this.#quarantined;
  }

  /** Own events not acknowledged. */
  get pending(): number {
    return this.#missing.own.size;
  }

  get quarantined(): number {
    return this.#quarantined.size;
  }

  /** When the oldest own event not acknowledged was recorded, UTC. */
  get oldestPendingAt(): string | null {
    for (const event of this.#missing.own.values()) return event.occurredAt;
    return null;
  }

  /** The next ids to offer, oldest first. */
  nextToOffer(limit: number, whose: Offered): EventId[] {
    const ids: EventId[] = [];
    for (const id of this.#missing[whose].keys()) {
      if (ids.length === limit) break;
      if (!this.#setAside.has(id)) ids.push(id);
    }
    return ids;
  }

  /** How many events are not acknowledged. */
  missing(whose: Offered): number {
    return this.#missing[whose].size;
  }

  /** Every id not acknowledged, own and others', in no order. */
  missingIds(): EventId[] {
    return [...this.#missing.own.keys(), ...this.#missing.others.keys()];
  }
}

/**
 * Which events each peer holds (SYN-8), over one list of the events known here. The city's side always exists, any
 * other peer's only while it is followed.
 */
export class Acknowledgements {
  readonly #known = new Map<EventId, KnownEvent>();
  readonly city = new PeerAcknowledgements(this.#known);
  readonly #peers = new Map<PeerName, PeerAcknowledgements>([['city', this.city]]);

  /** What a peer holds; null while it is not followed. */
  peer(name: PeerName): PeerAcknowledgements | null {
    return this.#peers.get(name) ?? null;
  }

  /** Takes in an event of the store; `at` is the peer that has acknowledged or sent it. */
  add(id: EventId, event: KnownEvent, at: PeerName | null): void {
    if (this.#known.has(id)) return;
    this.#known.set(id, event);
    for (const [name, peer] of this.#peers) if (name !== at) peer.miss(id, event);
  }

  /** Begins to keep what a peer besides the city holds; `receipts` is what it said of events before. */
  follow(
    name: Exclude<PeerName, 'city'>,
    receipts: ReadonlyMap<EventId, { readonly quarantined: boolean }>,
  ): PeerAcknowledgements {
    const peer = new PeerAcknowledgements(this.#known);
    peer.startOver();
    for (const [id, { quarantined }] of receipts) if (this.#known.has(id)) peer.acknowledge(id, quarantined);
    this.#peers.set(name, peer);
    return peer;
  }

  forget(name: Exclude<PeerName, 'city'>): void {
    this.#peers.delete(name);
  }

  /** Whether the hub has put aside an event that the city may not have: the hub passes no such event on. */
  get isHeldBackByHub(): boolean {
    for (const id of this.peer('hub')?.quarantinedIds() ?? []) if (this.city.isMissing(id)) return true;
    return false;
  }

  /** Every id known here, or those that the city has not acknowledged, sorted. */
  ids(which: ExportChoice): EventId[] {
    return (which === 'all' ? [...this.#known.keys()] : this.city.missingIds()).sort();
  }
}
