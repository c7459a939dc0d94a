import { type Checkpoint, checkpointSchema, factSchema } from '@uketsuke/shared/contracts';
import { type EventId, eventIdSchema } from '@uketsuke/shared/identifiers';
import { EVENT_SCHEMA_VERSION } from '@uketsuke/shared/reception';
import { type ServerState, serverStateSchema } from '@uketsuke/shared/sync';
import { z } from 'zod';
import type { PeerName } from '../store/documents.ts';
import type { KioskStore } from '../store/kiosk-store.ts';

/** What this program can read of what a peer sends. */
export interface Readable {
  readonly eventSchema: number;
  /** The kinds of facts, sorted. */
  readonly factKinds: readonly string[];
}

export const READABLE: Readable = {
  eventSchema: EVENT_SCHEMA_VERSION,
  factKinds: factSchema.options.map((option) => option.shape.kind.value).sort(),
};

/** What programs could read that did not write it down yet. */
const READABLE_BEFORE: Readable = { eventSchema: 1, factKinds: ['issuer-key', 'revoked-card', 'shelter'] };

const readableSchema = z.object({ eventSchema: z.int().min(1), factKinds: z.array(z.string()) });

/** What is remembered of a peer between two starts. */
export interface PeerMarks {
  readonly server: ServerState | null;
  readonly eventsFrom: Checkpoint;
  readonly factsFrom: Checkpoint;
  readonly factsEpoch: string | null;
  /** The last event of each push since a pull proved that the peer held them: what it must still hold (SYN-5). */
  readonly pushed: readonly EventId[];
  /** The event pulled from it last. */
  readonly pulledLast: EventId | null;
}

const REMEMBERED = ['server', 'eventsFrom', 'factsFrom', 'factsEpoch', 'pushed', 'pulledLast'] as const;
const NAMES: Readonly<Record<keyof PeerMarks | 'readable', string>> = {
  server: 'server',
  eventsFrom: 'checkpoint-events',
  factsFrom: 'checkpoint-facts',
  factsEpoch: 'facts-epoch',
  pushed: 'pushed',
  pulledLast: 'pulled-last',
  readable: 'readable',
};

function nameOf(peer: PeerName, mark: keyof PeerMarks | 'readable'): string {
  return peer === 'city' ? NAMES[mark] : `hub-${NAMES[mark]}`;
}

/** Writes what changed, in one write. @throws StoreError */
export function rememberMarks(store: KioskStore, peer: PeerName, changed: Partial<PeerMarks>): Promise<void> {
  const marks = REMEMBERED.filter((mark) => changed[mark] !== undefined);
  return store.setMarks(Object.fromEntries(marks.map((mark) => [nameOf(peer, mark), changed[mark]])));
}

/**
 * What is remembered of a peer. What an earlier program could not read and skipped is pulled again: its checkpoint
 * then begins anew. @throws StoreError
 */
export async function recallMarks(store: KioskStore, peer: PeerName, readable: Readable): Promise<PeerMarks> {
  const recall = <Value>(mark: keyof PeerMarks | 'readable', schema: z.ZodType<Value>) =>
    store.mark(nameOf(peer, mark), schema);
  const [server, eventsFrom, factsFrom, factsEpoch, pushed, pulledLast, before] = await Promise.all([
    recall('server', serverStateSchema),
    recall('eventsFrom', checkpointSchema),
    recall('factsFrom', checkpointSchema),
    recall('factsEpoch', z.string()),
    recall('pushed', z.array(eventIdSchema)),
    recall('pulledLast', eventIdSchema.nullable()),
    recall('readable', readableSchema),
  ]);
  const marks = { server, eventsFrom, factsFrom, factsEpoch, pushed: pushed ?? [], pulledLast };
  const skipped = whatWasSkipped(before ?? READABLE_BEFORE, readable);
  const changed: Partial<PeerMarks> = {
    ...(skipped.events ? { eventsFrom: null } : {}),
    ...(skipped.facts ? { factsFrom: null } : {}),
  };
  await rememberMarks(store, peer, changed);
  await store.setMark(nameOf(peer, 'readable'), readable);
  return { ...marks, ...changed };
}

/** Forgets how far a feed was pulled: a store that lost some may have lost others that only peers have (DUR-2). */
export async function pullFromTheBeginning(store: KioskStore, feed: 'eventsFrom' | 'factsFrom'): Promise<void> {
  for (const peer of ['city', 'hub'] as const) await rememberMarks(store, peer, { [feed]: null });
}

/** The generation of the city's store that the kiosk knew last; 0 before any exchange. */
export async function knownGeneration(store: KioskStore): Promise<number> {
  return (await store.mark(nameOf('city', 'server'), serverStateSchema))?.generation ?? 0;
}

function whatWasSkipped(before: Readable, now: Readable): { readonly events: boolean; readonly facts: boolean } {
  return {
    events: now.eventSchema > before.eventSchema,
    facts: now.factKinds.some((kind) => !before.factKinds.includes(kind)),
  };
}
