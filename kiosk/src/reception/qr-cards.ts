import {
  CardRefusedError,
  type CardTrust,
  type OpenedCard,
  openCard,
  SCAN_MAX_CHARACTERS,
} from '@uketsuke/shared/card';
import type { CardRefusal } from '@uketsuke/shared/errors';
import type { StayKind } from '@uketsuke/shared/reception';
import { type Answers, NO_ANSWERS } from '@uketsuke/shared/roster';
import { traceFailure } from '../failure-trace.ts';
import type { Admissions } from './admissions.ts';
import type { JudgedTime } from './judged-time.ts';
import type { PresentedOutcome } from './outcomes.ts';
import type { UsageClock } from './usage-clock.ts';

export interface QrCardsParts {
  readonly trust: CardTrust;
  readonly admissions: Admissions;
  readonly usage: UsageClock;
  readonly judgedTime: () => JudgedTime;
}

/** Admits whoever shows a resident's QR card. */
export class QrCards {
  readonly #parts: QrCardsParts;
  readonly #scanning = new Map<string, Promise<PresentedOutcome>>();

  constructor(parts: QrCardsParts) {
    this.#parts = parts;
  }

  /**
   * Takes what a camera or scanner read. Resolves only after the admission is durable in the store and in the
   * journal (DUR-1), or when it is refused or could not be recorded. Never rejects.
   * @param answers who the members are that resemble people who are here, when the desk had to ask
   */
  scan(text: string, stay: StayKind, answers: Answers = NO_ANSWERS): Promise<PresentedOutcome> {
    const key = text.slice(0, SCAN_MAX_CHARACTERS + 1);
    const running = this.#scanning.get(key);
    if (running !== undefined) return running;
    this.#parts.usage.used();
    const scan = this.#scan(key, stay, answers)
      .catch((error: unknown): PresentedOutcome => {
        traceFailure('scan', error);
        return { kind: 'not-recorded', reason: 'store-failed' };
      })
      .finally(() => this.#scanning.delete(key));
    this.#scanning.set(key, scan);
    return scan;
  }

  async #scan(text: string, stay: StayKind, answers: Answers): Promise<PresentedOutcome> {
    const time = this.#parts.judgedTime();
    const card = await this.#open(text, time.ms);
    if (typeof card === 'string') return { kind: 'refused', refusal: card };
    const { cardId, household, issuerKeyId } = card.claims;
    const read = {
      method: 'card-qr',
      assurance: 'card-presented',
      card: { cardId, issuerKeyId, expired: card.expired && time.isTrusted },
    } as const;
    // A clock that is known to be wrong says of nobody's card that it has expired.
    const isExpiryUnknown = card.expired && !time.isTrusted;
    const presented = { key: `card:${cardId}`, cardId, household, stay, read, isExpiryUnknown };
    return this.#parts.admissions.present(presented, answers);
  }

  async #open(text: string, nowMs: number): Promise<OpenedCard | CardRefusal> {
    try {
      return await openCard(text, this.#parts.trust, nowMs);
    } catch (error) {
      if (error instanceof CardRefusedError) return error.code;
      throw error;
    }
  }
}
