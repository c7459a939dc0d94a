import { Listeners } from '@uketsuke/shared/listeners';
import { platformTimers, type Timers } from '@uketsuke/shared/timers';
import * as z from 'zod';
import { type Couch, databaseName } from './couch.ts';

/** Gets the name, without prefix, of a database in which something changed. */
export type ChangeListener = (name: string) => void;

export interface ChangeBusOptions {
  readonly couch: Couch;
  /** Changes within this many ms are told as one. */
  readonly coalesceMs?: number;
  /** How often to ask an own CouchDB server for what other processes wrote, in ms. */
  readonly pollIntervalMs?: number;
  /** Called when asking failed; the next round asks again. */
  readonly onPollError?: (error: unknown) => void;
  readonly timers?: Timers;
}

/** `_dbs_info` takes at most 100 names (CouchDB's `max_db_number_for_dbs_info_req`). */
const NAMES_PER_REQUEST = 100;

const databasesInfoSchema = z.array(
  z.object({
    key: z.string(),
    info: z.object({ update_seq: z.union([z.string(), z.number()]) }).nullish(),
  }),
);

/**
 * Tells who asks that a database changed; never what. Writers in this process call `nudge`. What other server
 * processes write to the same CouchDB is found by comparing `update_seq` of the watched databases in batches:
 * one request a second for a hundred shelters, where a `_changes` feed each would keep a hundred connections.
 */
export class ChangeBus {
  readonly #couch: Couch;
  readonly #coalesceMs: number;
  readonly #onPollError: (error: unknown) => void;
  readonly #listeners = new Map<string, Listeners<[name: string]>>();
  readonly #changed = new Set<string>();
  /** Last `update_seq` known of watched databases: only its number, as the rest differs between cluster nodes. */
  readonly #sequences = new Map<string, number>();
  readonly #timers: Timers;
  readonly #isPolled: boolean;
  readonly #stopWatchingWrites: (() => void) | undefined;
  /** Names whose listeners are about to be called, once the sequences are noted. */
  readonly #telling = new Set<string>();
  #cancelFlush: (() => void) | undefined;
  #cancelPoll: (() => void) | undefined;
  #polling = false;
  #stopped = false;

  constructor(options: ChangeBusOptions) {
    this.#couch = options.couch;
    this.#coalesceMs = options.coalesceMs ?? 100;
    this.#onPollError = options.onPollError ?? (() => {});
    this.#timers = options.timers ?? platformTimers;
    this.#isPolled = options.couch.onWrite === undefined;
    if (options.couch.onWrite !== undefined) {
      this.#stopWatchingWrites = options.couch.onWrite((fullName) => this.#nudgeFullName(fullName));
    } else {
      this.#pollEvery(options.pollIntervalMs ?? 1_000);
    }
  }

  /** Says that this process wrote to the database. */
  nudge(name: string): void {
    if (this.#stopped) return;
    this.#changed.add(name);
    this.#cancelFlush ??= this.#timers.later(this.#coalesceMs, () => void this.#tellChanged());
  }

  /** Calls `listener` after changes of one database; returns how to stop that. */
  subscribe(name: string, listener: ChangeListener): () => void {
    const listeners = this.#listeners.get(name) ?? new Listeners();
    this.#listeners.set(name, listeners);
    const leave = listeners.subscribe(listener);
    return () => {
      leave();
      if (listeners.count === 0 && this.#listeners.get(name) === listeners) {
        this.#listeners.delete(name);
        this.#sequences.delete(name);
      }
    };
  }

  /** Stops timers; nobody is told anything any more. */
  stop(): void {
    this.#stopped = true;
    this.#cancelPoll?.();
    this.#cancelFlush?.();
    this.#stopWatchingWrites?.();
    this.#listeners.clear();
  }

  #nudgeFullName(fullName: string): void {
    const prefix = this.#couch.databasePrefix;
    if (fullName.startsWith(prefix)) this.nudge(fullName.slice(prefix.length));
  }

  async #tellChanged(): Promise<void> {
    const names = [...this.#changed];
    this.#changed.clear();
    this.#cancelFlush = undefined;
    // Taking note of the sequences first keeps the next poll from telling our own writes a second time.
    // A foreign write after this moment still differs; one before it is covered by the call below.
    for (const name of names) this.#telling.add(name);
    if (this.#isPolled) await this.#takeNote(names.filter((name) => this.#listeners.has(name)));
    for (const name of names) this.#telling.delete(name);
    for (const name of names) this.#tell(name);
  }

  #tell(name: string): void {
    if (!this.#stopped) this.#listeners.get(name)?.publish(name);
  }

  async #takeNote(names: readonly string[]): Promise<void> {
    try {
      for (const [name, sequence] of await this.#readSequences(names)) this.#sequences.set(name, sequence);
    } catch (error) {
      this.#onPollError(error);
    }
  }

  #pollEvery(intervalMs: number): void {
    this.#cancelPoll = this.#timers.later(intervalMs, () => {
      this.#pollEvery(intervalMs);
      void this.#pollOnce();
    });
  }

  async #pollOnce(): Promise<void> {
    if (this.#polling) return;
    this.#polling = true;
    try {
      for (const [name, sequence] of await this.#readSequences([...this.#listeners.keys()])) {
        const known = this.#sequences.get(name);
        this.#sequences.set(name, sequence);
        // The first look at a database counts as a change: something may have come since its subscriber last read.
        if (known !== sequence && !this.#telling.has(name)) this.nudge(name);
      }
    } catch (error) {
      this.#onPollError(error);
    } finally {
      this.#polling = false;
    }
  }

  async #readSequences(names: readonly string[]): Promise<Map<string, number>> {
    const sequences = new Map<string, number>();
    for (let at = 0; at < names.length; at += NAMES_PER_REQUEST) {
      const batch = new Map(
        names.slice(at, at + NAMES_PER_REQUEST).map((name) => [databaseName(this.#couch, name), name]),
      );
      const body = { keys: [...batch.keys()] };
      const answer = databasesInfoSchema.parse(
        await this.#couch.server.request({ path: '_dbs_info', method: 'post', body }),
      );
      for (const { key, info } of answer) {
        const name = batch.get(key);
        if (name !== undefined && info != null) sequences.set(name, sequenceNumber(info.update_seq));
      }
    }
    return sequences;
  }
}

function sequenceNumber(sequence: string | number): number {
  return typeof sequence === 'number' ? sequence : Number.parseInt(sequence, 10);
}
