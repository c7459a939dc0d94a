import { placeOf } from '../clock/receipt-bound.ts';
import type { ReceptionEvent } from '../reception/events.ts';

/** The order of events: by hybrid timestamp, as far as the city's receipt lets it count (CLK-4). */
export class EventOrder {
  /** What bounds the places of events whose stamps lie ahead of their receipt. */
  readonly #bounds = new Map<string, number>();

  /** Notes a bound; whether it is news. The event may not be known yet. */
  bound(eventId: string, bound: number): boolean {
    if (this.#bounds.get(eventId) === bound) return false;
    this.#bounds.set(eventId, bound);
    return true;
  }

  /** Puts an event into a list that is in order. Events mostly arrive in order, so the search starts at the end. */
  insert<Event extends ReceptionEvent>(list: Event[], event: Event): void {
    const place = this.#placeOf(event);
    let at = list.length;
    for (let before = list[at - 1]; before !== undefined && this.#placeOf(before) > place; before = list[at - 1]) {
      at -= 1;
    }
    list.splice(at, 0, event);
  }

  /** Puts a list into order again, after the bound of one of its events became known. */
  sort(list: ReceptionEvent[]): void {
    list.sort((left, right) => (this.#placeOf(left) < this.#placeOf(right) ? -1 : 1));
  }

  #placeOf({ id, hlc }: ReceptionEvent): string {
    return placeOf(hlc, this.#bounds.get(id));
  }
}
