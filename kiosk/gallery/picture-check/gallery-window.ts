import type { Browser, Page } from 'playwright-core';
import type { GalleryState } from '../states/gallery-state.ts';
import type { PictureOfState } from './pictures.ts';

/** What some states log by themselves: what is meant to fail is traced. */
const EXPECTED_TRACES = /^(store|journal|sync|scan): /;

/** A busy machine takes its time. */
const PATIENCE_MS = 120_000;

/** A page that goes from state to state of the gallery. */
export class GalleryWindow {
  readonly page: Page;
  #complaints: string[] = [];
  readonly #origin: string;

  private constructor(page: Page, origin: string) {
    this.page = page;
    page.setDefaultTimeout(PATIENCE_MS);
    this.#origin = origin;
    page.on('console', (message) => {
      if (message.type() === 'error' && !EXPECTED_TRACES.test(message.text())) this.#complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.#complaints.push(String(error)));
  }

  /** A window always of the same scale and time zone, in which nothing moves. */
  static async open(browser: Browser, origin: string): Promise<GalleryWindow> {
    const context = await browser.newContext({
      deviceScaleFactor: 1,
      reducedMotion: 'reduce',
      locale: 'ja-JP',
      timezoneId: 'Asia/Tokyo',
    });
    return new GalleryWindow(await context.newPage(), origin);
  }

  /** What the page logged as an error since it came to its state: policy violations, uncaught exceptions. */
  get complaints(): readonly string[] {
    return this.#complaints;
  }

  /** Goes to a state and waits until it is there. Throws when its steps fail. */
  async goTo({ id }: Pick<GalleryState, 'id'>, language = 'ja'): Promise<void> {
    this.#complaints = [];
    await this.page.goto(`${this.#origin}/gallery/gallery.html?${new URLSearchParams({ state: id, language })}`);
    await this.page.locator('html[data-gallery]').waitFor({ state: 'attached' });
    const came = await this.page.evaluate(() => document.documentElement.dataset['gallery']);
    if (came !== 'ready') throw new Error(`state ${id} is not reached: ${this.#complaints.join(', ')}`);
    await this.page.evaluate(() => document.fonts.ready.then(() => undefined));
  }

  /** The page as PNG, at a size of its window. */
  async picture(size: PictureOfState['size']): Promise<Buffer> {
    const now = this.page.viewportSize();
    if (now?.width !== size.width || now.height !== size.height) await this.page.setViewportSize(size);
    return this.page.screenshot({ animations: 'disabled', caret: 'hide', scale: 'css' });
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
