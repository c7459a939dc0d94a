import type { EventId } from '@uketsuke/shared/identifiers';
import type { ReceptionEvent } from '@uketsuke/shared/reception';

/** The events recorded last, as they were before they were sealed: to push them, nothing has to be read back. */
export class RecentEvents {
  readonly #most: number;
  readonly #events = new Map<EventId, ReceptionEvent>();

  /** @param most how many are kept in memory; the oldest goes first */
  constructor(most: number) {
    this.#most = most;
  }

  add(event: ReceptionEvent): void {
    this.#events.set(event.id, event);
    for (const id of this.#events.keys()) {
      if (this.#events.size <= this.#most) return;
      this.#events.delete(id);
    }
  }

  get(id: EventId): ReceptionEvent | undefined {
    return this.#events.get(id);
  }
}
