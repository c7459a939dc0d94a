import type { ServerResponse } from 'node:http';
import type { LiveNudge, StoreMark } from '@uketsuke/shared/contracts';
import type { ShelterId } from '@uketsuke/shared/identifiers';
import type { ChangeBus } from '../couch/change-bus.ts';
import { receptionDatabase } from '../event-log/database-names.ts';
import { FACTS_DATABASE } from '../facts/fact-board.ts';
import { RequestRefusedError } from '../http/request-refused.ts';

export interface NudgeStreamOptions {
  readonly shelterId: ShelterId;
  readonly changes: Pick<ChangeBus, 'subscribe'>;
  readonly readMark: () => Promise<StoreMark>;
  /** Throws RequestRefusedError when the device may not stay connected. */
  readonly authenticateAgain: () => Promise<unknown>;
  readonly heartbeatMs: number;
  /** ms since 1970 UTC */
  readonly now: () => number;
}

/** Heartbeats that may pass while the client takes nothing from the connection. */
const STUCK_HEARTBEATS = 3;

/**
 * The server's end of a live connection (server-sent events): says `hello`, then `changed` when there is something to pull, and a
 * comment at every heartbeat. Nudges that come while one is being sent, or while the client is slow, become one.
 */
export class NudgeStream {
  readonly #response: ServerResponse;
  readonly #options: NudgeStreamOptions;
  readonly #unsubscribe: readonly (() => void)[];
  readonly #heartbeat: NodeJS.Timeout;
  #events = false;
  #facts = false;
  #sending = false;
  #stuck = 0;

  /** Subscribes first and reads the mark afterwards, so that no change falls in between. */
  static async open(response: ServerResponse, options: NudgeStreamOptions): Promise<NudgeStream> {
    const stream = new NudgeStream(response, options);
    try {
      await stream.#hello();
    } catch (error) {
      stream.#close();
      throw error;
    }
    return stream;
  }

  private constructor(response: ServerResponse, options: NudgeStreamOptions) {
    this.#response = response;
    this.#options = options;
    this.#unsubscribe = [
      options.changes.subscribe(receptionDatabase(options.shelterId), () => this.#changed('events')),
      options.changes.subscribe(FACTS_DATABASE, () => this.#changed('facts')),
    ];
    this.#heartbeat = setInterval(() => void this.#beat(), options.heartbeatMs);
    response.on('close', () => this.#close());
    response.on('drain', () => void this.#send());
  }

  async #hello(): Promise<void> {
    this.#sending = true;
    const mark = await this.#options.readMark();
    if (this.#response.destroyed) return;
    this.#response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    this.#write('hello', { mark, events: true, facts: true });
    this.#sending = false;
    void this.#send();
  }

  #changed(what: 'events' | 'facts'): void {
    if (what === 'events') this.#events = true;
    else this.#facts = true;
    void this.#send();
  }

  async #send(): Promise<void> {
    if (this.#sending || !(this.#events || this.#facts) || this.#response.writableNeedDrain) return;
    this.#sending = true;
    const [events, facts] = [this.#events, this.#facts];
    this.#events = false;
    this.#facts = false;
    try {
      this.#write('changed', { mark: await this.#options.readMark(), events, facts });
    } catch {
      // The database is away: the nudge stays owed and goes out with a later heartbeat.
      this.#events ||= events;
      this.#facts ||= facts;
      return;
    } finally {
      this.#sending = false;
    }
    void this.#send();
  }

  async #beat(): Promise<void> {
    if (this.#response.writableNeedDrain) {
      this.#stuck += 1;
      if (this.#stuck >= STUCK_HEARTBEATS) this.#response.destroy();
      return;
    }
    this.#stuck = 0;
    try {
      await this.#options.authenticateAgain();
    } catch (error) {
      // Only a refusal ends the connection; a database that is away says nothing about the device.
      if (error instanceof RequestRefusedError && error.status < 500) {
        this.#response.end();
        return;
      }
    }
    if (this.#response.headersSent && !this.#response.writableEnded) this.#response.write(': still here\n\n');
    void this.#send();
  }

  #write(event: string, { mark, events, facts }: Omit<LiveNudge, 'serverTime'>): void {
    if (this.#response.writableEnded || this.#response.destroyed) return;
    const nudge: LiveNudge = { mark, events, facts, serverTime: new Date(this.#options.now()).toISOString() };
    this.#response.write(`event: ${event}\ndata: ${JSON.stringify(nudge)}\n\n`);
  }

  #close(): void {
    clearInterval(this.#heartbeat);
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }
}
