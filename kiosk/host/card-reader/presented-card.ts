import type { ApduChannel } from './apdu-channel.ts';
import type { CardReaderState } from './card-reader.ts';
import type { CardFound } from './card-reading.ts';
import type { ReaderSlot } from './reader-slots.ts';

/** After we power a card off, a contactless reader may report it gone and back: the same card then goes on. */
const RETURN_WITHIN_MS = 1_500;
/**
 * Any other card is read anew so many times when it comes back this soon: it may have been laid down better, or be
 * another. After that it is the reader, and to read it would power it off again, and so on without end.
 */
const OTHER_RETURN_WITHIN_MS = 1_000;
const OTHER_RETURNS = 2;

type PresentedState = Extract<CardReaderState, { presentation: number }>;

/** A card that has been taken up and lies on its reader. */
export class PresentedCard {
  readonly reader: ReaderSlot;
  readonly state: PresentedState;
  /** How often in a row a card came back to this reader at once. */
  readonly returns: number;
  #insertion: number;
  /** Powered up since it was read; null once it was powered off. */
  #channel: ApduChannel | null;
  #poweredOffAt: number;

  constructor(
    reader: ReaderSlot,
    insertion: number,
    found: CardFound | 'unreadable',
    numbers: { readonly presentation: number; readonly returns: number },
  ) {
    this.reader = reader;
    this.state = stateOf(found, numbers.presentation);
    this.returns = numbers.returns;
    this.#insertion = insertion;
    this.#channel = found !== 'unreadable' && found.kind === 'card' ? found.channel : null;
    // Any other card was powered off as soon as it had been read.
    this.#poweredOffAt = this.#channel === null ? performance.now() : Number.NEGATIVE_INFINITY;
  }

  /** Whether the next card has to wait. A card of another kind may be a staff card that is never taken out. */
  get isHolding(): boolean {
    return this.state.kind === 'card' || this.state.kind === 'phone';
  }

  /** Whether the reader says that it left, or left and came back. */
  get hasMoved(): boolean {
    return this.#insertion !== this.reader.insertion;
  }

  /** Until when it was our powering off that made it look gone, by `performance.now()`. */
  get returnsUntil(): number {
    return this.#poweredOffAt + (this.state.kind === 'card' ? RETURN_WITHIN_MS : OTHER_RETURN_WITHIN_MS);
  }

  /** Whether it is waited for until then; if not, whatever comes is read like any other. */
  get isToReturn(): boolean {
    return this.state.kind === 'card' || this.returns >= OTHER_RETURNS;
  }

  /** It lies on its reader again, as this insertion. */
  isBack(insertion: number, channel: ApduChannel | null): void {
    this.#insertion = insertion;
    this.#channel = channel;
    this.reader.taken = insertion;
  }

  /** The powered-up card; `powerUp` is asked where it had to be powered off. */
  async channel(powerUp: () => Promise<ApduChannel>): Promise<ApduChannel> {
    this.#channel ??= await powerUp();
    return this.#channel;
  }

  async powerOff(): Promise<void> {
    const channel = this.#channel;
    if (channel === null) return;
    this.#channel = null;
    this.#poweredOffAt = performance.now();
    await channel.powerOff();
  }
}

function stateOf(found: CardFound | 'unreadable', presentation: number): PresentedState {
  if (found === 'unreadable') return { kind: 'unreadable', presentation };
  if (found.kind !== 'card') return { kind: found.kind, presentation };
  return { kind: 'card', presentation, certificateSha256: found.certificateSha256, validity: found.validity };
}
