import type { PushOutcome } from '@uketsuke/shared/contracts';
import type { EventId } from '@uketsuke/shared/identifiers';
import type { ReceptionEvent } from '@uketsuke/shared/reception';
import type { PeerName, PeerReceipt } from './documents.ts';
import type { KioskStore } from './kiosk-store.ts';

const PAGE = 500;
const HELD = { quarantined: false };
const QUARANTINED = { quarantined: true };

/** What a peer acknowledged under this generation of its store (SYN-1, SYN-8). */
export async function readReceipts(
  store: KioskStore,
  peer: PeerName,
  generation: number,
): Promise<Map<EventId, { readonly quarantined: boolean }>> {
  const held = new Map<EventId, { readonly quarantined: boolean }>();
  for (let after: string | null = null; ; ) {
    const { receipts, next } = await store.receiptsAfter(peer, after, PAGE);
    for (const receipt of receipts) {
      if (receipt.generation === generation)
        held.set(receipt.id, receipt.outcome === 'quarantined' ? QUARANTINED : HELD);
    }
    if (next === null) return held;
    after = next;
  }
}

/** The receipt of a pushed event. */
export function receiptOf(event: ReceptionEvent, outcome: PushOutcome, generation: number): PeerReceipt {
  if (outcome.outcome !== 'quarantined') return { id: event.id, generation, outcome: outcome.outcome };
  return { id: event.id, generation, outcome: 'quarantined', reason: outcome.reason };
}
