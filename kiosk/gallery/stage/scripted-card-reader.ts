import { Listeners } from '@uketsuke/shared/listeners';
import type {
  AttributesOutcome,
  AttributesRequest,
  CardReaderState,
  KioskCardReader,
  TriesLeft,
} from '../../host/card-reader/card-reader.ts';

/** A card reader that a test tells what lies on it and what the card answers. Never shipped. */
export class ScriptedCardReader implements KioskCardReader {
  readonly #listeners = new Listeners<[state: CardReaderState]>();
  readonly #answers: AttributesOutcome[] = [];
  /** What was asked of the card, without the digits. */
  readonly asked: AttributesRequest['way'][] = [];
  triesLeftNow: TriesLeft = 3;
  #state: CardReaderState = { kind: 'waiting' };

  state(): CardReaderState {
    return this.#state;
  }

  subscribe(listener: (state: CardReaderState) => void): () => void {
    return this.#listeners.subscribe(listener);
  }

  async readAttributes(_presentation: number, by: AttributesRequest): Promise<AttributesOutcome> {
    this.asked.push(by.way);
    return this.#answers.shift() ?? { kind: 'removed' };
  }

  async triesLeft(): Promise<TriesLeft> {
    return this.triesLeftNow;
  }

  show(state: CardReaderState): void {
    this.#state = state;
    this.#listeners.publish(state);
  }

  answer(outcome: AttributesOutcome): void {
    this.#answers.push(outcome);
  }
}
