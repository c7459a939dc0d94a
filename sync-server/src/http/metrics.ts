import { type PushOutcome, upkeepContracts } from '@uketsuke/shared/contracts';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type Route, route } from './routes.ts';

/** What sync counts. */
export interface SyncMetrics {
  /** `count` events of a push had this outcome. */
  pushed(outcome: PushOutcome['outcome'], count: number): void;
  /** A live connection came (1) or went (-1). */
  liveConnections(change: 1 | -1): void;
}

/** The server's numbers for Prometheus; names of routes, shelters' or people's data are no labels (SEC-5). */
export class ServerMetrics implements SyncMetrics {
  readonly #registry = new Registry();
  readonly #requests: Histogram<'method' | 'route' | 'status'>;
  readonly #pushed: Counter<'outcome'>;
  readonly #live: Gauge;
  readonly #lag: Histogram;
  #listening = 0;

  constructor() {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry, prefix: 'uketsuke_' });
    this.#requests = new Histogram({
      name: 'uketsuke_http_request_duration_seconds',
      help: 'Requests answered, by route pattern, method and status',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10],
      registers,
    });
    this.#pushed = new Counter({
      name: 'uketsuke_pushed_events_total',
      help: 'Events pushed by kiosks, by outcome',
      labelNames: ['outcome'],
      registers,
    });
    this.#live = new Gauge({ name: 'uketsuke_live_connections', help: 'Kiosks listening', registers });
    this.#lag = new Histogram({
      name: 'uketsuke_roster_lag_seconds',
      help: 'From the receipt of an event to the roster showing it; large while logs are read at start',
      buckets: [0.05, 0.1, 0.2, 0.5, 1, 5, 60],
      registers,
    });
  }

  /** One more number, read whenever the numbers are. */
  gauge(name: `uketsuke_${string}`, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }

  pushed(outcome: PushOutcome['outcome'], count: number): void {
    this.#pushed.inc({ outcome }, count);
  }

  /** Kiosks listening now. */
  get live(): number {
    return this.#listening;
  }

  liveConnections(change: 1 | -1): void {
    this.#listening += change;
    this.#live.inc(change);
  }

  rosterLag(lagMs: number): void {
    this.#lag.observe(lagMs / 1_000);
  }

  requestAnswered(method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe({ method, route, status: String(status) }, seconds);
  }

  /** Answers with the numbers. */
  route(): Route {
    return route(upkeepContracts.metrics, async ({ response }) => {
      response
        .set('Cache-Control', 'no-store')
        .type(this.#registry.contentType)
        .send(await this.#registry.metrics());
    });
  }
}
