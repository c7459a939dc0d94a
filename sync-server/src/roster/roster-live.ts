import type { ServerResponse } from 'node:http';
import type { RosterNudge } from '@uketsuke/shared/contracts';
import type { ShelterId } from '@uketsuke/shared/identifiers';
import type { Visible } from './city-roster.ts';

/** Changes within this many ms are told as one. */
const COALESCE_MS = 100;

export interface RosterLiveOptions {
  readonly isComplete: () => boolean;
  readonly heartbeatMs: number;
}

/** A client that has taken nothing for so many heartbeats is cut off; it comes back by itself. */
const STUCK_BEATS = 3;

/** Somebody who watches the roster. */
interface Watcher {
  readonly response: ServerResponse;
  readonly isVisible: Visible;
}

/** Tells the consoles that something changed, by server-sent events; what changed they ask themselves. */
export class RosterLive {
  readonly #options: RosterLiveOptions;
  readonly #watchers = new Set<Watcher>();
  readonly #changed = new Set<ShelterId>();
  #flush: NodeJS.Timeout | undefined;
  #wasComplete = false;

  constructor(options: RosterLiveOptions) {
    this.#options = options;
  }

  /** Notes changes; they are told soon. */
  changed(shelterIds: Iterable<ShelterId>): void {
    for (const shelterId of shelterIds) this.#changed.add(shelterId);
    this.#flush ??= setTimeout(() => this.#tell(), COALESCE_MS);
  }

  /**
   * Makes the response a stream that ends when the client goes, or when `mayStay`, asked at each heartbeat, says no.
   * `shelterIds` are those whose state the client should ask for first.
   */
  watch(
    response: ServerResponse,
    isVisible: Visible,
    shelterIds: readonly ShelterId[],
    mayStay: () => Promise<boolean>,
  ): void {
    // Gone while its session was looked up: it says so only once.
    if (response.destroyed) return;
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    const watcher: Watcher = { response, isVisible };
    this.#watchers.add(watcher);
    let stuck = 0;
    const heartbeat = setInterval(() => {
      stuck = response.writableNeedDrain ? stuck + 1 : 0;
      if (stuck >= STUCK_BEATS) response.destroy();
      else if (stuck === 0) void beat(response, mayStay);
    }, this.#options.heartbeatMs);
    response.on('close', () => {
      clearInterval(heartbeat);
      this.#watchers.delete(watcher);
    });
    this.#send(watcher, 'hello', shelterIds);
  }

  stop(): void {
    clearTimeout(this.#flush);
    for (const { response } of this.#watchers) response.end();
  }

  #tell(): void {
    this.#flush = undefined;
    const shelterIds = [...this.#changed];
    this.#changed.clear();
    const isComplete = this.#options.isComplete();
    const becameComplete = isComplete !== this.#wasComplete;
    this.#wasComplete = isComplete;
    for (const watcher of this.#watchers) {
      const visible = shelterIds.filter(watcher.isVisible);
      if (visible.length > 0 || becameComplete) this.#send(watcher, 'changed', visible);
    }
  }

  #send({ response }: Watcher, event: 'hello' | 'changed', shelterIds: readonly ShelterId[]): void {
    const nudge: RosterNudge = { complete: this.#options.isComplete(), shelterIds: [...shelterIds] };
    response.write(`event: ${event}\ndata: ${JSON.stringify(nudge)}\n\n`);
  }
}

async function beat(response: ServerResponse, mayStay: () => Promise<boolean>): Promise<void> {
  // A database that is away is no reason to send anybody away.
  const stays = await mayStay().catch(() => true);
  if (response.writableEnded) return;
  if (stays) response.write(': still here\n\n');
  else response.end();
}
