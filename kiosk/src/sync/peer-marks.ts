import { factSchema } from '@uketsuke/shared/contracts';
import { EVENT_SCHEMA_VERSION } from '@uketsuke/shared/reception';
import { NOTHING_EXCHANGED, PEER_MARK_SCHEMAS, type PeerMarks } from '@uketsuke/shared/sync';
import * as z from 'zod';
import { KEY_PREFIXES, PEER_NAMES, type PeerName } from '../store/documents.ts';
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
  return `${KEY_PREFIXES[peer].marks}${NAMES[mark]}`;
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
  const recall = async <Mark extends keyof PeerMarks>(mark: Mark, schema: z.ZodType<PeerMarks[Mark]>) =>
    (await store.mark(nameOf(peer, mark), schema)) ?? NOTHING_EXCHANGED[mark];
  const [server, eventsFrom, factsFrom, factsEpoch, pushed, pulledLast, before] = await Promise.all([
    recall('server', PEER_MARK_SCHEMAS.server),
    recall('eventsFrom', PEER_MARK_SCHEMAS.eventsFrom),
    recall('factsFrom', PEER_MARK_SCHEMAS.factsFrom),
    recall('factsEpoch', PEER_MARK_SCHEMAS.factsEpoch),
    recall('pushed', PEER_MARK_SCHEMAS.pushed),
    recall('pulledLast', PEER_MARK_SCHEMAS.pulledLast),
    store.mark(nameOf(peer, 'readable'), readableSchema),
  ]);
  const marks = { server, eventsFrom, factsFrom, factsEpoch, pushed, pulledLast };
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
  for (const peer of PEER_NAMES) await rememberMarks(store, peer, { [feed]: null });
}

/** The generation of the city's store that the kiosk knew last; 0 before any exchange. */
export async function knownGeneration(store: KioskStore): Promise<number> {
  return (await store.mark(nameOf('city', 'server'), PEER_MARK_SCHEMAS.server))?.generation ?? 0;
}

function whatWasSkipped(before: Readable, now: Readable): { readonly events: boolean; readonly facts: boolean } {
  return {
    events: now.eventSchema > before.eventSchema,
    facts: now.factKinds.some((kind) => !before.factKinds.includes(kind)),
  };
}
