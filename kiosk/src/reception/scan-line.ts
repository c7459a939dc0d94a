import { isHubCode } from '@uketsuke/shared/hub';
import type { EventId } from '@uketsuke/shared/identifiers';
import type { StayKind } from '@uketsuke/shared/reception';
import type { ScanOutcome, UndoOutcome } from './outcomes.ts';
import { SameCodeGate } from './same-code-gate.ts';

/** What the desk last told the staff. */
export type Told =
  | { readonly about: 'scan'; readonly outcome: ScanOutcome }
  | { readonly about: 'undo'; readonly outcome: UndoOutcome };

/** Who decides what a code comes to, one at a time. */
interface Decides {
  scan(text: string, stay: StayKind): Promise<ScanOutcome>;
  undoLast(expected?: EventId): Promise<UndoOutcome>;
}

export interface ScanLineOptions {
  readonly desk: Decides;
  /** The kind of stay chosen at this moment. */
  readonly stay: () => StayKind;
  /** A steady clock, ms. */
  readonly now: () => number;
  readonly onTold: (told: Told) => void;
  /** A hub's QR was shown: no card, and no affair of the desk. */
  readonly onHubCode?: (text: string) => void;
  /** Whether the desk is busy with a card. */
  readonly onWorking: (working: boolean) => void;
}

/** More than a line of people can show while the desk is busy; beyond it something floods us. */
const WAITING_MAX = 50;

/**
 * Where camera, scanner and undo come together: each code once, one after the other, in the order they came. The kind
 * of stay is the one chosen when the card was shown.
 */
export class ScanLine {
  readonly #options: ScanLineOptions;
  readonly #gate = new SameCodeGate();
  #line: Promise<void> = Promise.resolve();
  #waiting = 0;
  #closed = false;

  constructor(options: ScanLineOptions) {
    this.#options = options;
  }

  /** Takes the codes read from one frame or by one scanner; answers whether all were known already. */
  readonly take = (texts: readonly string[]): boolean => {
    const fresh = texts.filter((text) => this.#gate.lets(text, this.#options.now()));
    for (const text of fresh) {
      if (this.#options.onHubCode !== undefined && isHubCode(text)) {
        this.#options.onHubCode(text);
        continue;
      }
      const stay = this.#options.stay();
      this.#enqueue(async () => ({ about: 'scan', outcome: await this.#options.desk.scan(text, stay) }));
    }
    return fresh.length === 0;
  };

  /** Undoes the admission the staff were shown; not another that came meanwhile (RCP-5). */
  readonly undo = (shown: EventId): void => {
    this.#enqueue(async () => ({ about: 'undo', outcome: await this.#options.desk.undoLast(shown) }));
  };

  /** Nothing is told any more. */
  close(): void {
    this.#closed = true;
  }

  #enqueue(step: () => Promise<Told>): void {
    if (this.#waiting >= WAITING_MAX || this.#closed) return;
    this.#waiting += 1;
    this.#options.onWorking(true);
    this.#line = this.#line.then(async () => {
      const told = await step();
      this.#waiting -= 1;
      if (this.#closed) return;
      this.#options.onTold(told);
      if (this.#waiting === 0) this.#options.onWorking(false);
    });
  }
}
