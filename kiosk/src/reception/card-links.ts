import { boundedStamp, placeOf } from '@uketsuke/shared/clock';
import type { EventId } from '@uketsuke/shared/identifiers';
import type { LinkId } from '@uketsuke/shared/my-number-card';
import type { EventOf, ReceptionEvent } from '@uketsuke/shared/reception';
import type { EventFold } from './event-log.ts';

/** An event of the log that changes a card's link. */
export type LinkEvent = EventOf<'card-linked' | 'card-unlinked'>;

/** What the log or the directory says of a card under one key; `sealed` is null once the link was taken back. */
export interface CardLink {
  readonly hlc: string;
  readonly sealed: string | null;
}

/** The links in this shelter's own log: they count at once, before the city's server has told them to anybody. */
export class CardLinks implements EventFold {
  readonly #events = new Map<LinkId, LinkEvent[]>();
  readonly #voided = new Set<string>();
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

  /** The events that changed a link, without those that were voided. */
  changesOf(linkId: LinkId): readonly LinkEvent[] {
    return (this.#events.get(linkId) ?? []).filter(({ id }) => !this.#voided.has(id));
  }

  /** Whether the event of this stamp was voided here: its link is void, whatever the directory still says. */
  isVoided(hlc: string): boolean {
    return this.#voided.has(`ev:${hlc}`);
  }

  /** The latest of these changes (MNC-5). */
  latestOf(events: readonly LinkEvent[]): CardLink | undefined {
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
