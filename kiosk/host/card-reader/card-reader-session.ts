import { Listeners } from '@uketsuke/shared/listeners';
import { Turn } from '@uketsuke/shared/turn';
import type { ApduChannel } from './apdu-channel.ts';
import type { AttributesOutcome, AttributesRequest, CardReader, CardReaderState, TriesLeft } from './card-reader.ts';
import { type CardFound, findAgain, readCard } from './card-reading.ts';
import type { CertificateTrust } from './certificate-trust.ts';
import { areDigitsFor, askTriesLeft, type Reading, readAttributes, verifyDigits } from './my-number-applications.ts';
import { type ReaderSlot, ReaderSlots } from './reader-slots.ts';
import { ServiceWatch } from './service-watch.ts';
import { CardRemoved, CardSilent, type CardSlot, type SmartCardService } from './smart-card-service.ts';

/** A card that stopped answering is given this long to be reported as gone (pcscd looks every 400 ms). */
const SETTLE_MS = 1_200;
/** Readings of one card before it counts as unreadable: a card held badly loses its power now and then. */
const READINGS = 3;
/** After we power a card off, a contactless reader may report it gone and back: the same card then goes on. */
const RETURN_WITHIN_MS = 1_500;
/**
 * Any other card is read anew so many times when it comes back this soon: it may have been laid down better, or be
 * another. After that it is the reader, and to read it would power it off again, and so on without end.
 */
const OTHER_RETURN_WITHIN_MS = 1_000;
const OTHER_RETURNS = 2;

export interface CardReaderOptions {
  readonly service: SmartCardService;
  readonly trust: CertificateTrust;
  /** Ms since 1970 UTC. */
  readonly now: () => number;
}

type PresentedState = Extract<CardReaderState, { presentation: number }>;

/** A card that has been taken up and lies on its reader. */
interface Presented {
  readonly reader: ReaderSlot;
  insertion: number;
  readonly state: PresentedState;
  /** Powered up since it was read; null once it was powered off. */
  channel: ApduChannel | null;
  poweredOffAt: number;
  /** How often in a row a card came back to this reader at once. */
  readonly returns: number;
}

/**
 * Watches all readers and takes up one card after the other. A My Number card holds the desk until it is taken away;
 * a card put on another reader meanwhile waits for its turn. Outlives readers, cards and the machine's service.
 */
export class CardReaderSession implements CardReader {
  readonly #options: CardReaderOptions;
  readonly #returns = new Map<ReaderSlot, { readonly count: number; readonly until: number }>();
  readonly #listeners = new Listeners<[state: CardReaderState]>();
  readonly #slots = new ReaderSlots();
  readonly #watch: ServiceWatch;
  readonly #watching: Promise<void>;
  /** Readers that were seen not to carry commands of extended length. */
  readonly #shortOnly = new Set<string>();
  #state: CardReaderState = { kind: 'unavailable', reason: 'no-reader' };
  #serviceTrouble: 'no-pcsc' | 'service-stopped' | 'no-reader' | null = null;
  #presented: Presented | null = null;
  #presentations = 0;
  #isReading = false;
  #isClosed = false;
  /** Cards are spoken to by one at a time. */
  readonly #turn = new Turn();

  constructor(options: CardReaderOptions) {
    this.#options = options;
    this.#watch = new ServiceWatch(options.service, {
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
    return this.#about(presentation, answers, async (card, fingerprint) => {
      const channel = await this.#channelOf(card, fingerprint);
      try {
        const outcome = await verifyDigits(channel, by);
        if (outcome.kind !== 'right') return outcome;
        return { kind: 'read', attributes: await readAttributes(channel, this.#readingWith(card.reader.slot)) };
      } finally {
        await powerOff(card);
      }
    });
  }

  triesLeft(presentation: number, way: AttributesRequest['way']): Promise<TriesLeft> {
    const answers: Answers<TriesLeft> = { gone: 'unknown', failed: 'unknown' };
    return this.#about(presentation, answers, async (card, fingerprint) =>
      askTriesLeft(await this.#channelOf(card, fingerprint), way),
    );
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#listeners.clear();
    await this.#turn.run(async () => {
      if (this.#presented !== null) await powerOff(this.#presented);
    });
    this.#watch.stop();
    this.#slots.clear();
    await this.#watching;
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
    const presented = this.#presented;
    if (presented?.reader === reader && presented.insertion !== reader.insertion) this.#leftOrReturning(presented);
    this.#lookForCard();
  }

  /** Takes up the next card, or shows that there is none. */
  #lookForCard(): void {
    if (this.#isClosed || this.#isReading || isHolding(this.#presented)) return;
    const reader = this.#slots.untaken();
    if (reader === null || reader.insertion === null) {
      this.#showIdle();
      return;
    }
    const insertion = reader.insertion;
    reader.taken = insertion;
    this.#presented = null;
    this.#isReading = true;
    this.#show({ kind: 'reading' });
    void this.#turn
      .run(() => this.#takeUp(reader, insertion))
      .finally(() => {
        this.#isReading = false;
        this.#lookForCard();
      });
  }

  #showIdle(): void {
    if (this.#presented !== null) return;
    const reason = this.#serviceTrouble ?? (this.#slots.count === 0 ? 'no-reader' : null);
    if (reason !== null) this.#show({ kind: 'unavailable', reason });
    // That a card left too early stays on the screen until the next one comes.
    else if (this.#state.kind !== 'removed-early') this.#show({ kind: 'waiting' });
  }

  async #takeUp(reader: ReaderSlot, insertion: number): Promise<void> {
    const returns = this.#returnsOf(reader);
    const found = await this.#readPatiently(reader, insertion);
    if (found === 'removed-early') {
      this.#show({ kind: 'removed-early' });
      return;
    }
    this.#presentations += 1;
    const presentation = this.#presentations;
    const state =
      found === 'unreadable' ? ({ kind: 'unreadable', presentation } as const) : stateOf(found, presentation);
    const channel = found !== 'unreadable' && found.kind === 'card' ? found.channel : null;
    // Any other card was powered off as soon as it had been read.
    const poweredOffAt = channel === null ? performance.now() : Number.NEGATIVE_INFINITY;
    const presented = { reader, insertion, state, channel, poweredOffAt, returns };
    this.#presented = presented;
    this.#show(state);
    // Read whole, and gone already: a quick tap counts.
    if (reader.insertion !== insertion) this.#leftOrReturning(presented);
  }

  #returnsOf(reader: ReaderSlot): number {
    const before = this.#returns.get(reader);
    this.#returns.delete(reader);
    return before !== undefined && performance.now() < before.until ? before.count : 0;
  }

  async #readPatiently(reader: ReaderSlot, insertion: number): Promise<CardFound | 'removed-early' | 'unreadable'> {
    const { slot } = reader;
    const { trust, now } = this.#options;
    let reading = this.#readingWith(slot);
    for (let readings = 1; ; readings += 1) {
      try {
        const found = await readCard(slot, reading, (der) => trust.judge(der, now()));
        if (reading === 'short') this.#shortOnly.add(slot.name);
        return found;
      } catch (cause) {
        const isLost = cause instanceof CardRemoved || cause instanceof CardSilent;
        if (!isLost && reader.insertion === insertion) return 'unreadable';
        if (await this.#hasLeft(reader, insertion)) return 'removed-early';
        if (readings === READINGS) return 'unreadable';
        if (cause instanceof CardRemoved && cause.duringExtendedCommand) reading = 'short';
      }
    }
  }

  /** Waits a moment for the news that the card has gone. */
  async #hasLeft(reader: ReaderSlot, insertion: number): Promise<boolean> {
    const until = performance.now() + SETTLE_MS;
    while (reader.insertion === insertion && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return reader.insertion !== insertion;
  }

  /** The card is gone, or our own powering off made it look so. */
  #leftOrReturning(presented: Presented): void {
    const { poweredOffAt, reader, returns, state } = presented;
    const until = poweredOffAt + (state.kind === 'card' ? RETURN_WITHIN_MS : OTHER_RETURN_WITHIN_MS);
    const returnWithin = until - performance.now();
    if (returnWithin > 0 && (state.kind === 'card' || returns >= OTHER_RETURNS)) {
      this.#awaitReturn(presented, returnWithin);
      return;
    }
    if (returnWithin > 0) this.#returns.set(reader, { count: returns + 1, until });
    this.#end(presented);
  }

  #awaitReturn(presented: Presented, withinMs: number): void {
    const { reader, state } = presented;
    if (reader.insertion !== null) {
      if (state.kind === 'card') void this.#turn.run(() => this.#takeUpAgain(presented));
      else reader.taken = presented.insertion = reader.insertion;
      return;
    }
    setTimeout(() => {
      if (this.#presented !== presented || reader.insertion !== null) return;
      this.#end(presented);
      this.#lookForCard();
    }, withinMs);
  }

  async #takeUpAgain(presented: Presented): Promise<void> {
    const { reader, state } = presented;
    const insertion = reader.insertion;
    if (this.#presented !== presented || insertion === null || state.kind !== 'card') return;
    try {
      presented.channel = await findAgain(reader.slot, this.#readingWith(reader.slot), state.certificateSha256);
      presented.insertion = insertion;
      reader.taken = insertion;
    } catch {
      // Another card, or none: it is read like any other.
    }
    if (presented.insertion !== reader.insertion) this.#end(presented);
    this.#lookForCard();
  }

  #end(presented: Presented): void {
    if (this.#presented === presented) this.#presented = null;
    void this.#turn.run(() => powerOff(presented));
  }

  /** The powered-up card; one that had to be powered off is powered up again and looked at whether it is the same. */
  async #channelOf(card: Presented, fingerprint: string): Promise<ApduChannel> {
    card.channel ??= await findAgain(card.reader.slot, this.#readingWith(card.reader.slot), fingerprint);
    return card.channel;
  }

  async #about<Answer>(
    presentation: number,
    answers: Answers<Answer>,
    ask: (card: Presented, fingerprint: string) => Promise<Answer>,
  ): Promise<Answer> {
    return this.#turn.run(async () => {
      const card = this.#presented;
      if (this.#isClosed || card === null || card.state.presentation !== presentation) return answers.gone;
      if (card.state.kind !== 'card') return answers.failed;
      try {
        return await ask(card, card.state.certificateSha256);
      } catch (cause) {
        await powerOff(card);
        // One that has spoken before and is silent now has been moved, or another has taken its place.
        return cause instanceof CardRemoved || cause instanceof CardSilent ? answers.gone : answers.failed;
      }
    });
  }

  #readingWith(slot: CardSlot): Reading {
    return this.#shortOnly.has(slot.name) ? 'short' : 'extended';
  }

  #show(state: CardReaderState): void {
    if (this.#isClosed || JSON.stringify(state) === JSON.stringify(this.#state)) return;
    this.#state = state;
    this.#listeners.publish(state);
  }
}

/** What is answered when the card has gone, and when it does not do as it should. */
interface Answers<Answer> {
  readonly gone: Answer;
  readonly failed: Answer;
}

/** A card of another kind does not keep the next one waiting: it may be a staff card that is never taken out. */
function isHolding(presented: Presented | null): boolean {
  return presented !== null && (presented.state.kind === 'card' || presented.state.kind === 'phone');
}

function stateOf(found: CardFound, presentation: number): PresentedState {
  if (found.kind !== 'card') return { kind: found.kind, presentation };
  return { kind: 'card', presentation, certificateSha256: found.certificateSha256, validity: found.validity };
}

async function powerOff(card: Presented): Promise<void> {
  const { channel } = card;
  if (channel === null) return;
  card.channel = null;
  card.poweredOffAt = performance.now();
  await channel.powerOff();
}
