import { Turn } from '@uketsuke/shared/turn';
import type { Host, HostPool } from './host-pool.ts';

/** A server of the fuzz, the city's or a hub: a process that is killed and started again. */
export class Machine {
  readonly #pool: HostPool;
  readonly #start: (host: Host) => Promise<string>;
  #host: Host | null = null;
  #url: URL | null = null;
  readonly #turn = new Turn();

  /** @param start makes a process run this server, and gives its address */
  constructor(pool: HostPool, start: (host: Host) => Promise<string>) {
    this.#pool = pool;
    this.#start = start;
  }

  /** Where it listens now; nobody is at port 1. */
  get port(): number {
    return this.#url === null ? 1 : Number(this.#url.port);
  }

  get url(): string | null {
    return this.#url?.origin ?? null;
  }

  /** Works on the machine when what was begun before is done. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#turn.run(work);
  }

  /** Only within `inTurn`. */
  async start(): Promise<void> {
    if (this.#host !== null) return;
    const host = this.#pool.take();
    this.#host = host;
    this.#url = new URL(await this.#start(host));
  }

  /** Only within `inTurn`. */
  async kill(): Promise<void> {
    const host = this.#host;
    this.#host = null;
    this.#url = null;
    await host?.kill();
  }

  /** Only within `inTurn`: the process that runs it, if any. */
  get host(): Host | null {
    return this.#host;
  }

  /** Only within `inTurn`: stops it as an operator does; the process is kept for another. */
  async stop(): Promise<void> {
    const host = this.#host;
    this.#host = null;
    this.#url = null;
    if (host === null) return;
    await host.ask({ do: 'stop' });
    this.#pool.giveBack(host);
  }
}
