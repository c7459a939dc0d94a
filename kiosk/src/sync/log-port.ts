import type { Fact } from '@uketsuke/shared/contracts';
import type { LogPort, PeerMarks } from '@uketsuke/shared/sync';
import { supersedes } from '../facts/fact-order.ts';
import type { EventLog } from '../reception/event-log.ts';
import type { PeerAcknowledgements } from '../store/acknowledgements.ts';
import type { PeerName } from '../store/documents.ts';
import { readReceipts, receiptOf } from '../store/receipts.ts';
import { READABLE, recallMarks, rememberMarks } from './peer-marks.ts';

/** What takes in the city's facts: the cards that this desk trusts. */
export interface FactTaker {
  provenOf(facts: readonly Fact[], isCity: boolean): Promise<readonly Fact[]>;
  take(fact: Fact): void;
}

/** The desk's log as one peer's sync engine sees it. */
export interface DeskLogPort extends LogPort {
  readonly acknowledgements: PeerAcknowledgements;
}

/** Opens the log to a peer; any peer but the city is followed from then on. @throws StoreError */
export async function openLogPort(peer: PeerName, log: EventLog, trust: FactTaker): Promise<DeskLogPort> {
  const marks = await recallMarks(log.store, peer, READABLE);
  const acknowledgements =
    peer === 'city'
      ? log.acknowledgements.city
      : log.acknowledgements.follow(peer, await readReceipts(log.store, peer, marks.server?.generation ?? 0));
  const saveMarks = (changed: Partial<PeerMarks>) => rememberMarks(log.store, peer, changed);
  return {
    acknowledgements,
    marks: async () => marks,
    saveMarks,
    nextUnsent: (whose, most) =>
      log.nextReadable(
        () => acknowledgements.nextToOffer(most, whose),
        (id) => acknowledgements.setAside(id),
      ),
    setAside: (id) => acknowledgements.setAside(id),
    settle: async (settled, generation, changed) => {
      const receipts = settled.map(({ event, outcome }) => receiptOf(event, outcome, generation));
      await log.store.putReceipts(peer, receipts);
      for (const { id, outcome } of receipts) acknowledgements.acknowledge(id, outcome === 'quarantined');
      await saveMarks(changed);
    },
    takeInEvents: async (events, generation, changed, bounds) => {
      await log.takePulled(peer, events, generation, bounds);
      await saveMarks(changed);
    },
    takeInFacts: async (facts, relay, changed) => {
      const isCurrent = peer === 'city' || relay?.connected === true;
      await takeInFacts(log, trust, await trust.provenOf(facts, peer === 'city'), isCurrent);
      await saveMarks(changed);
    },
    startOver: async (startedOver) => {
      await saveMarks(startedOver);
      acknowledgements.startOver();
    },
  };
}

async function takeInFacts(log: EventLog, trust: FactTaker, facts: readonly Fact[], isCurrent: boolean): Promise<void> {
  const stored = await log.store.factsById([...new Set(facts.map(({ id }) => id))]);
  const known = new Map(stored.map(({ id, fact }) => [id, fact]));
  const taken: Fact[] = [];
  for (const fact of facts) {
    if (!supersedes(known.get(fact.id), fact, isCurrent)) continue;
    known.set(fact.id, fact);
    taken.push(fact);
  }
  const latest = new Map(taken.map((fact) => [fact.id, fact]));
  await log.store.putFacts([...latest].map(([id, fact]) => ({ id, fact })));
  for (const fact of taken) trust.take(fact);
}
