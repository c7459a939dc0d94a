import { Listeners } from '@uketsuke/shared/listeners';
import { Turn } from '@uketsuke/shared/turn';
import type { ApduChannel } from './apdu-channel.ts';
import {
  type AttributesOutcome,
  type AttributesRequest,
  type CardReader,
  type CardReaderState,
  isSameReaderState,
  type TriesLeft,
} from './card-reader.ts';
import type { CertificateTrust } from './certificate-trust.ts';
import { areDigitsFor, askTriesLeft, readAttributes, verifyDigits } from './my-number-applications.ts';
import { PatientReader } from './patient-reader.ts';
import { PresentedCard } from './presented-card.ts';
import { ReaderReturns } from './reader-returns.ts';
import { type ReaderSlot, ReaderSlots } from './reader-slots.ts';
import { ServiceWatch } from './service-watch.ts';
import { CardRemoved, CardSilent, type SmartCardService } from './smart-card-service.ts';

export interface CardReaderOptions {
  readonly service: SmartCardService;
  readonly trust: CertificateTrust;
  /** Ms since 1970 UTC. */
  readonly now: () => number;
}

/** What the session is about. */
type Activity =
  | { readonly at: 'idle' | 'reading' | 'closed' }
  /** A card lies on a reader and was read. */
  | { readonly at: 'presented'; readonly card: PresentedCard };

/**
 * Watches all readers and takes up one card after the other. A My Number card holds the desk until it is taken away;
 * a card put on another reader meanwhile waits for its turn. Outlives readers, cards and the machine's service.
 */
export class CardReaderSession implements CardReader {
  readonly #patient: PatientReader;
  readonly #returns = new ReaderReturns(() => performance.now());
  readonly #listeners = new Listeners<[state: CardReaderState]>();
  readonly #slots = new ReaderSlots();
  readonly #watch: ServiceWatch;
  readonly #watching: Promise<void>;
  /** Cards are spoken to by one at a time. */
  readonly #turn = new Turn();
  #activity: Activity = { at: 'idle' };
  #state: CardReaderState = { kind: 'unavailable', reason: 'no-reader' };
  #serviceTrouble: 'no-pcsc' | 'service-stopped' | 'no-reader' | null = null;
  #presentations = 0;

  constructor({ service, trust, now }: CardReaderOptions) {
    this.#patient = new PatientReader(trust, now);
    this.#watch = new ServiceWatch(service, {
      slotChanged: (slot, insertion) => this.#slotChanged(this.#slots.note(slot, insertion)),
      slotGone: (name) => this.#slotChanged(this.#slots.remove(name)),
      found: () => this.#serviceFound(),
      lost: (reason) => this.#serviceLost(reason),
    });
    this.#watching = this.#watch.run();
  }

  state(): CardReaderState {
    return this.#state;
  }

  subscribe(listener: (state: CardReaderState) => void): () => void {
    return this.#listeners.subscribe(listener);
  }

  async readAttributes(presentation: number, by: AttributesRequest): Promise<AttributesOutcome> {
    if (!areDigitsFor(by)) return { kind: 'malformed-pin' };
    const answers: Answers<AttributesOutcome> = { gone: { kind: 'removed' }, failed: { kind: 'unreadable' } };
    return this.#about(presentation, answers, async (card, channel) => {
      try {
        const outcome = await verifyDigits(channel, by);
        if (outcome.kind !== 'right') return outcome;
        const attributes = await readAttributes(channel, this.#patient.readingWith(card.reader.slot));
        return { kind: 'read', attributes };
      } finally {
        await card.powerOff();
      }
    });
  }

  triesLeft(presentation: number, way: AttributesRequest['way']): Promise<TriesLeft> {
    const answers: Answers<TriesLeft> = { gone: 'unknown', failed: 'unknown' };
    return this.#about(presentation, answers, (_card, channel) => askTriesLeft(channel, way));
  }

  async close(): Promise<void> {
    const card = this.#presented;
    this.#activity = { at: 'closed' };
    this.#listeners.clear();
    await this.#turn.run(() => card?.powerOff());
    this.#watch.stop();
    this.#slots.clear();
    await this.#watching;
  }

  get #presented(): PresentedCard | null {
    return this.#activity.at === 'presented' ? this.#activity.card : null;
  }

  get #isFree(): boolean {
    return this.#activity.at === 'idle' || this.#presented?.isHolding === false;
  }

  #serviceFound(): void {
    this.#serviceTrouble = null;
    this.#lookForCard();
  }

  #serviceLost(reason: 'no-pcsc' | 'service-stopped' | 'no-reader'): void {
    this.#serviceTrouble = reason;
    this.#slots.clear();
    if (this.#presented !== null) this.#end(this.#presented);
    this.#lookForCard();
  }

  #slotChanged(reader: ReaderSlot | null): void {
    if (reader === null) return;
    this.#returns.noted(reader);
    const card = this.#presented;
    if (card?.reader === reader && card.hasMoved) this.#leftOrReturning(card);
    this.#lookForCard();
  }

  /** Takes up the next card, or shows that there is none. */
  #lookForCard(): void {
    if (!this.#isFree) return;
    const reader = this.#nextReader();
    if (reader === null || reader.insertion === null) {
      this.#showIdle();
      return;
    }
    const { insertion } = reader;
    reader.taken = insertion;
    this.#activity = { at: 'reading' };
    this.#show({ kind: 'reading' });
    void this.#turn
      .run(() => this.#takeUp(reader, insertion))
      .finally(() => {
        if (this.#activity.at === 'reading') this.#activity = { at: 'idle' };
        this.#lookForCard();
      });
  }

  /** A reader with a card to read; one that was read often enough and is only back is left to lie. */
  #nextReader(): ReaderSlot | null {
    for (;;) {
      const reader = this.#slots.untaken();
      if (reader === null || !this.#returns.isAtRest(reader)) return reader;
      reader.taken = reader.insertion;
    }
  }

  #showIdle(): void {
    if (this.#presented !== null) return;
    const reason = this.#serviceTrouble ?? (this.#slots.count === 0 ? 'no-reader' : null);
    if (reason !== null) this.#show({ kind: 'unavailable', reason });
    // That a card left too early stays on the screen until the next one comes.
    else if (this.#state.kind !== 'removed-early') this.#show({ kind: 'waiting' });
  }

  async #takeUp(reader: ReaderSlot, insertion: number): Promise<void> {
    this.#returns.begin(reader);
    const found = await this.#patient.read(reader, insertion);
    if (found !== 'removed-early' && found !== 'unreadable' && found.kind === 'card') this.#returns.forget(reader);
    else this.#returns.ended(reader, found === 'removed-early' ? 'lost' : 'read');
    if (found === 'removed-early') {
      this.#show({ kind: 'removed-early' });
      return;
    }
    this.#presentations += 1;
    const card = new PresentedCard(reader, insertion, found, this.#presentations);
    if (this.#activity.at === 'closed') {
      await card.powerOff();
      return;
    }
    this.#activity = { at: 'presented', card };
    this.#show(card.state);
    // Read whole, and gone already: a quick tap counts.
    if (card.hasMoved) this.#leftOrReturning(card);
  }

  /** The card is gone, or our own powering off made it look so. */
  #leftOrReturning(card: PresentedCard): void {
    const { reader, state } = card;
    const withinMs = state.kind === 'card' ? card.returnsWithinMs : this.#returns.awaitsMs(reader);
    if (withinMs <= 0) this.#end(card);
    else if (reader.insertion === null) this.#awaitReturn(card, withinMs);
    else if (state.kind === 'card') void this.#turn.run(() => this.#takeUpAgain(card, state.certificateSha256));
    else card.isBack(reader.insertion, null);
  }

  #awaitReturn(card: PresentedCard, withinMs: number): void {
    setTimeout(() => {
      if (this.#presented !== card || card.reader.insertion !== null) return;
      this.#end(card);
      this.#lookForCard();
    }, withinMs);
  }

  async #takeUpAgain(card: PresentedCard, certificateSha256: string): Promise<void> {
    const { insertion, slot } = card.reader;
    if (this.#presented !== card || insertion === null) return;
    try {
      card.isBack(insertion, await this.#patient.findAgain(slot, certificateSha256));
    } catch {
      // Another card, or none: it is read like any other.
    }
    if (card.hasMoved) this.#end(card);
    this.#lookForCard();
  }

  #end(card: PresentedCard): void {
    if (this.#presented === card) this.#activity = { at: 'idle' };
    void this.#turn.run(() => card.powerOff());
  }

  /** Speaks with the card of a presentation; one that had to be powered off is looked at whether it is the same. */
  async #about<Answer>(
    presentation: number,
    answers: Answers<Answer>,
    ask: (card: PresentedCard, channel: ApduChannel) => Promise<Answer>,
  ): Promise<Answer> {
    return this.#turn.run(async () => {
      const card = this.#presented;
      if (card === null || card.state.presentation !== presentation) return answers.gone;
      if (card.state.kind !== 'card') return answers.failed;
      const { certificateSha256 } = card.state;
      try {
        return await ask(card, await card.channel(() => this.#patient.findAgain(card.reader.slot, certificateSha256)));
      } catch (cause) {
        await card.powerOff();
        // One that has spoken before and is silent now has been moved, or another has taken its place.
        return cause instanceof CardRemoved || cause instanceof CardSilent ? answers.gone : answers.failed;
      }
    });
  }

  #show(state: CardReaderState): void {
    if (this.#activity.at === 'closed' || isSameReaderState(state, this.#state)) return;
    this.#state = state;
    this.#listeners.publish(state);
  }
}

/** What is answered when the card has gone, and when it does not do as it should. */
interface Answers<Answer> {
  readonly gone: Answer;
  readonly failed: Answer;
}
