import { HybridClock } from '../../clock/index.ts';
import type { Fact } from '../../contracts/index.ts';
import { deviceIdSchema, type EventId, shelterIdSchema } from '../../identifiers/index.ts';
import { type ReceptionEvent, recordEvent } from '../../reception/index.ts';
import { type LogPort, NOTHING_EXCHANGED, type Offered, type PeerMarks } from '../log-port.ts';

export const SHELTER = shelterIdSchema.parse('school-1');

/** Headcounts recorded by a desk, each later than the one before. */
export function recordAt(device: string, shelterId = SHELTER): () => ReceptionEvent {
  const recorder = { shelterId, deviceId: deviceIdSchema.parse(device), eventKey: new Uint8Array(32) };
  let now = 1_000_000;
  const clock = new HybridClock(device, () => now);
  return () => {
    now += 1;
    return recordEvent(recorder, clock, now, 'headcount-reported', { people: 1, remark: '避難者' });
  };
}

/** A log in memory that has one peer, with the troubles a test asks for. */
export class MemoryLog implements LogPort {
  readonly events = new Map<EventId, ReceptionEvent>();
  readonly facts: Fact[] = [];
  readonly quarantined = new Set<EventId>();
  readonly setAsideIds = new Set<EventId>();
  kept: PeerMarks = NOTHING_EXCHANGED;
  /** What every access throws, if anything. */
  failure: Error | null = null;
  /** Called before every look for something to push. */
  beforeLook: () => void = () => {};
  readonly #own: string;
  readonly #acknowledged = new Set<EventId>();

  constructor(ownDevice: string) {
    this.#own = ownDevice;
  }

  add(...events: readonly ReceptionEvent[]): void {
    for (const event of events) this.events.set(event.id, event);
  }

  /** How many the peer is not known to hold. */
  missing(whose: Offered): number {
    return this.#missing(whose).length;
  }

  marks = async (): Promise<PeerMarks> => this.kept;

  nextUnsent = async (whose: Offered, most: number): Promise<readonly ReceptionEvent[]> => {
    this.beforeLook();
    this.#fail();
    return this.#missing(whose)
      .filter(({ id }) => !this.setAsideIds.has(id))
      .slice(0, most);
  };

  settle: LogPort['settle'] = async (settled, _generation, changed) => {
    this.#fail();
    for (const { event, outcome } of settled) {
      this.#acknowledged.add(event.id);
      if (outcome.outcome === 'quarantined') this.quarantined.add(event.id);
    }
    this.kept = { ...this.kept, ...changed };
  };

  setAside = (id: EventId): void => {
    this.setAsideIds.add(id);
  };

  takeInEvents: LogPort['takeInEvents'] = async (events, _generation, changed) => {
    this.#fail();
    this.add(...events);
    for (const { id } of events) this.#acknowledged.add(id);
    this.kept = { ...this.kept, ...changed };
  };

  takeInFacts: LogPort['takeInFacts'] = async (facts, _relay, changed) => {
    this.#fail();
    this.facts.push(...facts);
    this.kept = { ...this.kept, ...changed };
  };

  saveMarks = async (changed: Partial<PeerMarks>): Promise<void> => {
    this.#fail();
    this.kept = { ...this.kept, ...changed };
  };

  startOver: LogPort['startOver'] = async (marks) => {
    this.#fail();
    this.kept = marks;
    this.#acknowledged.clear();
    this.quarantined.clear();
  };

  #missing(whose: Offered): ReceptionEvent[] {
    return [...this.events.values()].filter(
      ({ id, deviceId }) => (deviceId === this.#own) === (whose === 'own') && !this.#acknowledged.has(id),
    );
  }

  #fail(): void {
    if (this.failure !== null) throw this.failure;
  }
}
