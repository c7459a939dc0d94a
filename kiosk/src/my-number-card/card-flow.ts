import type { ResidentId } from '@uketsuke/shared/identifiers';
import { Listeners } from '@uketsuke/shared/listeners';
import type { StayKind } from '@uketsuke/shared/reception';
import type { Answers } from '@uketsuke/shared/roster';
import type {
  AttributesOutcome,
  AttributesRequest,
  CardReaderState,
  KioskCardReader,
} from '../../host/card-reader/card-reader.ts';
import { traceFailure } from '../failure-trace.ts';
import type { DeskLine } from '../reception/desk-line.ts';
import type { ScanOutcome } from '../reception/outcomes.ts';
import {
  admitsByTap,
  askingReason,
  type CardOnReader,
  type CardPanel,
  type CardStrip,
  type CardWay,
  panelAfter,
  panelOfCard,
  panelWithoutCard,
  peopleOf,
} from './card-panels.ts';
import type { MyNumberDesk, ReadCard } from './my-number-desk.ts';

export interface CardFlowState {
  readonly reader: CardReaderState;
  readonly panel: CardPanel | null;
  readonly strip: CardStrip | null;
}

export interface CardFlowParts {
  readonly reader: KioskCardReader;
  readonly desk: MyNumberDesk;
  /** Where the desk's work is done in order, and its outcomes are told. */
  readonly line: DeskLine;
  /** Whether the laptop's clock is known to be wrong. */
  readonly isClockWrong: () => boolean;
}

/**
 * Leads through what can be done with the card on the reader. A card that registered is admitted at once; any other
 * is asked for its PIN or the number on its face. Whatever is asked of a card is forgotten when it goes (MNC-3).
 */
export class CardFlow {
  readonly #parts: CardFlowParts;
  readonly #listeners = new Listeners();
  #unsubscribe: readonly (() => void)[] = [];
  #state: CardFlowState;
  #card: CardOnReader | null = null;
  #toLink: readonly ResidentId[] = [];
  /** What the card said, while staff are asked who it is; gone with the answer or with the card. */
  #asked: ReadCard | null = null;

  constructor(parts: CardFlowParts) {
    this.#parts = parts;
    this.#state = { reader: parts.reader.state(), panel: null, strip: null };
  }

  /** Starts watching the reader; a card that lies on it already is taken at once. */
  open(): void {
    const { reader, line } = this.#parts;
    this.#stopListening();
    this.#unsubscribe = [
      reader.subscribe((state) => this.#reader(state)),
      line.onQrCard((outcome) => this.#qrCardShown(outcome)),
    ];
    this.#reader(reader.state());
  }

  readonly state = (): CardFlowState => this.#state;

  readonly subscribe = this.#listeners.subscribe;

  /** Nothing is asked or told any more. */
  close(): void {
    this.#stopListening();
    this.#forgetCard();
    this.#state = { reader: this.#state.reader, panel: null, strip: null };
  }

  /** Asks for the digits of this way. */
  async choose(way: CardWay): Promise<void> {
    const card = this.#card;
    if (card === null) return;
    this.#show({ panel: { show: 'entry', way, triesLeft: null, wrong: false, busy: true } });
    const left = await this.#parts.reader.triesLeft(card.presentation, way).catch(() => 'unknown' as const);
    if (!this.#isOn(card)) return;
    if (left === 'blocked') this.#show({ panel: { show: 'blocked', way } });
    else {
      const triesLeft = left === 'unknown' ? null : left;
      this.#show({ panel: { show: 'entry', way, triesLeft, wrong: false, busy: false } });
    }
  }

  /** Back to the ways there are. */
  back(): void {
    if (this.#card !== null)
      this.#show({ panel: { show: 'choose', why: askingReason(this.#card, this.#parts.isClockWrong()) } });
  }

  /** Opens the card with the digits; they are kept nowhere. */
  async submit(digits: string): Promise<void> {
    const card = this.#card;
    const { panel } = this.#state;
    if (card === null || panel?.show !== 'entry' || panel.busy) return;
    const { way } = panel;
    this.#show({ panel: { ...panel, wrong: false, busy: true } });
    const request: AttributesRequest = way === 'pin' ? { way, pin: digits } : { way, code: digits };
    const outcome = await this.#parts.reader
      .readAttributes(card.presentation, request)
      .catch((error: unknown): AttributesOutcome => {
        traceFailure('card reader', error);
        return { kind: 'unreadable' };
      });
    if (outcome.kind === 'read') await this.#admitRead(card, { attributes: outcome.attributes, way });
    else if (this.#isOn(card) || (outcome.kind === 'removed' && this.#state.panel === null)) {
      this.#show({ panel: panelAfter(way, outcome), strip: null });
    }
  }

  /** Staff say who it is. */
  async answer(answers: Answers): Promise<void> {
    const card = this.#card;
    const read = this.#asked;
    this.#asked = null;
    if (card !== null && read !== null) await this.#admitRead(card, read, answers);
  }

  #stopListening(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#unsubscribe = [];
  }

  /** A QR card was shown: while an unregistered card lies on the reader, it can be registered for those people. */
  #qrCardShown(outcome: ScanOutcome): void {
    const { panel } = this.#state;
    if (this.#card === null || (panel?.show !== 'choose' && panel?.show !== 'blocked')) return;
    if (peopleOf(outcome).length === 0) return;
    this.#show({ panel: null, strip: this.#offer(this.#card, outcome) });
  }

  /** Registers the card for the people who were just admitted. */
  link(): Promise<void> {
    return this.#register((card) => this.#parts.desk.link(card.certificateSha256, this.#toLink));
  }

  /** Takes the registration back. */
  unlink(): Promise<void> {
    return this.#register((card) => this.#parts.desk.unlink(card.certificateSha256));
  }

  /** What is shown was read. */
  dismiss(): void {
    this.#show({ panel: null, strip: null });
  }

  #reader(reader: CardReaderState): void {
    if (reader.kind === 'card' && reader.presentation === this.#card?.presentation) return;
    this.#forgetCard();
    if (reader.kind === 'card') void this.#cardRead(reader);
    else this.#show({ reader, panel: panelWithoutCard(reader, this.#state.panel), strip: null });
  }

  async #cardRead(card: CardOnReader): Promise<void> {
    const panel = panelOfCard(card, this.#parts.isClockWrong());
    this.#card = panel.show === 'trouble' ? null : card;
    this.#show({ reader: card, panel, strip: null });
    if (!admitsByTap(card)) return;
    const { desk, line } = this.#parts;
    const tap = (stay: StayKind, answers?: Answers) => desk.tap(card.certificateSha256, stay, answers);
    const outcome = await line.enqueue(tap);
    const isOn = this.#isOn(card);
    if (outcome.kind === 'probably-here') {
      if (isOn) this.#show({ panel: null });
      // Whoever tapped has taken the card away before anybody has read the question.
      line.ask({
        code: null,
        doubts: outcome.doubts,
        again: async (stay, answers) => {
          const answered = await tap(stay, answers);
          return answered.kind === 'not-linked' ? null : answered;
        },
      });
      return;
    }
    if (outcome.kind === 'not-linked') {
      if (isOn) this.#show({ panel: { show: 'choose', why: 'not-linked' } });
      return;
    }
    if (isOn) this.#show({ panel: null, strip: peopleOf(outcome).length > 0 ? { show: 'registered' } : null });
    line.tell({ about: 'scan', outcome });
  }

  async #admitRead(card: CardOnReader, read: ReadCard, answers?: Answers): Promise<void> {
    const { desk, line } = this.#parts;
    const outcome = await line.enqueue((stay) => desk.admitRead(card.certificateSha256, read, stay, answers));
    const isOn = this.#isOn(card);
    if (outcome.kind === 'probably-here') {
      if (!isOn) return;
      this.#asked = read;
      this.#show({ panel: { show: 'same-person', doubts: outcome.doubts } });
      return;
    }
    // No panel: one would take the place of the words, and that nothing was recorded has to be read (DUR-3).
    if (isOn) this.#show({ panel: null, strip: peopleOf(outcome).length > 0 ? this.#offer(card, outcome) : null });
    line.tell({ about: 'scan', outcome });
  }

  /** Only a card that admits by tap is worth registering. */
  #offer(card: CardOnReader, outcome: ScanOutcome): CardStrip | null {
    if (!admitsByTap(card)) return null;
    const people = peopleOf(outcome);
    this.#toLink = people.map((entry) => entry.residentId);
    return { show: 'offer-link', names: people.map((entry) => entry.person.name.written) };
  }

  async #register(work: (card: CardOnReader) => ReturnType<MyNumberDesk['link']>): Promise<void> {
    const card = this.#card;
    if (card === null) return;
    const outcome = await this.#parts.line.enqueue(() => work(card));
    if (!this.#isOn(card)) return;
    const done = outcome.kind === 'linked' || outcome.kind === 'unlinked';
    this.#show({ strip: done ? { show: outcome.kind } : { show: 'failed', reason: outcome.kind } });
  }

  #forgetCard(): void {
    this.#card = null;
    this.#toLink = [];
    this.#asked = null;
  }

  #isOn(card: CardOnReader): boolean {
    return this.#card?.presentation === card.presentation;
  }

  #show(change: Partial<CardFlowState>): void {
    this.#state = { ...this.#state, ...change };
    // The result of whoever came before makes room for the card that lies there now.
    if (change.panel !== undefined && change.panel !== null) this.#parts.line.dismiss();
    this.#listeners.publish();
  }
}
