import { Listeners } from '@uketsuke/shared/listeners';
import {
  type CardReader,
  type CardReaderState,
  cardReaderStateSchema,
  isSameReaderState,
  type KioskCardReader,
} from './card-reader.ts';

/** What the page hears of its host without asking. */
export interface HostListener {
  /** The state of the card reader, at every change. */
  news(news: unknown): void;
  /** The connection was down, and news may have been missed. */
  reconnected(): void;
}
export type ListenToHost = (listener: HostListener) => void;

/** How the page asks its host about cards. */
export interface CardReaderCalls {
  state(): Promise<CardReaderState>;
  readonly readAttributes: CardReader['readAttributes'];
  readonly triesLeft: CardReader['triesLeft'];
}

/** The host's card reader as the page has it: knows the latest state from the host's news. */
export class RemoteCardReader implements KioskCardReader {
  readonly readAttributes: CardReader['readAttributes'];
  readonly triesLeft: CardReader['triesLeft'];
  readonly #listeners = new Listeners<[state: CardReaderState]>();
  #state: CardReaderState = { kind: 'unavailable', reason: 'service-stopped' };

  constructor(calls: CardReaderCalls, listen: ListenToHost) {
    this.readAttributes = calls.readAttributes;
    this.triesLeft = calls.triesLeft;
    const ask = () => {
      calls.state().then(
        (state) => this.#take(state),
        // The host has gone; what is known of the reader is told again when it is back.
        () => undefined,
      );
    };
    listen({
      news: (news) => {
        const state = cardReaderStateSchema.safeParse(news);
        if (state.success) this.#take(state.data);
      },
      reconnected: ask,
    });
    ask();
  }

  state(): CardReaderState {
    return this.#state;
  }

  subscribe(listener: (state: CardReaderState) => void): () => void {
    return this.#listeners.subscribe(listener);
  }

  #take(state: CardReaderState): void {
    if (isSameReaderState(state, this.#state)) return;
    this.#state = state;
    this.#listeners.publish(state);
  }
}
