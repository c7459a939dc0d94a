import {
  type Checkpoint,
  type Fact,
  LIVE_HEARTBEAT_MS,
  type PushOutcome,
  type PushResponse,
  type RelayState,
} from '../../contracts/index.ts';
import type { EventId } from '../../identifiers/index.ts';
import type { ReceptionEvent } from '../../reception/index.ts';
import type { Timers } from '../../timers/index.ts';
import { REQUEST_TIMEOUT_MS, type SyncClient } from '../sync-client.ts';
import { SyncFailure } from '../sync-failure.ts';

export type Asked = 'push' | 'events' | 'facts' | 'live';
/** What a request comes to instead of an answer; silence ends in the client's time-out. */
export type Fault = SyncFailure | 'silence';

/** A peer in memory behind the client's interface, with the troubles a test asks for. */
export class MemoryPeer implements Pick<SyncClient, 'push' | 'pullEvents' | 'pullFacts' | 'openLive'> {
  events = new Map<EventId, ReceptionEvent>();
  readonly facts: Fact[] = [];
  /** Sent as they are, whoever can read them. */
  strangers: unknown[] = [];
  epoch = 'epoch-1';
  factsEpoch = 'facts-1';
  relay: RelayState | null = null;
  pageSize = Number.POSITIVE_INFINITY;
  /** What goes wrong with a request of so many documents. */
  fault: (asked: Asked, documents: number) => Fault | null = () => null;
  quarantine: (event: ReceptionEvent) => boolean = () => false;
  /** What was asked, in order; a push with the number of its events. */
  readonly asked: string[] = [];
  readonly witnesses: string[][] = [];
  readonly #timers: Timers;
  readonly #live = new Set<ReadableStreamDefaultController<Uint8Array>>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  get liveConnections(): number {
    return this.#live.size;
  }

  /** Events of other kiosks come in. */
  put(...events: readonly ReceptionEvent[]): void {
    for (const event of events) this.events.set(event.id, event);
    this.nudge();
  }

  nudge(): void {
    if (this.fault('live', 0) !== null) return;
    const nudge = { mark: this.#mark(), events: true, facts: true, serverTime: this.#time() };
    this.#write(`data: ${JSON.stringify(nudge)}\n\n`);
  }

  async push(events: readonly ReceptionEvent[]): Promise<PushResponse> {
    this.asked.push(`push ${events.length}`);
    await this.#fail('push', events.length);
    const outcomes = events.map((event): PushOutcome => {
      const { id } = event;
      if (this.quarantine(event)) return { id, outcome: 'quarantined', reason: 'not-authentic' };
      if (this.events.has(id)) return { id, outcome: 'already-had' };
      this.events.set(id, event);
      return { id, outcome: 'stored' };
    });
    this.nudge();
    return { mark: this.#mark(), outcomes, serverTime: this.#time() };
  }

  pullEvents: SyncClient['pullEvents'] = async (checkpoint, limit, witnesses = []) => {
    this.asked.push('events');
    await this.#fail('events', limit);
    if (witnesses.length > 0) this.witnesses.push([...witnesses]);
    const present: ReadonlyMap<string, ReceptionEvent> = this.events;
    const witnessed = witnesses.length === 0 ? {} : { witnessed: witnesses.every((id) => present.has(id)) };
    const { page, ...rest } = this.#page([...this.events.values(), ...this.strangers], this.epoch, checkpoint, limit);
    return { mark: this.#mark(), ...witnessed, ...rest, events: page, serverTime: this.#time() };
  };

  pullFacts: SyncClient['pullFacts'] = async (checkpoint, limit) => {
    this.asked.push('facts');
    await this.#fail('facts', limit);
    const { page, ...rest } = this.#page(this.facts, this.factsEpoch, checkpoint, limit);
    return { epoch: this.factsEpoch, ...rest, facts: page, serverTime: this.#time() };
  };

  async openLive(signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    this.asked.push('live');
    await this.#fail('live', 0);
    return new ReadableStream({
      start: (controller) => {
        this.#live.add(controller);
        this.nudge();
        const stopBeating = this.#beat(controller);
        signal.addEventListener('abort', () => {
          stopBeating();
          if (this.#live.delete(controller)) controller.error(new Error('aborted'));
        });
      },
    });
  }

  /** Ends every live connection. */
  hangUp(): void {
    for (const controller of this.#live) controller.close();
    this.#live.clear();
  }

  #beat(controller: ReadableStreamDefaultController<Uint8Array>): () => void {
    let cancel = () => {};
    const beat = () => {
      if (!this.#live.has(controller)) return;
      if (this.fault('live', 0) === null) controller.enqueue(new TextEncoder().encode(': still here\n\n'));
      cancel = this.#timers.later(LIVE_HEARTBEAT_MS, beat);
    };
    cancel = this.#timers.later(LIVE_HEARTBEAT_MS, beat);
    return () => cancel();
  }

  #write(text: string): void {
    for (const controller of this.#live) controller.enqueue(new TextEncoder().encode(text));
  }

  async #fail(asked: Asked, documents: number): Promise<void> {
    const fault = this.fault(asked, documents);
    if (fault === null) return;
    if (fault !== 'silence') throw fault;
    await new Promise<void>((resolve) => this.#timers.later(REQUEST_TIMEOUT_MS, resolve));
    throw new SyncFailure('timed-out');
  }

  /** A checkpoint of another epoch means the beginning, as on the real server. */
  #page<Document>(all: readonly Document[], epoch: string, checkpoint: Checkpoint, limit: number) {
    const [knownEpoch, position] = checkpoint?.split('/') ?? [];
    const from = knownEpoch === epoch ? Math.min(Number(position), all.length) : 0;
    const page = all.slice(from, from + Math.min(limit, this.pageSize));
    const next = from + page.length;
    return { page, checkpoint: `${epoch}/${next}`, end: next >= all.length };
  }

  #mark() {
    return { epoch: this.epoch, events: this.events.size, ...(this.relay === null ? {} : { relay: this.relay }) };
  }

  #time(): string {
    return new Date(this.#timers.elapsed()).toISOString();
  }
}
