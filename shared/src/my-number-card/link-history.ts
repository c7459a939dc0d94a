import type { ShelterId } from '../identifiers/identifiers.ts';

/** One change of a link in the shelters' logs, as far as its order and its right to be there go. */
export interface RecordedLink {
  readonly eventId: string;
  readonly shelterId: ShelterId;
  /** Its place in the order (see receipt-bound.ts). */
  readonly place: string;
  /** When the city received it, UTC. */
  readonly receivedAt: string;
  /** Who proved to hold the card; null for changes from before there were proofs. */
  readonly holder: string | null;
  /** Null takes the link back. */
  readonly sealed: string | null;
}

/** To whom a link belongs: to who holds the card, or, where that was never proved, to the shelter that made it. */
export interface LinkOwner {
  readonly holder: string | null;
  readonly shelterId: ShelterId;
}

/** What stands of a link, and which changes had no right to be made. */
export interface LinkStanding<Change extends RecordedLink> {
  readonly owner: LinkOwner | null;
  /** The latest change of those that may be there; undefined when there is none. */
  readonly standing: Change | undefined;
  readonly refused: readonly Change[];
}

/**
 * What stands of a link (MNC-5, MNC-6). The first change that the city received says to whom the link belongs, as
 * nobody can know of a link before; from then on only that owner's count. Of these the latest stands.
 */
export function standingOf<Change extends RecordedLink>(changes: Iterable<Change>): LinkStanding<Change> {
  const byReceipt = [...changes].sort((left, right) => compare(receiptOf(left), receiptOf(right)));
  let owner: LinkOwner | null = null;
  let standing: Change | undefined;
  const refused: Change[] = [];
  for (const change of byReceipt) {
    if (!mayChange(owner, change)) {
      refused.push(change);
      continue;
    }
    if (owner === null || owner.holder === null) owner = { holder: change.holder, shelterId: change.shelterId };
    if (standing === undefined || change.place > standing.place) standing = change;
  }
  return { owner, standing, refused };
}

function mayChange(owner: LinkOwner | null, { holder, shelterId, sealed }: RecordedLink): boolean {
  // Taking back what nobody linked says nothing of whose it is.
  if (owner === null) return holder !== null || sealed !== null;
  return owner.holder === null ? owner.shelterId === shelterId : owner.holder === holder;
}

function receiptOf({ receivedAt, place, eventId }: RecordedLink): string {
  return `${receivedAt} ${place} ${eventId}`;
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
