import { createPublicKey, verify } from 'node:crypto';
import { boundedStamp, placeOf, receiptBoundOf } from '@uketsuke/shared/clock';
import type { Fact } from '@uketsuke/shared/contracts';
import type { ShelterId } from '@uketsuke/shared/identifiers';
import {
  isLinkChangeProven,
  type LinkId,
  type RecordedLink,
  standingOf,
  type VerifySignature,
} from '@uketsuke/shared/my-number-card';
import { toBase64url } from '@uketsuke/shared/sealing';
import type { ReceivedEvent } from '../event-log/stored-event.ts';

export type CardLink = Extract<Fact, { kind: 'card-link' }>;

interface Change extends RecordedLink {
  readonly keyId: number;
  /** The stamp that the device gave, and the one that is told. */
  readonly given: string;
  readonly hlc: string;
}

/** A link as it is to be published, and what may be published of it that has no right to be there. */
export interface LinkNow {
  /** Undefined when nothing stands: then what was wrongly published is to be taken back. */
  readonly link: CardLink | undefined;
  /** Stamps under which changes may have been published that were voided, refused, or stamped too late. */
  readonly wrong: ReadonlySet<string>;
}

/** Every change of links in the shelters' logs, and what stands of them (MNC-5, MNC-6). */
export class LinkChanges {
  readonly #changes = new Map<LinkId, Map<string, Change>>();
  /** By shelter: a void has effect in its own log alone. */
  readonly #voided = new Map<ShelterId, Set<string>>();
  readonly #linkOf = new Map<string, LinkId>();

  /** Takes in an event of any kind, in any order and any number of times. @returns the link that it may concern */
  apply(shelterId: ShelterId, received: ReceivedEvent): LinkId | undefined {
    const { event } = received;
    if (event.kind === 'voided') {
      const voided = this.#voided.get(shelterId) ?? new Set();
      this.#voided.set(shelterId, voided.add(event.body.targetId));
      return this.#linkOf.get(event.body.targetId);
    }
    if (event.kind !== 'card-linked' && event.kind !== 'card-unlinked') return undefined;
    const { linkId } = event.body;
    const changes = this.#changes.get(linkId) ?? new Map<string, Change>();
    if (!changes.has(event.id)) changes.set(event.id, changeOf(event, received.receivedAt));
    this.#changes.set(linkId, changes);
    this.#linkOf.set(event.id, linkId);
    return linkId;
  }

  /** The shelter's log was replaced by another. */
  restart(shelterId: ShelterId): void {
    this.#voided.delete(shelterId);
    for (const changes of this.#changes.values()) {
      for (const [id, change] of changes) if (change.shelterId === shelterId) changes.delete(id);
    }
  }

  /** What is known of a link now. */
  now(linkId: LinkId): LinkNow {
    const all = [...(this.#changes.get(linkId)?.values() ?? [])];
    const isVoided = (change: Change) => this.#voided.get(change.shelterId)?.has(change.eventId) === true;
    const voided = all.filter(isVoided);
    const { owner, standing, refused } = standingOf(all.filter((change) => !isVoided(change)));
    const wrong = new Set([...voided, ...refused].flatMap(({ given, hlc }) => [given, hlc]));
    for (const { given, hlc } of all) if (given !== hlc) wrong.add(given);
    if (standing === undefined || owner === null) return { link: undefined, wrong };
    const { keyId, hlc, sealed } = standing;
    const holder = owner.holder === null ? {} : { holder: owner.holder };
    const { shelterId } = owner;
    const link: CardLink = {
      id: `card-link:${linkId}`,
      kind: 'card-link',
      linkId,
      keyId,
      hlc,
      sealed,
      ...holder,
      shelterId,
    };
    return { link, wrong };
  }
}

type LinkEvent = Extract<ReceivedEvent['event'], { kind: 'card-linked' | 'card-unlinked' }>;

function changeOf(event: LinkEvent, receivedAt: string): Change {
  const { deviceId, hlc: given, id: eventId, shelterId } = event;
  const { keyId, linkId, proof } = event.body;
  const sealed = event.kind === 'card-linked' ? event.body.sealed : null;
  const bound = receiptBoundOf(given, receivedAt);
  const isProven =
    proof !== undefined && isLinkChangeProven({ deviceId, keyId, linkId, sealed }, proof, verifyNatively);
  return {
    eventId,
    shelterId,
    keyId,
    given,
    hlc: boundedStamp(given, bound),
    place: placeOf(given, bound),
    receivedAt,
    holder: isProven ? proof.holder : null,
    sealed,
  };
}

/** As the one in JavaScript, ten times as fast: at a start all proofs of a city are checked. */
const verifyNatively: VerifySignature = (publicKey, message, signature) => {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: toBase64url(publicKey) }, format: 'jwk' });
    return verify(null, message, key, signature);
  } catch {
    return false;
  }
};
