import type { LinkId } from '@uketsuke/shared/my-number-card';
import type { ReceptionEvent } from '@uketsuke/shared/reception';

/** What the log or the directory says of a card under one key; `sealed` is null once the link was taken back. */
export interface CardLink {
  readonly hlc: string;
  readonly sealed: string | null;
}

/** The links in this shelter's own log: they count at once, before the city's server has told them to anybody. */
export class CardLinks {
  readonly #latest = new Map<LinkId, CardLink>();

  /** Takes in an event of any kind, in any order; the latest by hybrid timestamp stands (MNC-5). */
  apply(event: ReceptionEvent): void {
    if (event.kind !== 'card-linked' && event.kind !== 'card-unlinked') return;
    const { linkId } = event.body;
    const known = this.#latest.get(linkId);
    if (known !== undefined && known.hlc >= event.hlc) return;
    this.#latest.set(linkId, { hlc: event.hlc, sealed: event.kind === 'card-linked' ? event.body.sealed : null });
  }

  find(linkId: LinkId): CardLink | undefined {
    return this.#latest.get(linkId);
  }
}
