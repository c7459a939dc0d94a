import { setTimeout as pause } from 'node:timers/promises';
import { rosterNudgeSchema } from '@uketsuke/shared/contracts';
import type { HeadquartersClient } from '../headquarters/headquarters-client.ts';

const POLL_MS = 500;
const AGAIN_MS = 1_000;

/** A live admission that HQ does not show yet. */
interface Awaited {
  readonly shelterId: string;
  /** On the clock of `performance.now()`. */
  readonly recordedAt: number;
}

/** HQ's console as far as times are concerned: asks for counts, and listens for changes and looks people up at once. */
export class HeadquartersWatch {
  readonly #hq: HeadquartersClient;
  readonly #stopped = new AbortController();
  readonly #awaited = new Map<string, Awaited>();
  readonly #latencies: number[] = [];
  #listening: Promise<void> = Promise.resolve();

  constructor(hq: HeadquartersClient) {
    this.#hq = hq;
  }

  /** Resolves when the counts on HQ's first page come to `people`; tells how many there are meanwhile. */
  async countReaches(people: number, withinMs: number, tell: (admitted: number) => void): Promise<boolean> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const { shelters } = await this.#hq.calls.summaries();
      const admitted = shelters.reduce((sum, { counts }) => sum + (counts?.admitted ?? 0), 0);
      tell(admitted);
      if (admitted >= people) return true;
      if (performance.now() > deadline) return false;
      await pause(POLL_MS);
    }
  }

  /** Begins to listen to HQ's live stream. */
  async listen(): Promise<void> {
    const answer = await this.#hq.calls.live({}, { signal: this.#stopped.signal });
    if (answer.body === null) throw new Error('the live stream has no body');
    this.#listening = this.#read(answer.body).catch((error: unknown) => {
      if (!this.#stopped.signal.aborted) throw error;
    });
  }

  /** From now on HQ is to show this person. */
  await(residentId: string, shelterId: string, recordedAt: number): void {
    this.#awaited.set(residentId, { shelterId, recordedAt });
    void this.#lookFor(residentId);
  }

  /** Waits until HQ shows everybody awaited, at most so long; the latencies, ms. */
  async latencies(withinMs: number): Promise<readonly number[]> {
    const deadline = performance.now() + withinMs;
    while (this.#awaited.size > 0 && performance.now() < deadline) {
      await pause(AGAIN_MS);
      for (const residentId of this.#awaited.keys()) await this.#lookFor(residentId);
    }
    return this.#latencies;
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#listening;
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of body) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line.startsWith('data: ')) this.#changed(rosterNudgeSchema.parse(JSON.parse(line.slice(6))).shelterIds);
      }
    }
  }

  #changed(shelterIds: readonly string[]): void {
    for (const [residentId, { shelterId }] of this.#awaited) {
      if (shelterIds.includes(shelterId)) void this.#lookFor(residentId);
    }
  }

  async #lookFor(residentId: string): Promise<void> {
    const isThere = await this.#hq.calls.person({ params: { residentId } }).then(
      () => true,
      () => false,
    );
    const awaited = this.#awaited.get(residentId);
    if (!isThere || awaited === undefined) return;
    this.#awaited.delete(residentId);
    this.#latencies.push(performance.now() - awaited.recordedAt);
  }
}
