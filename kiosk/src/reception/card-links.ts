import { boundedStamp, placeOf } from '@uketsuke/shared/clock';
import type { EventId } from '@uketsuke/shared/identifiers';
import type { LinkId } from '@uketsuke/shared/my-number-card';
import type { EventOf, ReceptionEvent } from '@uketsuke/shared/reception';
import type { EventFold } from './event-log.ts';

/** What the log or the directory says of a card under one key; `sealed` is null once the link was taken back. */
export interface CardLink {
  readonly hlc: string;
  readonly sealed: string | null;
}

type LinkEvent = EventOf<'card-linked' | 'card-unlinked'>;

/** The links in this shelter's own log: they count at once, before the city's server has told them to anybody. */
export class CardLinks implements EventFold {
  readonly #events = new Map<LinkId, LinkEvent[]>();
  readonly #voided = new Set<EventId>();
  readonly #bounds = new Map<EventId, number>();

  /** Takes in an event of any kind, in any order. */
  apply(event: ReceptionEvent): void {
    if (event.kind === 'voided') this.#voided.add(event.body.targetId);
    if (event.kind !== 'card-linked' && event.kind !== 'card-unlinked') return;
    const { linkId } = event.body;
    this.#events.set(linkId, [...(this.#events.get(linkId) ?? []), event]);
  }

  bound(eventId: EventId, bound: number): void {
    this.#bounds.set(eventId, bound);
  }

  /** The latest link that stands (MNC-5), without those that were voided. */
  find(linkId: LinkId): CardLink | undefined {
    const events = (this.#events.get(linkId) ?? []).filter(({ id }) => !this.#voided.has(id));
    const latest = events.reduce<LinkEvent | undefined>(
      (best, each) => (best === undefined || this.#placeOf(each) > this.#placeOf(best) ? each : best),
      undefined,
    );
    if (latest === undefined) return undefined;
    const hlc = boundedStamp(latest.hlc, this.#bounds.get(latest.id));
    return { hlc, sealed: latest.kind === 'card-linked' ? latest.body.sealed : null };
  }

  #placeOf({ id, hlc }: LinkEvent): string {
    return placeOf(hlc, this.#bounds.get(id));
  }
}
