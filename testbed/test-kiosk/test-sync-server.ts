import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { type Fact, type PushOutcome, pushRequestSchema, type RelayState } from '@uketsuke/shared/contracts';
import { EventFormatError, parseReceptionEvent, type ReceptionEvent } from '@uketsuke/shared/reception';

/** The sync contract over HTTP, for one shelter and in memory, with the troubles a test asks for. */
export class TestSyncServer {
  events = new Map<string, ReceptionEvent>();
  facts: Fact[] = [];
  epoch = 'epoch-1';
  revoked = false;
  /** What a hub says of its way to the city; null from a city's server. */
  relay: RelayState | null = null;
  /** Answers every request instead of the contract: what a proxy or a Wi-Fi sign-in page does. */
  page: { readonly status: number; readonly body: string } | null = null;
  /** Status and headers of the next answers, instead of the real one. */
  refusals: { status: number; retryAfter?: string; code?: string }[] = [];
  /** Swallows every request and every nudge, and lets connections stand: a black hole. */
  silent = false;
  /** Pulls of events are refused. */
  refusesPulls = false;
  /** What every push is answered, instead of the real answer. */
  refusesPushes: { status: number; retryAfter?: string; code?: string } | null = null;
  /** Pulls of more facts than this are swallowed. */
  swallowsFactsAbove = Number.POSITIVE_INFINITY;
  /** Pushes of more bytes than this are swallowed: a network that carries small packets only. */
  swallowsAbove = Number.POSITIVE_INFINITY;
  /** Events that this server sends as they are, whoever can read them. */
  strangers: unknown[] = [];
  /** Requests that stand without an answer. */
  swallowed = 0;
  pageSize = 3;
  /** What bounds the places of events, by id (CLK-4). */
  readonly bounds = new Map<string, number>();
  quarantine: (event: ReceptionEvent) => boolean = () => false;
  /** Events for which a push is refused as too large. */
  tooLarge: (event: ReceptionEvent, count: number) => boolean = () => false;
  offsetMs = 0;
  pushes: number[] = [];
  /** Pulls of events. */
  pulls = 0;
  /** Pushes and pulls of events in the order in which they were answered. */
  readonly order: ('push' | 'pull')[] = [];
  factPulls = 0;
  /** Events put into quarantine. */
  readonly refused: ReceptionEvent[] = [];
  /** Content encodings of the pushes. */
  readonly encodings: (string | undefined)[] = [];
  /** Pulls of events that named witnesses. */
  witnesses: string[][] = [];
  readonly #now: () => number;
  readonly #live = new Set<ServerResponse>();
  #server: Server | null = null;
  #port = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Starts listening; a second start takes the same port again. */
  async start(): Promise<void> {
    const server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  /** An event from another kiosk. */
  put(...events: ReceptionEvent[]): void {
    for (const event of events) this.events.set(event.id, event);
    this.nudge();
  }

  /** How many live connections stand. */
  get liveConnections(): number {
    return this.#live.size;
  }

  nudge(): void {
    if (this.silent) return;
    for (const response of this.#live) response.write(`event: changed\ndata: ${this.#nudgeData()}\n\n`);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const body = await bodyOf(request);
    if (this.silent || body.length > this.swallowsAbove) return this.#swallow(response);
    if (this.page !== null) {
      response.writeHead(this.page.status, { 'content-type': 'text/html' }).end(this.page.body);
      return;
    }
    const refusal = this.revoked ? { status: 401, code: 'device-revoked' } : this.refusals.shift();
    if (refusal !== undefined) return refuse(response, refusal);
    const route = `${request.method} ${url.pathname}`;
    if (route === 'POST /sync/v1/events' && this.refusesPushes !== null) return refuse(response, this.refusesPushes);
    if (route === 'POST /sync/v1/events') {
      this.encodings.push(request.headers['content-encoding']);
      const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
      const { events } = pushRequestSchema.parse(JSON.parse(text.toString('utf8')));
      if (this.#isTooLarge(events)) return refuse(response, { status: 413, code: 'body-too-large' });
      return json(response, this.#push(events));
    }
    if (route === 'GET /sync/v1/events' && this.refusesPulls) return refuse(response, { status: 500 });
    if (route === 'GET /sync/v1/events') return json(response, this.#pullEvents(url.searchParams));
    if (route === 'GET /sync/v1/facts' && Number(url.searchParams.get('limit')) > this.swallowsFactsAbove)
      return this.#swallow(response);
    if (route === 'GET /sync/v1/facts') return json(response, this.#pullFacts(url.searchParams));
    if (route === 'GET /sync/v1/live') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`event: hello\ndata: ${this.#nudgeData()}\n\n`);
      this.#live.add(response);
      response.on('close', () => this.#live.delete(response));
      return;
    }
    refuse(response, { status: 404, code: 'not-found' });
  }

  #swallow(response: ServerResponse): void {
    this.swallowed += 1;
    response.on('close', () => {
      this.swallowed -= 1;
    });
  }

  #isTooLarge(events: readonly unknown[]): boolean {
    return events.some((document) => this.tooLarge(parseReceptionEvent(document), events.length));
  }

  #push(events: readonly unknown[]) {
    this.order.push('push');
    this.pushes.push(events.length);
    const outcomes = events.map((document) => this.#take(document));
    this.nudge();
    return { mark: this.#mark(), outcomes, serverTime: this.#time() };
  }

  #take(document: unknown): PushOutcome {
    try {
      const event = parseReceptionEvent(document);
      if (this.quarantine(event)) {
        this.refused.push(event);
        return { id: event.id, outcome: 'quarantined', reason: 'not-authentic' };
      }
      if (this.events.has(event.id)) return { id: event.id, outcome: 'already-had' };
      this.events.set(event.id, event);
      return { id: event.id, outcome: 'stored' };
    } catch (error) {
      if (error instanceof EventFormatError) return { id: null, outcome: 'quarantined', reason: error.code };
      throw error;
    }
  }

  #pullEvents(query: URLSearchParams) {
    this.order.push('pull');
    this.pulls += 1;
    const all: readonly unknown[] = [...this.events.values(), ...this.strangers];
    const from = Math.min(this.#position(query.get('checkpoint')), all.length);
    const events = all.slice(from, from + this.pageSize);
    const next = from + events.length;
    const end = next >= all.length;
    const named = query.get('witness')?.split(',') ?? [];
    if (named.length > 0) this.witnesses.push(named);
    const witnessed = named.length === 0 ? {} : { witnessed: named.every((id) => this.events.has(id)) };
    const checkpoint = `${this.epoch}/${next}`;
    const bounds = Object.fromEntries(this.bounds);
    return { mark: this.#mark(), ...witnessed, checkpoint, end, events, bounds, serverTime: this.#time() };
  }

  #pullFacts(query: URLSearchParams) {
    this.factPulls += 1;
    const from = Number(query.get('checkpoint') ?? 0);
    const facts = this.facts.slice(from, from + this.pageSize);
    const next = from + facts.length;
    return {
      epoch: this.epoch,
      checkpoint: String(next),
      end: next >= this.facts.length,
      facts,
      serverTime: this.#time(),
    };
  }

  /** A checkpoint of another epoch means the beginning, as on the real server. */
  #position(checkpoint: string | null): number {
    const [epoch, position] = checkpoint?.split('/') ?? [];
    return epoch === this.epoch ? Number(position) : 0;
  }

  #mark() {
    const relay = this.relay === null ? {} : { relay: this.relay };
    return { epoch: this.epoch, events: this.events.size, ...relay };
  }

  #time(): string {
    return new Date(this.#now() + this.offsetMs).toISOString();
  }

  #nudgeData(): string {
    return JSON.stringify({ mark: this.#mark(), events: true, facts: true, serverTime: this.#time() });
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

function json(response: ServerResponse, answer: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer));
}

function refuse(response: ServerResponse, refusal: { status: number; retryAfter?: string; code?: string }): void {
  const { status, retryAfter, code = 'internal' } = refusal;
  response.writeHead(status, {
    'content-type': 'application/problem+json',
    ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
  });
  response.end(JSON.stringify({ type: 'about:blank', title: code, status, code }));
}
