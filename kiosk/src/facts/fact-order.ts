import type { Fact, IssuerKey } from '@uketsuke/shared/contracts';

const KEY_STATES: Readonly<Record<IssuerKey['state'], number>> = { active: 0, retired: 1, withdrawn: 2 };

/**
 * Whether `next` may take the place of the fact known under the same id. Facts come by two peers, and a hub that has
 * not heard of the city for days must not bring a withdrawn issuer key back (CRD-8) or an old link of a card (MNC-5).
 * @param isCurrent whether the peer is the city, or hears it now: a city that was restored from a backup gives the
 * number of a key that it lost to another one, and then the city's word counts (SYN-5)
 */
export function supersedes(known: Fact | undefined, next: Fact, isCurrent: boolean): boolean {
  if (known?.kind === 'issuer-key' && next.kind === 'issuer-key') {
    if (next.key.publicKey !== known.key.publicKey) return isCurrent;
    return KEY_STATES[next.key.state] >= KEY_STATES[known.key.state];
  }
  if (known?.kind === 'card-link' && next.kind === 'card-link') return next.hlc >= known.hlc;
  if (known?.kind === 'device-keys' && next.kind === 'device-keys') return next.version >= known.version;
  return true;
}
