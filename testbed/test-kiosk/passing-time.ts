import { HandWoundTimers } from '@uketsuke/shared/timers/hand-wound-timers';

/** How far the time moves at once. */
const STEP_MS = 250;
/** A test that waits for longer waits for something that does not happen. */
const LONGEST_MS = 10 * 60_000;
const LONGEST_REAL_MS = 50_000;
/** Turns of the event loop without a request under way after which nothing but time can bring anything. */
const QUIET_TURNS = 3;

/** A server that leaves requests unanswered. */
export interface Swallowing {
  readonly swallowed: number;
}

/**
 * Time for tests of a desk that syncs over real connections: it passes only while no request is being answered, so that
 * a slow machine runs into no time-out, and what a kiosk waits for is not waited for.
 */
export class PassingTime {
  readonly timers = new HandWoundTimers();
  readonly #servers: Swallowing[] = [];
  #underway = 0;

  /** What `openDesk` takes. */
  get options(): { readonly timers: HandWoundTimers; readonly fetch: typeof fetch } {
    return { timers: this.timers, fetch: this.#fetch };
  }

  /** What this server swallows is waited for no longer than the desk does. */
  watch(server: Swallowing): void {
    this.#servers.push(server);
  }

  /** Lets time pass until `check` throws no more. Throws what it threw last when that takes too long. */
  async until(check: () => void | Promise<void>): Promise<void> {
    const end = this.timers.elapsed() + LONGEST_MS;
    const realEnd = performance.now() + LONGEST_REAL_MS;
    for (;;) {
      try {
        return await check();
      } catch (error) {
        if (this.timers.elapsed() > end || performance.now() > realEnd) throw error;
      }
      if (await this.#isQuiet()) await this.timers.advance(STEP_MS);
    }
  }

  /** Lets time pass while nothing happens, until every answer has been worked on. */
  async pass(ms: number): Promise<void> {
    const end = this.timers.elapsed() + ms;
    await this.until(() => {
      if (this.timers.elapsed() < end) throw new Error('time passes');
    });
  }

  async #isQuiet(): Promise<boolean> {
    for (let turn = 0; turn < QUIET_TURNS; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      const swallowed = this.#servers.reduce((sum, server) => sum + server.swallowed, 0);
      if (this.#underway > swallowed) return false;
    }
    return true;
  }

  /** Answers come whole, so that none is under way unseen; streams come as they are. */
  readonly #fetch: typeof fetch = async (input, init) => {
    this.#underway += 1;
    try {
      const response = await fetch(input, init);
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
      if (isStream || response.body === null) return response;
      return new Response(await response.arrayBuffer(), response);
    } finally {
      this.#underway -= 1;
    }
  };
}
