import type { Doubt } from '@uketsuke/shared/roster';
import type { AttributesOutcome, AttributesRequest, CardReaderState } from '../../host/card-reader/card-reader.ts';
import type { ScanOutcome } from '../reception/outcomes.ts';

export type CardWay = AttributesRequest['way'];

/** What keeps a card from being read or taken; each has its own words. */
export type CardTrouble = 'phone' | 'other-card' | 'untrusted' | 'no-anchors' | 'unreadable' | 'removed-early';

/** Why a card that was read does not admit by itself. */
export type AskingReason = 'not-linked' | 'expired' | 'not-yet-valid' | 'clock-wrong';

/** What the staff see of the card on the reader, in place of "show a card". */
export type CardPanel =
  | { readonly show: 'reading' }
  | { readonly show: 'choose'; readonly why: AskingReason }
  | {
      readonly show: 'entry';
      readonly way: CardWay;
      /** Null while it is not known. */
      readonly triesLeft: number | null;
      /** The last digits were wrong. */
      readonly wrong: boolean;
      readonly busy: boolean;
    }
  | { readonly show: 'blocked'; readonly way: CardWay }
  /** Are they the person who is here already? */
  | { readonly show: 'same-person'; readonly doubts: readonly Doubt[] }
  | { readonly show: 'trouble'; readonly trouble: CardTrouble };

/** What is offered beside the result while the card lies on the reader. */
export type CardStrip =
  | { readonly show: 'offer-link'; readonly names: readonly string[] }
  | { readonly show: 'registered' }
  | { readonly show: 'linked' | 'unlinked' }
  | { readonly show: 'failed'; readonly reason: 'not-possible' | 'without-effect' | 'not-recorded' };

export type CardOnReader = Extract<CardReaderState, { kind: 'card' }>;

export function panelWithoutCard(
  reader: Exclude<CardReaderState, { kind: 'card' }>,
  before: CardPanel | null,
): CardPanel | null {
  switch (reader.kind) {
    case 'unavailable':
      return null;
    case 'waiting':
      // That a card was taken away too early is still to be read when the reader waits again.
      return before?.show === 'trouble' && before.trouble === 'removed-early' ? before : null;
    case 'reading':
      return { show: 'reading' };
    default:
      return { show: 'trouble', trouble: reader.kind };
  }
}

export function panelOfCard(card: CardOnReader, isClockWrong: boolean): CardPanel {
  const { validity } = card;
  // Nobody knows who wrote what such a card says, its PIN or not.
  if (validity === 'untrusted' || validity === 'no-anchors') return { show: 'trouble', trouble: validity };
  return admitsByTap(card) ? { show: 'reading' } : { show: 'choose', why: askingReason(card, isClockWrong) };
}

/** What to show after digits that opened nothing. */
export function panelAfter(way: CardWay, outcome: Exclude<AttributesOutcome, { kind: 'read' }>): CardPanel {
  switch (outcome.kind) {
    case 'wrong':
      return { show: 'entry', way, triesLeft: outcome.triesLeft, wrong: true, busy: false };
    case 'malformed-pin':
      return { show: 'entry', way, triesLeft: null, wrong: false, busy: false };
    case 'blocked':
      return { show: 'blocked', way };
    case 'removed':
      return { show: 'trouble', trouble: 'removed-early' };
    case 'unreadable':
      return { show: 'trouble', trouble: 'unreadable' };
  }
}

/** A certificate out of its dates identifies nobody by itself; the PIN still does. */
export function admitsByTap(card: CardOnReader): boolean {
  return card.validity === 'good' || card.validity === 'unchecked';
}

/** A clock that is known to be wrong says of no card that it has expired or is not valid yet. */
export function askingReason({ validity }: CardOnReader, isClockWrong: boolean): AskingReason {
  if (validity !== 'expired' && validity !== 'not-yet-valid') return 'not-linked';
  return isClockWrong ? 'clock-wrong' : validity;
}

export function peopleOf(outcome: ScanOutcome) {
  switch (outcome.kind) {
    case 'admitted':
      return [...outcome.admitted, ...outcome.already];
    case 'returned':
    case 'already-admitted':
      return outcome.entries;
    default:
      return [];
  }
}
