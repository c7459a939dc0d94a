import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Turn } from '@uketsuke/shared/turn';

/** From the client (`up`) or to it (`down`). */
export type Direction = 'up' | 'down';

/** What the network does to one connection. Without anything it passes bytes as they come. */
export interface Treatment {
  /** Every byte comes this much later. */
  readonly delayMs?: number;
  /** At most so many bytes a second in each direction. */
  readonly bytesPerSecond?: number;
  /** The connection is reset once so many bytes went in that direction. */
  readonly cutAfter?: { readonly direction: Direction; readonly bytes: number };
  /** Nothing passes any more, and nobody is told, once so many bytes went in that direction. */
  readonly silentAfter?: { readonly direction: Direction; readonly bytes: number };
}

/** `silent` is a black hole: connections are accepted and nothing passes. `refused`: connections are reset at once. */
export type Way = 'open' | 'silent' | 'refused';

export interface RoughProxyOptions {
  /** How the n-th connection (from 0) is treated while the way is open. */
  readonly treat?: (connection: number) => Treatment;
  /** Called with every chunk that is about to pass. */
  readonly onBytes?: (direction: Direction, chunk: Buffer) => void;
  /** Whether the connection falls silent after this chunk went up: the request arrives and its answer never does. */
  readonly isUnanswered?: (chunk: Buffer) => boolean;
}

/** More than this on its way to a slow side, and the fast side is not read from. */
const QUEUED_MAX_BYTES = 256 * 1024;
/** A throttled chunk passes in this many pieces a second, so that a cut or a time-out falls within it. */
const SLICES_PER_SECOND = 20;

/**
 * A TCP proxy on loopback that does to connections what networks do: delays, low bandwidth, cuts at any byte, black
 * holes without a reset, refusals. It decides nothing itself: `treat` and `way` do, so a seed can.
 */
export class RoughProxy {
  readonly #server: Server;
  readonly #options: RoughProxyOptions;
  readonly #links = new Set<Link>();
  readonly #target: () => { readonly port: number; readonly host?: string };
  #way: Way = 'open';
  #connections = 0;

  private constructor(target: () => { readonly port: number; readonly host?: string }, options: RoughProxyOptions) {
    this.#target = target;
    this.#options = options;
    this.#server = createServer((client) => this.#accept(client));
  }

  /** Starts listening on a free port; `target` is asked for every connection, so that a restarted server is found. */
  static async start(
    target: () => { readonly port: number; readonly host?: string },
    options: RoughProxyOptions = {},
  ): Promise<RoughProxy> {
    const proxy = new RoughProxy(target, options);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get way(): Way {
    return this.#way;
  }

  /**
   * Changes the network from now on. `silent` freezes present connections for good, as a router that forgot them
   * does: after healing only new ones pass. `refused` resets them.
   */
  set way(way: Way) {
    this.#way = way;
    for (const link of this.#links) {
      if (way === 'silent') link.freeze();
      if (way === 'refused') link.reset();
    }
  }

  /** Resets every present connection; new ones are not affected. */
  cut(): void {
    for (const link of this.#links) link.reset();
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const link of this.#links) link.reset();
    await closed;
  }

  #accept(client: Socket): void {
    client.on('error', () => client.destroy());
    if (this.#way === 'refused') {
      client.resetAndDestroy();
      return;
    }
    const target = this.#target();
    const server = connect({ port: target.port, host: target.host ?? '127.0.0.1' });
    const treatment = this.#options.treat?.(this.#connections) ?? {};
    this.#connections += 1;
    const link = new Link(client, server, treatment, this.#options, () => this.#links.delete(link));
    this.#links.add(link);
    if (this.#way === 'silent') link.freeze();
  }
}

/** One connection on its way through. */
class Link {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #treatment: Treatment;
  readonly #options: RoughProxyOptions;
  readonly #onClosed: () => void;
  readonly #passed: Record<Direction, number> = { up: 0, down: 0 };
  #isFrozen = false;

  constructor(client: Socket, server: Socket, treatment: Treatment, options: RoughProxyOptions, onClosed: () => void) {
    this.#client = client;
    this.#server = server;
    this.#treatment = treatment;
    this.#options = options;
    this.#onClosed = onClosed;
    this.#carry('up', client, server);
    this.#carry('down', server, client);
    server.on('error', () => this.#ended(() => this.reset()));
    client.on('error', () => this.#ended(() => this.reset()));
    server.on('close', () => this.#ended(() => client.destroy()));
    client.on('close', () => this.#ended(() => server.destroy()));
  }

  /** From now on nothing passes and neither side hears of it. */
  freeze(): void {
    this.#isFrozen = true;
    this.#client.pause();
    this.#server.pause();
  }

  reset(): void {
    this.#isFrozen = false;
    this.#onClosed();
    if (!this.#client.destroyed) this.#client.resetAndDestroy();
    if (!this.#server.destroyed) this.#server.resetAndDestroy();
  }

  /** A side went away; through a black hole the other does not hear of that. */
  #ended(tellOther: () => void): void {
    if (this.#isFrozen) return;
    this.#onClosed();
    tellOther();
  }

  #carry(direction: Direction, from: Socket, to: Socket): void {
    const { delayMs = 0, bytesPerSecond } = this.#treatment;
    let queued = 0;
    const carrying = new Turn();
    from.on('data', (chunk: Buffer) => {
      if (delayMs === 0 && bytesPerSecond === undefined) {
        if (!this.#pass(direction, chunk, to)) from.pause();
        return;
      }
      const dueAt = performance.now() + delayMs;
      queued += chunk.length;
      if (queued > QUEUED_MAX_BYTES) from.pause();
      void carrying.run(async () => {
        await untilTime(dueAt);
        await this.#passSlowly(direction, chunk, to, bytesPerSecond);
        queued -= chunk.length;
        if (queued <= QUEUED_MAX_BYTES && !this.#isFrozen) from.resume();
      });
    });
    to.on('drain', () => {
      if (!this.#isFrozen) from.resume();
    });
    from.on('end', () => {
      void carrying.run(() => this.#ended(() => to.end()));
    });
  }

  async #passSlowly(
    direction: Direction,
    chunk: Buffer,
    to: Socket,
    bytesPerSecond: number | undefined,
  ): Promise<void> {
    if (bytesPerSecond === undefined) {
      this.#pass(direction, chunk, to);
      return;
    }
    const slice = Math.max(1, Math.floor(bytesPerSecond / SLICES_PER_SECOND));
    for (let at = 0; at < chunk.length && !to.destroyed && !this.#isFrozen; at += slice) {
      await untilTime(performance.now() + 1_000 / SLICES_PER_SECOND);
      this.#pass(direction, chunk.subarray(at, at + slice), to);
    }
  }

  /** Writes on as much as the treatment lets through; false when `to` must drain first. */
  #pass(direction: Direction, chunk: Buffer, to: Socket): boolean {
    if (this.#isFrozen || to.destroyed) return true;
    const { cutAfter, silentAfter } = this.#treatment;
    const cut = cutAfter?.direction === direction ? cutAfter.bytes - this.#passed[direction] : Number.POSITIVE_INFINITY;
    const silent =
      silentAfter?.direction === direction ? silentAfter.bytes - this.#passed[direction] : Number.POSITIVE_INFINITY;
    const limit = Math.min(cut, silent);
    const passing = chunk.length > limit ? chunk.subarray(0, Math.max(0, limit)) : chunk;
    this.#passed[direction] += passing.length;
    if (passing.length > 0) this.#options.onBytes?.(direction, passing);
    const wantsMore = passing.length === 0 || to.write(passing);
    if (direction === 'up' && this.#options.isUnanswered?.(passing) === true) this.freeze();
    if (chunk.length < limit) return wantsMore;
    if (silent <= cut) this.freeze();
    else to.end(() => this.reset());
    return wantsMore;
  }
}

function untilTime(at: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, at - performance.now())));
}
