import { type Fact, type PushOutcome, pushRequestSchema, type RelayState } from '@uketsuke/shared/contracts';
import { parseReceptionEvent, type ReceptionEvent } from '@uketsuke/shared/reception';

/** How a server answers: as it should, or with one of the troubles that the sync line tells apart. */
export type ServerAnswers = 'well' | 'not-at-all' | 'failing' | 'strangely' | 'revoked' | 'unknown-device';

const PROBLEMS = {
  failing: { status: 503, code: 'database-unavailable' },
  revoked: { status: 401, code: 'device-revoked' },
  'unknown-device': { status: 401, code: 'device-unknown' },
} as const;

/** The city's server or a hub for one page, in its memory: the sync contract behind a `fetch`. */
export class GalleryServer {
  /** Puts aside what is pushed from now on. */
  putsAside = false;
  /** What a hub says of its way to the city; null from the city's server. */
  relay: RelayState | null = null;
  /** By how much its clock is ahead of the kiosk's, ms. */
  aheadMs = 0;
  readonly #now: () => number;
  readonly #events = new Map<string, ReceptionEvent>();
  readonly #facts: Fact[] = [];
  readonly #live = new Set<ReadableStreamDefaultController<Uint8Array>>();
  #answers: ServerAnswers = 'well';
  #onFactsTaken: () => void = () => undefined;

  /** @param now ms since 1970 UTC */
  constructor(now: () => number) {
    this.#now = now;
  }

  get answers(): ServerAnswers {
    return this.#answers;
  }

  /** Connections that stand are cut, so that the kiosk notices. */
  set answers(answers: ServerAnswers) {
    this.#answers = answers;
    for (const connection of this.#live) connection.error(new TypeError('network error'));
    this.#live.clear();
  }

  /** Events of other desks. */
  put(...events: readonly ReceptionEvent[]): void {
    for (const event of events) this.#events.set(event.id, event);
    this.nudge();
  }

  /** Publishes a fact; resolves when the kiosk has asked for it. */
  publish(fact: Fact): Promise<void> {
    this.#facts.push(fact);
    const taken = new Promise<void>((resolve) => {
      this.#onFactsTaken = resolve;
    });
    this.nudge();
    return taken;
  }

  /** Tells every open live connection that something changed. */
  nudge(): void {
    for (const connection of this.#live) connection.enqueue(this.#liveFrame('changed'));
  }

  readonly fetch = async (url: URL, init: RequestInit): Promise<Response> => {
    if (this.#answers === 'not-at-all') throw new TypeError('Failed to fetch');
    if (this.#answers === 'strangely')
      return new Response('<h1>Wi-Fi</h1>', { headers: { 'content-type': 'text/html' } });
    if (this.#answers !== 'well') return problem(PROBLEMS[this.#answers]);
    const route = `${init.method ?? 'GET'} ${url.pathname.slice(url.pathname.indexOf('/sync/v1'))}`;
    switch (route) {
      case 'POST /sync/v1/events':
        return Response.json(await this.#push(await jsonOf(init)));
      case 'GET /sync/v1/events':
        return Response.json(this.#pullEvents(url.searchParams));
      case 'GET /sync/v1/facts':
        return Response.json(this.#pullFacts(url.searchParams));
      case 'GET /sync/v1/live':
        return this.#openLive(init.signal ?? null);
      default:
        return problem({ status: 404, code: 'not-found' });
    }
  };

  async #push(body: unknown) {
    const { events } = pushRequestSchema.parse(body);
    const outcomes = events.map((document): PushOutcome => {
      const event = parseReceptionEvent(document);
      if (this.putsAside) return { id: event.id, outcome: 'quarantined', reason: 'not-authentic' };
      const outcome = this.#events.has(event.id) ? 'already-had' : 'stored';
      this.#events.set(event.id, event);
      return { id: event.id, outcome };
    });
    return { mark: this.#mark(), outcomes, serverTime: this.#time() };
  }

  #pullEvents(query: URLSearchParams) {
    const all = [...this.#events.values()];
    const events = all.slice(Number(query.get('checkpoint') ?? 0));
    const witnesses = query.get('witness')?.split(',') ?? [];
    const witnessed = witnesses.length === 0 ? {} : { witnessed: witnesses.every((id) => this.#events.has(id)) };
    const checkpoint = String(all.length);
    return { mark: this.#mark(), ...witnessed, checkpoint, end: true, events, serverTime: this.#time() };
  }

  #pullFacts(query: URLSearchParams) {
    const facts = this.#facts.slice(Number(query.get('checkpoint') ?? 0));
    this.#onFactsTaken();
    const checkpoint = String(this.#facts.length);
    return { epoch: 'gallery', checkpoint, end: true, facts, serverTime: this.#time() };
  }

  #openLive(signal: AbortSignal | null): Response {
    let connection: ReadableStreamDefaultController<Uint8Array> | null = null;
    const close = () => {
      if (connection !== null) this.#live.delete(connection);
    };
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        connection = controller;
        this.#live.add(controller);
        controller.enqueue(this.#liveFrame('hello'));
        signal?.addEventListener('abort', () => {
          close();
          controller.error(signal.reason);
        });
      },
      cancel: close,
    });
    return new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
  }

  #liveFrame(name: 'hello' | 'changed'): Uint8Array {
    const data = { mark: this.#mark(), events: true, facts: true, serverTime: this.#time() };
    return new TextEncoder().encode(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  #mark() {
    return { epoch: 'gallery', events: this.#events.size, ...(this.relay === null ? {} : { relay: this.relay }) };
  }

  #time(): string {
    return new Date(this.#now() + this.aheadMs).toISOString();
  }
}

function problem({ status, code }: { readonly status: number; readonly code: string }): Response {
  const headers = { 'content-type': 'application/problem+json' };
  return new Response(JSON.stringify({ type: 'about:blank', title: code, status, code }), { status, headers });
}

async function jsonOf({ headers, body }: RequestInit): Promise<unknown> {
  const sent = new Response(body ?? null);
  const isCompressed = new Headers(headers).get('content-encoding') === 'gzip';
  if (!isCompressed || sent.body === null) return sent.json();
  return new Response(sent.body.pipeThrough(new DecompressionStream('gzip'))).json();
}
