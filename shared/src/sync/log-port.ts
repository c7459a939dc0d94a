import * as z from 'zod';
import { type Checkpoint, checkpointSchema, type Fact, type PushOutcome, type RelayState } from '../contracts/index.ts';
import { type EventId, eventIdSchema } from '../identifiers/index.ts';
import type { ReceptionEvent } from '../reception/index.ts';
import { type ServerState, serverStateSchema } from './server-generation.ts';

/** What is remembered of a peer between two starts. */
export interface PeerMarks {
  /** The peer's store as it was met last; null before the first exchange. */
  readonly server: ServerState | null;
  /** How far its events and facts were taken in. */
  readonly eventsFrom: Checkpoint;
  readonly factsFrom: Checkpoint;
  readonly factsEpoch: string | null;
  /** A witness of each push since a pull proved that the peer held them (SYN-5). */
  readonly pushed: readonly EventId[];
  /** The event pulled from it last. */
  readonly pulledLast: EventId | null;
}

/** Before anything was exchanged. */
export const NOTHING_EXCHANGED: PeerMarks = {
  server: null,
  eventsFrom: null,
  factsFrom: null,
  factsEpoch: null,
  pushed: [],
  pulledLast: null,
};

/** How each mark is read back from where it was kept. */
export const PEER_MARK_SCHEMAS = {
  server: serverStateSchema.nullable(),
  eventsFrom: checkpointSchema,
  factsFrom: checkpointSchema,
  factsEpoch: z.string().nullable(),
  pushed: z.array(eventIdSchema),
  pulledLast: eventIdSchema.nullable(),
} satisfies { [Mark in keyof PeerMarks]: z.ZodType<PeerMarks[Mark]> };

/** Whose events to offer: those this log answers for, or others' that the peer seems not to have. */
export type Offered = 'own' | 'others';

/** A pushed event, and what the peer made of it. */
export interface Settled {
  readonly event: ReceptionEvent;
  readonly outcome: PushOutcome;
}

/**
 * One log as syncing with one peer sees it. Every method may reject with the log's own error. What is given together
 * with changed marks is made durable before them: marks that are ahead of the log would lose something, a log that is
 * ahead of its marks is only asked for the same again.
 */
export interface LogPort {
  readonly marks: () => Promise<PeerMarks>;
  /**
   * The next events, at most `most`, that the peer does not hold under the present generation of its store, oldest
   * first. Events that cannot be read, and those set aside, are passed over; none: there is nothing to offer.
   */
  readonly nextUnsent: (whose: Offered, most: number) => Promise<readonly ReceptionEvent[]>;
  /** Notes what the peer of this generation made of a push. */
  readonly settle: (settled: readonly Settled[], generation: number, changed: Partial<PeerMarks>) => Promise<void>;
  /** The peer does not take this event at all; it stays unsent, and lets the others pass (SYN-2). */
  readonly setAside: (id: EventId) => void;
  /**
   * Takes in events that a peer of this generation sent.
   * @param bounds what bounds the places of some of them, by event id (CLK-4)
   */
  readonly takeInEvents: (
    events: readonly ReceptionEvent[],
    generation: number,
    changed: Partial<PeerMarks>,
    bounds: ReadonlyMap<EventId, number>,
  ) => Promise<void>;
  /** @param relay what the peer said last of its own way to the city */
  readonly takeInFacts: (
    facts: readonly Fact[],
    relay: RelayState | null,
    changed: Partial<PeerMarks>,
  ) => Promise<void>;
  readonly saveMarks: (changed: Partial<PeerMarks>) => Promise<void>;
  /** The peer's store is another: nothing of the log is known to be in it (SYN-5). Keeps the marks, then forgets. */
  readonly startOver: (marks: PeerMarks & { readonly server: ServerState }) => Promise<void>;
}
