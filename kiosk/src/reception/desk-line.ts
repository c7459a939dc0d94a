import { isHubCode } from '@uketsuke/shared/hub';
import type { EventId } from '@uketsuke/shared/identifiers';
import { Listeners } from '@uketsuke/shared/listeners';
import type { StayKind } from '@uketsuke/shared/reception';
import type { Answers, Doubt } from '@uketsuke/shared/roster';
import { Turn } from '@uketsuke/shared/turn';
import { traceFailure } from '../failure-trace.ts';
import type { Admissions } from './admissions.ts';
import type { PresentedOutcome, ScanOutcome, UndoOutcome } from './outcomes.ts';
import type { QrCards } from './qr-cards.ts';
import { SameCodeGate } from './same-code-gate.ts';

/** What the desk last told the staff. */
export type Told =
  | { readonly about: 'scan'; readonly outcome: ScanOutcome }
  | { readonly about: 'undo'; readonly outcome: UndoOutcome };

/** Whether people at the desk are some who are here already; nobody of them is admitted before it is answered (FLD-4). */
export interface DeskQuestion {
  /** The QR code that was shown: a camera goes on seeing it; null of another card. */
  readonly code: string | null;
  readonly doubts: readonly Doubt[];
  /** What they come to with the answers; null when there is nothing to say of it any more. */
  readonly again: (stay: StayKind, answers: Answers) => Promise<PresentedOutcome | null>;
}

/** The line as the screen shows it; a new object on every change. */
export interface DeskLineState {
  /** What waits for a person's answer. */
  readonly question: DeskQuestion | null;
  /** Somebody else showed a card meanwhile: it was not taken, and is to be shown again after the answer. */
  readonly isSomebodyWaiting: boolean;
  /** What was told last, until it has been read or something newer takes its place. */
  readonly result: Told | null;
  /** Whether the desk is busy with somebody. */
  readonly working: boolean;
  /** The kind of stay that whoever comes next is admitted to. */
  readonly stay: StayKind;
}

export interface DeskLineParts {
  readonly cards: Pick<QrCards, 'scan'>;
  readonly admissions: Pick<Admissions, 'undoLast'>;
  /** A steady clock, ms. */
  readonly now: () => number;
  /**
   * Where a hub's QR leads. A resident may show whatever code they like: only staff who have opened the settings are led
   * to a hub (HUB-2); else it is any other code.
   */
  readonly hubCodes?: { readonly areAskedFor: () => boolean; readonly take: (text: string) => void };
}

/** More than a line of people can show while the desk is busy; beyond it something floods us. */
const WAITING_MAX = 50;

/**
 * The order of everything that happens at the desk, wherever it comes from: camera and scanner, undo, and other sources
 * (the card reader) by `enqueue` and `tell`. One after the other, in the order they came, each with the kind of stay
 * chosen when it came. What one of them fails with does not hold up the next.
 */
export class DeskLine {
  readonly #parts: DeskLineParts;
  readonly #gate = new SameCodeGate();
  readonly #hubGate = new SameCodeGate();
  readonly #turn = new Turn();
  readonly #listeners = new Listeners();
  readonly #qrListeners = new Listeners<[ScanOutcome]>();
  #state: DeskLineState = {
    question: null,
    isSomebodyWaiting: false,
    result: null,
    working: false,
    stay: 'shelter',
  };
  /** Those of other cards, when the first is answered. */
  #questions: readonly DeskQuestion[] = [];
  #waiting = 0;
  #closed = false;

  constructor(parts: DeskLineParts) {
    this.#parts = parts;
  }

  readonly state = (): DeskLineState => this.#state;

  readonly subscribe = this.#listeners.subscribe;

  /** Hears what became of every QR card. */
  readonly onQrCard = this.#qrListeners.subscribe;

  /** Takes the codes read from one frame or by one scanner, each once; answers whether all were known already. */
  readonly take = (texts: readonly string[]): boolean => {
    if (this.#state.question !== null) return this.#holdBack(texts);
    const { hubCodes, now } = this.#parts;
    const areHubsAskedFor = hubCodes?.areAskedFor() === true;
    // Held to the camera since before anybody asked for a hub, it is news all the same.
    const isFresh = (text: string) =>
      (areHubsAskedFor && isHubCode(text) ? this.#hubGate : this.#gate).lets(text, now());
    const fresh = texts.filter(isFresh);
    for (const text of fresh) {
      if (areHubsAskedFor && isHubCode(text)) {
        this.dismiss();
        hubCodes?.take(text);
      } else this.#serve((stay) => this.#scan(text, stay));
    }
    return fresh.length === 0;
  };

  /** Undoes the admission the staff were shown; not another that came meanwhile (RCP-5). */
  readonly undo = (shown: EventId): void => {
    this.#serve(async () => {
      this.tell({ about: 'undo', outcome: await this.#parts.admissions.undoLast(shown) });
    });
  };

  /** Asks whoever is at the desk; codes are held back until it is answered or left. */
  ask(question: DeskQuestion): void {
    if (this.#state.question !== null) this.#questions = [...this.#questions, question];
    else this.#show({ question, isSomebodyWaiting: false, result: null });
  }

  /** The answers to the question that is shown. */
  readonly answer = (answers: Answers): void => {
    const { question } = this.#state;
    if (question === null) return;
    this.leave();
    this.#serve(async (stay) => {
      const outcome = await question.again(stay, answers);
      if (outcome !== null) this.#toldOf(outcome, question);
    });
  };

  /** Nobody of those in question is admitted now. */
  readonly leave = (): void => {
    const [question = null, ...others] = this.#questions;
    this.#questions = others;
    this.#show({ question, isSomebodyWaiting: false });
  };

  /** Whoever comes from now on is admitted to this kind of stay. */
  readonly choose = (stay: StayKind): void => this.#show({ stay });

  /** What was told has been read, or makes room for something newer. */
  readonly dismiss = (): void => {
    if (this.#state.result !== null) this.#show({ result: null });
  };

  /**
   * Has `work` done when everything before it is done, with the kind of stay chosen now.
   * @returns what the work returns; rejects as the work does
   */
  enqueue<Result>(work: (stay: StayKind) => Promise<Result>): Promise<Result> {
    const { stay } = this.#state;
    this.#waiting += 1;
    this.#show({ working: true });
    return this.#turn
      .run(() => work(stay))
      .finally(() => {
        this.#waiting -= 1;
        if (this.#waiting === 0) this.#show({ working: false });
      });
  }

  /** Shows the staff what became of something; nothing once the line is closed. */
  tell(told: Told): void {
    this.#show({ result: told });
  }

  /** Nothing is taken or told any more. */
  close(): void {
    this.#closed = true;
  }

  #serve(work: (stay: StayKind) => Promise<void>): void {
    if (this.#waiting >= WAITING_MAX || this.#closed) return;
    this.enqueue(work).catch((error: unknown) => traceFailure('desk', error));
  }

  async #scan(text: string, stay: StayKind): Promise<void> {
    if (this.#state.question !== null) {
      this.#holdBack([text]);
      return;
    }
    const { cards } = this.#parts;
    const again: DeskQuestion['again'] = (stayThen, answers) => cards.scan(text, stayThen, answers);
    this.#toldOf(await cards.scan(text, stay), { code: text, again });
  }

  #toldOf(outcome: PresentedOutcome, { code, again }: Pick<DeskQuestion, 'code' | 'again'>): void {
    if (outcome.kind === 'probably-here') {
      this.ask({ code, doubts: outcome.doubts, again });
      return;
    }
    this.tell({ about: 'scan', outcome });
    if (code !== null && !this.#closed) this.#qrListeners.publish(outcome);
  }

  /** Nobody is admitted while the staff are asked about somebody else: they might take the one for the other. */
  #holdBack(texts: readonly string[]): true {
    const isAnother = texts.some((text) => text !== this.#state.question?.code);
    if (isAnother && !this.#state.isSomebodyWaiting) this.#show({ isSomebodyWaiting: true });
    return true;
  }

  #show(change: Partial<DeskLineState>): void {
    if (this.#closed) return;
    this.#state = { ...this.#state, ...change };
    this.#listeners.publish();
  }
}
