import type { Fact } from '@uketsuke/shared/contracts';
import type { DeviceId, RandomBytes, ShelterId } from '@uketsuke/shared/identifiers';
import {
  type DirectoryKey,
  isLinkChangeProven,
  type LinkId,
  type LinkProof,
  linkHolderOf,
  linkIdOf,
  openLinkedHousehold,
  proveLinkChange,
  sealLinkedHousehold,
} from '@uketsuke/shared/my-number-card';
import type { Household } from '@uketsuke/shared/person';
import type { EventOf } from '@uketsuke/shared/reception';
import { UnsealError } from '@uketsuke/shared/sealing';
import { traceFailure } from '../failure-trace.ts';
import type { CardLink, CardLinks, LinkEvent } from '../reception/card-links.ts';

/** Where published facts are looked up, one at a time: the directory of a city is never loaded into memory. */
export interface StoredFacts {
  factsById(ids: readonly string[]): Promise<readonly { readonly fact: Fact }[]>;
}

export interface CardDirectoryParts {
  /** Newest first; they change when headquarters rotates them. */
  readonly keys: () => readonly DirectoryKey[];
  readonly links: CardLinks;
  readonly facts: StoredFacts;
  /** This kiosk: what it records says so. */
  readonly device: { readonly deviceId: DeviceId; readonly shelterId: ShelterId };
  /** What is recorded next stands above this stamp, which the city has received. */
  readonly standAbove: (hlc: string) => void;
  readonly random: RandomBytes;
}

/** What the directory knows of a card. */
export type Lookup =
  | {
      readonly kind: 'linked';
      readonly household: Household;
      /** Whether the entry is under the newest key; if not, it is to be made anew under it. */
      readonly current: boolean;
    }
  | { readonly kind: 'not-linked' };

interface Found extends CardLink {
  readonly key: DirectoryKey;
  readonly linkId: LinkId;
}

/** Looks up registered My Number cards, by the hash of the certificate that the card on the reader shows (MNC-4). */
export class CardDirectory {
  readonly #parts: CardDirectoryParts;

  constructor(parts: CardDirectoryParts) {
    this.#parts = parts;
  }

  /** Whether there is a key, so that cards can be registered. */
  get isOpen(): boolean {
    return this.#parts.keys().length > 0;
  }

  /**
   * The household registered with the card. An entry that cannot be opened counts as none: the people can still come
   * in by PIN.
   */
  async lookUp(certificateSha256: string): Promise<Lookup> {
    const found = await this.#all(certificateSha256);
    const latest = found.reduce<Found | undefined>(
      (best, each) => (best === undefined || each.hlc > best.hlc ? each : best),
      undefined,
    );
    if (latest === undefined || latest.sealed === null) return { kind: 'not-linked' };
    try {
      const household = await openLinkedHousehold(latest.key, certificateSha256, latest.sealed);
      return { kind: 'linked', household, current: latest.key.keyId === this.#parts.keys()[0]?.keyId };
    } catch (error) {
      if (!(error instanceof UnsealError)) throw error;
      traceFailure('card directory', error);
      return { kind: 'not-linked' };
    }
  }

  /** What to record so that the card stands for the household, under the newest key alone. */
  async linking(certificateSha256: string, household: Household): Promise<EventOf<'card-linked'>['body'] | null> {
    const [newest] = this.#parts.keys();
    if (newest === undefined) return null;
    await this.#published(certificateSha256);
    const sealed = await sealLinkedHousehold(newest, certificateSha256, household, this.#parts.random);
    const change = { keyId: newest.keyId, linkId: linkIdOf(newest, certificateSha256), sealed };
    return { ...change, proof: this.#proofOf(newest, certificateSha256, change) };
  }

  /** What to record so that no link of the card stands, or, with `older`, none but that under the newest key. */
  async unlinking(certificateSha256: string, which: 'all' | 'older'): Promise<EventOf<'card-unlinked'>['body'][]> {
    const newest = this.#parts.keys()[0]?.keyId;
    return (await this.#all(certificateSha256))
      .filter(({ sealed, key }) => sealed !== null && (which === 'all' || key.keyId !== newest))
      .map(({ key, linkId }) => {
        const change = { keyId: key.keyId, linkId, sealed: null };
        return { keyId: key.keyId, linkId, proof: this.#proofOf(key, certificateSha256, change) };
      });
  }

  #proofOf(
    key: DirectoryKey,
    certificateSha256: string,
    change: { readonly keyId: number; readonly linkId: LinkId; readonly sealed: string | null },
  ): LinkProof {
    const { deviceId } = this.#parts.device;
    return proveLinkChange(key, certificateSha256, { ...change, deviceId });
  }

  /** The latest of what log and directory say, by key, as far as it belongs to who holds the card (MNC-6). */
  async #all(certificateSha256: string): Promise<Found[]> {
    const { links } = this.#parts;
    return (await this.#published(certificateSha256)).flatMap(({ key, linkId, published }) => {
      const own = links.latestOf(this.#ownChanges(key, certificateSha256, linkId, published));
      const candidates: CardLink[] = [own, published].flatMap((each) => each ?? []);
      const [latest] = candidates.sort((left, right) => (left.hlc < right.hlc ? 1 : -1));
      return latest === undefined ? [] : [{ key, linkId, hlc: latest.hlc, sealed: latest.sealed }];
    });
  }

  /** What the directory says of the card, by key; what is recorded next stands above it. */
  async #published(certificateSha256: string) {
    const { keys, facts, links, standAbove } = this.#parts;
    const ids = keys().map((key) => ({ key, linkId: linkIdOf(key, certificateSha256) }));
    const stored = await facts.factsById(ids.map(({ linkId }) => `card-link:${linkId}`));
    const published = new Map(stored.flatMap(({ fact }) => (fact.kind === 'card-link' ? [[fact.linkId, fact]] : [])));
    return ids.map(({ key, linkId }) => {
      const fact = published.get(linkId);
      if (fact === undefined) return { key, linkId };
      standAbove(fact.hlc);
      const isForged = fact.holder !== undefined && fact.holder !== linkHolderOf(key, certificateSha256);
      return isForged || links.isVoided(fact.hlc) ? { key, linkId } : { key, linkId, published: fact };
    });
  }

  /** The changes in this shelter's own log that count, as they do at the server. */
  #ownChanges(
    key: DirectoryKey,
    certificateSha256: string,
    linkId: LinkId,
    published: PublishedLink | undefined,
  ): readonly LinkEvent[] {
    const { links, device } = this.#parts;
    const changes = links.changesOf(linkId);
    const isOfThisShelter = published?.shelterId === undefined || published.shelterId === device.shelterId;
    if (published !== undefined && published.holder === undefined && !isOfThisShelter) return [];
    const proven = changes.filter((change) => isProven(change, key, certificateSha256));
    return proven.length > 0 || published?.holder !== undefined ? proven : changes;
  }
}

type PublishedLink = Extract<Fact, { kind: 'card-link' }>;

/** Whether a change was recorded with the card at hand. */
function isProven(event: LinkEvent, key: DirectoryKey, certificateSha256: string): boolean {
  const { keyId, linkId, proof } = event.body;
  if (proof === undefined || proof.holder !== linkHolderOf(key, certificateSha256)) return false;
  const sealed = event.kind === 'card-linked' ? event.body.sealed : null;
  return isLinkChangeProven({ deviceId: event.deviceId, keyId, linkId, sealed }, proof);
}
