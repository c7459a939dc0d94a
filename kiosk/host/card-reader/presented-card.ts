import type { ApduChannel } from './apdu-channel.ts';
import type { CardReaderState } from './card-reader.ts';
import type { CardFound } from './card-reading.ts';
import type { ReaderSlot } from './reader-slots.ts';

/** After we power a card off, a contactless reader may report it gone and back: the same card then goes on, ms. */
const RETURN_WITHIN_MS = 1_500;

type PresentedState = Extract<CardReaderState, { presentation: number }>;

/** A card that has been taken up and lies on its reader. */
export class PresentedCard {
  readonly reader: ReaderSlot;
  readonly state: PresentedState;
  #insertion: number;
  /** Powered up since it was read; null once it was powered off. */
  #channel: ApduChannel | null;
  #poweredOffAt = Number.NEGATIVE_INFINITY;

  constructor(reader: ReaderSlot, insertion: number, found: CardFound | 'unreadable', presentation: number) {
    this.reader = reader;
    this.state = stateOf(found, presentation);
    this.#insertion = insertion;
    this.#channel = found !== 'unreadable' && found.kind === 'card' ? found.channel : null;
  }

  /** Whether the next card has to wait. A card of another kind may be a staff card that is never taken out. */
  get isHolding(): boolean {
    return this.state.kind === 'card' || this.state.kind === 'phone';
  }

  /** Whether the reader says that it left, or left and came back. */
  get hasMoved(): boolean {
    return this.#insertion !== this.reader.insertion;
  }

  /** How long, ms, it is still to be waited for: our powering off made it look gone. */
  get returnsWithinMs(): number {
    return this.#poweredOffAt + RETURN_WITHIN_MS - performance.now();
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
