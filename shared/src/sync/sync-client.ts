import { z } from 'zod';
import {
  type Checkpoint,
  type PushResponse,
  pullEventsResponseSchema,
  pullFactsResponseSchema,
  pushResponseSchema,
} from '../protocol/index.ts';
import type { ReceptionEvent } from '../reception/index.ts';
import { failureOfResponse, SyncFailure } from './sync-failure.ts';

/** A request that has no whole answer after this long has failed: a black-holed connection never says so itself. */
export const REQUEST_TIMEOUT_MS = 20_000;

/** Documents are judged one by one: one that this version cannot read must not stop the rest. */
const looseEventsSchema = pullEventsResponseSchema.extend({ events: z.array(z.unknown()) });
const looseFactsSchema = pullFactsResponseSchema.extend({ facts: z.array(z.unknown()) });
type EventsPage = z.infer<typeof looseEventsSchema>;
type FactsPage = z.infer<typeof looseFactsSchema>;

export interface SyncClientOptions {
  readonly serverUrl: string;
  readonly credential: string;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  /** Ends every request. */
  readonly stopped: AbortSignal;
  readonly timeoutMs?: number;
}

/** The requests of `/sync/v1`. Every method rejects with SyncFailure only. */
export class SyncClient {
  readonly #options: SyncClientOptions;

  constructor(options: SyncClientOptions) {
    this.#options = options;
  }

  async push(events: readonly ReceptionEvent[]): Promise<PushResponse> {
    const response = await this.#ask('/sync/v1/events', pushResponseSchema, JSON.stringify({ events }));
    const fits = response.outcomes.every((outcome, at) => outcome.id === null || outcome.id === events[at]?.id);
    if (!fits || response.outcomes.length !== events.length) throw new SyncFailure('failing');
    return response;
  }

  pullEvents(checkpoint: Checkpoint, limit: number): Promise<EventsPage> {
    return this.#ask(`/sync/v1/events${pageQuery(checkpoint, limit)}`, looseEventsSchema);
  }

  pullFacts(checkpoint: Checkpoint, limit: number): Promise<FactsPage> {
    return this.#ask(`/sync/v1/facts${pageQuery(checkpoint, limit)}`, looseFactsSchema);
  }

  /** Opens the live connection; `signal` ends it. */
  async openLive(signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const response = await this.#send('/sync/v1/live', { headers: { accept: 'text/event-stream' }, signal });
    if (response.body === null) throw new SyncFailure('failing');
    return response.body;
  }

  async #ask<Answer>(path: string, schema: z.ZodType<Answer>, body?: string): Promise<Answer> {
    const timeout = AbortSignal.timeout(this.#options.timeoutMs ?? REQUEST_TIMEOUT_MS);
    const post = body === undefined ? {} : { method: 'POST', body, headers: { 'content-type': 'application/json' } };
    const response = await this.#send(path, { ...post, signal: AbortSignal.any([this.#options.stopped, timeout]) });
    let answer: unknown;
    try {
      answer = await response.json();
    } catch (cause) {
      throw new SyncFailure('unreachable', { cause });
    }
    const parsed = schema.safeParse(answer);
    if (!parsed.success) throw new SyncFailure('failing', { cause: parsed.error });
    return parsed.data;
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const { serverUrl, credential, fetch: fetcher, now } = this.#options;
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${credential}`);
    let response: Response;
    try {
      response = await fetcher(serverUrl + path, { ...init, headers, cache: 'no-store', credentials: 'omit' });
    } catch (cause) {
      throw new SyncFailure('unreachable', { cause });
    }
    if (!response.ok) throw await failureOfResponse(response, now());
    return response;
  }
}

function pageQuery(checkpoint: Checkpoint, limit: number): string {
  const query = new URLSearchParams({ limit: String(limit) });
  if (checkpoint !== null) query.set('checkpoint', checkpoint);
  return `?${query}`;
}
