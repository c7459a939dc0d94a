import { setTimeout as pause } from 'node:timers/promises';
import { type CardSlot, type SmartCardService, SmartCardsUnavailable } from './smart-card-service.ts';

/** A service that is not there is asked for again this often. */
const RETRY_MS = 1_000;

export interface ServiceNews {
  slotChanged(slot: CardSlot, insertion: number | null): void;
  slotGone(name: string): void;
  /** The service answers; its readers follow one by one. */
  found(): void;
  /** The service is not there, or no longer; every reader is gone with it. */
  lost(reason: SmartCardsUnavailable['code']): void;
}

/** Keeps watching the machine's smart-card service through its deaths, with a fresh client each time. */
export class ServiceWatch {
  readonly #service: SmartCardService;
  readonly #news: ServiceNews;
  readonly #ending = new AbortController();

  constructor(service: SmartCardService, news: ServiceNews) {
    this.#service = service;
    this.#news = news;
  }

  /** Runs until `stop` and until the service has been let go; never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      const reason = await this.#watchOnce();
      if (signal.aborted) return;
      this.#news.lost(reason);
      await pause(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  stop(): void {
    this.#ending.abort();
  }

  /** Watches until the service fails or the watch is stopped; gives the reason. */
  async #watchOnce(): Promise<SmartCardsUnavailable['code']> {
    const { signal } = this.#ending;
    let over = false;
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    signal.addEventListener('abort', end);
    let stop: (() => Promise<void>) | null = null;
    try {
      stop = await this.#service.watch({
        slotChanged: (slot, insertion) => {
          if (!over && !signal.aborted) this.#news.slotChanged(slot, insertion);
        },
        slotGone: (name) => {
          if (!over && !signal.aborted) this.#news.slotGone(name);
        },
        failed: end,
      });
      if (!signal.aborted) this.#news.found();
      await ended;
      return 'service-stopped';
    } catch (cause) {
      return cause instanceof SmartCardsUnavailable ? cause.code : 'service-stopped';
    } finally {
      over = true;
      signal.removeEventListener('abort', end);
      await stop?.();
    }
  }
}
