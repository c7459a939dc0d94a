import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import * as z from 'zod';
import { pageScript } from '../../testbed/camera/page-module.ts';
import type { IssuedVirtualCard } from '../../testbed/virtual-card/pcsc-stack.ts';
import type { VpcdSlot } from '../../testbed/virtual-card/vpcd-slot.ts';
import type { TimedSmartCards } from './timed-smart-cards.ts';

export type CardWay = 'tap' | 'pin' | 'pin-b';

const WITHIN = { timeout: 30_000 };
const PAGE = { watchCards: 'watching.watchCards()', forget: 'watching.forgetTimes()', times: 'watching.cardTimes()' };
const timesSchema = z.object({
  asked: z.number().nullable(),
  handedIn: z.number().nullable(),
  admitted: z.number(),
  eventId: z.string(),
});
type AdmissionTimes = z.infer<typeof timesSchema>;

/** One card's admission. */
export interface TimedAdmission {
  readonly eventId: string;
  /** Without the reader's time and the person's. */
  readonly latencyMs: number;
  readonly insideMs: number;
  readonly commandCount: number;
}

/** A kiosk's page with a virtual reader, worked by the bench. */
export class CardKiosk {
  readonly #page: Page;
  readonly #slot: VpcdSlot;
  readonly #smartCards: TimedSmartCards;

  private constructor(page: Page, slot: VpcdSlot, smartCards: TimedSmartCards) {
    this.#page = page;
    this.#slot = slot;
    this.#smartCards = smartCards;
  }

  static async of(page: Page, slot: VpcdSlot, smartCards: TimedSmartCards): Promise<CardKiosk> {
    await page.evaluate(await pageScript(join(import.meta.dirname, 'card-watch.page.ts'), 'watching'));
    await page.evaluate(PAGE.watchCards);
    const kiosk = new CardKiosk(page, slot, smartCards);
    await kiosk.#waitUntilFree();
    return kiosk;
  }

  /** Registers the card, so that a tap is enough from then on, and takes the admission back. */
  async register(card: IssuedVirtualCard): Promise<void> {
    await this.admit(card, 'pin', async () => {
      await this.#page.getByTestId('link-card').click();
      await this.#page.locator('[data-testid=link-strip][data-show=linked]').waitFor(WITHIN);
    });
    await this.#page.getByTestId('undo').click();
    await this.#page.getByTestId('undo-confirm').click();
    await this.#page.locator('[data-testid=result][data-kind=undone]').waitFor(WITHIN);
  }

  /** Lays the card on the reader, does what the way asks for, and takes it away; `before` that, what is given. */
  async admit(
    issued: IssuedVirtualCard,
    way: CardWay,
    before: () => Promise<void> = async () => undefined,
  ): Promise<TimedAdmission> {
    const { card, persona } = issued;
    const commandsBefore = card.received.length;
    await this.#page.evaluate(PAGE.forget);
    await this.#slot.insert(card);
    if (way !== 'tap') await this.#open(way, way === 'pin' ? persona.pin : persona.pinB);
    const times = await this.#admitted();
    const commandCount = card.received.length - commandsBefore;
    await before();
    await this.#slot.remove();
    await this.#waitUntilFree();
    return { eventId: times.eventId, commandCount, ...this.#latencyOf(times) };
  }

  async #open(way: 'pin' | 'pin-b', digits: string): Promise<void> {
    await this.#page.getByTestId(`my-number-way-${way}`).click(WITHIN);
    await this.#page.locator('[data-testid=my-number-panel][data-show=entry][data-busy=false]').waitFor(WITHIN);
    await this.#page.getByTestId('my-number-digits').fill(digits);
    await this.#page.getByTestId('my-number-submit').click();
  }

  /** The card's times once its admission is shown. The page's policy keeps Playwright from waiting within the page. */
  async #admitted(): Promise<AdmissionTimes> {
    const until = performance.now() + WITHIN.timeout;
    for (;;) {
      const times = timesSchema.safeParse(await this.#page.evaluate(PAGE.times));
      if (times.success) return times.data;
      if (performance.now() > until) throw new Error('no admission was shown');
      await pause(50);
    }
  }

  #latencyOf(times: AdmissionTimes): { readonly latencyMs: number; readonly insideMs: number } {
    const from = this.#smartCards.detectedAt;
    const { asked, handedIn, admitted } = times;
    const spans =
      asked === null || handedIn === null
        ? [{ from, to: admitted }]
        : [
            { from, to: asked },
            { from: handedIn, to: admitted },
          ];
    const insideMs = spans.reduce((sum, span) => sum + this.#smartCards.timeInside(span.from, span.to), 0);
    return { latencyMs: spans.reduce((sum, span) => sum + span.to - span.from, 0) - insideMs, insideMs };
  }

  async #waitUntilFree(): Promise<void> {
    await this.#page.locator('[data-testid=card-reader][data-state=waiting]').waitFor(WITHIN);
  }
}
