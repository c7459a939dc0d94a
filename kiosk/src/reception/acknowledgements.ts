import type { EventId } from '@uketsuke/shared/identifiers';

interface KnownEvent {
  readonly own: boolean;
  readonly occurredAt: string;
}

/**
 * Which events the server holds. Counts are kept as events come and go: asking costs the same with 100,000 events as
 * with none. An event counts as held only under the present generation of the server's store (SYN-1, SYN-5).
 */
export class Acknowledgements {
  readonly #known = new Map<EventId, KnownEvent>();
  readonly #ownMissing = new Map<EventId, KnownEvent>();
  readonly #othersMissing = new Map<EventId, KnownEvent>();
  readonly #quarantined = new Set<EventId>();

  /** Takes in an event of the store; `held` when the server has acknowledged it or sent it. */
  add(id: EventId, event: KnownEvent, held: boolean): void {
    if (this.#known.has(id)) return;
    this.#known.set(id, event);
    if (!held) this.#miss(id, event);
  }

  acknowledge(id: EventId, quarantined = false): void {
    this.#ownMissing.delete(id);
    this.#othersMissing.delete(id);
    if (quarantined) this.#quarantined.add(id);
  }

  /** A new generation of the server's store: nothing is acknowledged any more. */
  startOver(): void {
    this.#ownMissing.clear();
    this.#othersMissing.clear();
    this.#quarantined.clear();
    for (const [id, event] of [...this.#known].sort(([left], [right]) => (left < right ? -1 : 1))) {
      this.#miss(id, event);
    }
  }

  /** Whether the event is known here and, as far as we know, not to the server. */
  isMissing(id: EventId): boolean {
    return this.#ownMissing.has(id) || this.#othersMissing.has(id);
  }

  /** Own events not acknowledged. */
  get pending(): number {
    return this.#ownMissing.size;
  }

  get quarantined(): number {
    return this.#quarantined.size;
  }

  /** When the oldest own event not acknowledged was recorded, UTC. */
  get oldestPendingAt(): string | null {
    for (const event of this.#ownMissing.values()) return event.occurredAt;
    return null;
  }

  /** The next ids to offer: own events first, then what was pulled from the server before it lost it. */
  nextToOffer(limit: number): EventId[] {
    const ids: EventId[] = [];
    for (const missing of [this.#ownMissing, this.#othersMissing]) {
      for (const id of missing.keys()) {
        if (ids.length === limit) return ids;
        ids.push(id);
      }
    }
    return ids;
  }

  /** Every id known, or those not acknowledged, sorted. */
  ids(which: 'unacknowledged' | 'all'): EventId[] {
    const ids = which === 'all' ? this.#known.keys() : [...this.#ownMissing.keys(), ...this.#othersMissing.keys()];
    return [...ids].sort();
  }

  #miss(id: EventId, event: KnownEvent): void {
    (event.own ? this.#ownMissing : this.#othersMissing).set(id, event);
  }
}
