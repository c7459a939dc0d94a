import { receiptBoundOf } from '@uketsuke/shared/clock';
import type { EventId, ResidentId } from '@uketsuke/shared/identifiers';
import type { OrderedResident } from '@uketsuke/shared/roster';
import { ShelterRoster } from '@uketsuke/shared/roster';
import type { ReceivedEvent } from '../event-log/stored-event.ts';

const CLOCK_AHEAD_MAX_MS = 10 * 60 * 1_000;
/** No kiosk existed earlier: a clock that says so was lost. */
const EARLIEST_PLAUSIBLE = Date.UTC(2024, 0, 1);

/** How a resident of a shelter stands in the city-wide indexes. */
export interface IndexedResident {
  readonly place: OrderedResident;
  readonly matchKeys: readonly string[];
  readonly admitted: boolean;
}

/** What the server knows of one shelter. */
export class ShelterProjection {
  readonly roster = new ShelterRoster();
  readonly indexed: Map<ResidentId, IndexedResident>;
  readonly #doubtful = new Set<EventId>();
  #lastReportAt: string | null = null;

  /** False until the log was read to its end for the first time. */
  isComplete = false;

  constructor(indexed: Map<ResidentId, IndexedResident> = new Map()) {
    this.indexed = indexed;
  }

  /** Takes in one event; returns the residents it may concern. */
  apply({ event, receivedAt }: ReceivedEvent): readonly ResidentId[] {
    if (this.#lastReportAt === null || receivedAt > this.#lastReportAt) this.#lastReportAt = receivedAt;
    if (isClockDoubtful(event.occurredAt, receivedAt)) this.#doubtful.add(event.id);
    return this.roster.apply(event, receiptBoundOf(event.hlc, receivedAt));
  }

  /** When anything was last received, UTC; null when never. */
  get lastReportAt(): string | null {
    return this.#lastReportAt;
  }

  isClockDoubtful(eventId: EventId): boolean {
    return this.#doubtful.has(eventId);
  }
}

/**
 * Whether a device's clock was plainly wrong when it recorded an event. An event may come late by days, as kiosks
 * work without a network, so only two things show: it happened more than ten minutes after it was received, or
 * before 2024, when there were no kiosks.
 */
export function isClockDoubtful(occurredAt: string, receivedAt: string): boolean {
  const occurred = Date.parse(occurredAt);
  return occurred - Date.parse(receivedAt) > CLOCK_AHEAD_MAX_MS || occurred < EARLIEST_PLAUSIBLE;
}
