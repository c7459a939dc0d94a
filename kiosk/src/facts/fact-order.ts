import type { Fact, IssuerKey } from '@uketsuke/shared/contracts';
import { carriesTrust } from '@uketsuke/shared/facts';

const KEY_STATES: Readonly<Record<IssuerKey['state'], number>> = { active: 0, retired: 1, withdrawn: 2 };

/**
 * Whether `next` may take the place of the fact known under the same id. Facts come by two peers, and a hub that has
 * not heard of the city for days must not bring a withdrawn issuer key back (CRD-8) or an old link of a card (MNC-5), and
 * one that was taken over has old words that the city once signed (FCT-1): of those the latest counts. A city that was
 * restored from a backup gives the number of a key that it lost to another one: that word is later (SYN-5); and where it took a
 * link back that had no right to be there, an earlier one stands again (MNC-6).
 * @param isCurrent whether the peer is the city, for a kiosk that cannot check signatures
 */
export function supersedes(known: Fact | undefined, next: Fact, isCurrent: boolean): boolean {
  const [knownAt, nextAt] = [saidAt(known), saidAt(next)];
  // What the city has not signed never takes the place of what it has.
  if (knownAt !== null && nextAt === null) return false;
  if (knownAt === null && nextAt !== null) return true;
  if (known?.kind === 'issuer-key' && next.kind === 'issuer-key') {
    if (next.key.publicKey !== known.key.publicKey) return nextAt === null ? isCurrent : nextAt > (knownAt ?? -1);
    return KEY_STATES[next.key.state] >= KEY_STATES[known.key.state];
  }
  if (known?.kind === 'card-link' && next.kind === 'card-link') return isCurrent || next.hlc >= known.hlc;
  if (known?.kind === 'device-keys' && next.kind === 'device-keys') return next.version >= known.version;
  return nextAt === null || nextAt >= (knownAt ?? 0);
}

/** When the city said it, by its signature; null of what it did not sign. */
function saidAt(fact: Fact | undefined): number | null {
  return fact !== undefined && carriesTrust(fact) ? (fact.proof?.at ?? null) : null;
}
