import { z } from 'zod';
import {
  type Checkpoint,
  type PushResponse,
  pullEventsResponseSchema,
  pullFactsResponseSchema,
  pushResponseSchema,
} from '../contracts/index.ts';
import type { ReceptionEvent } from '../reception/index.ts';
import type { Timers } from '../timers/index.ts';
import { requestBody } from './request-body.ts';
import { failureOfResponse, SyncFailure } from './sync-failure.ts';

/** A request that has no whole answer after this long has failed: a black-holed connection never says so itself. */
export const REQUEST_TIMEOUT_MS = 8_000;

/** Documents are judged one by one: one that this version cannot read must not stop the rest. */
const looseEventsSchema = pullEventsResponseSchema.extend({ events: z.array(z.unknown()) });
const looseFactsSchema = pullFactsResponseSchema.extend({ facts: z.array(z.unknown()) });
type EventsPage = z.infer<typeof looseEventsSchema>;
type FactsPage = z.infer<typeof looseFactsSchema>;

export interface SyncClientOptions {
  /** What stands before `/sync/v1`, without a slash at the end. */
  readonly serverUrl: string;
  readonly credential: string;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly timers: Timers;
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

  /** @param witnesses ids of events that this server is known to have had; at most WITNESSES_MAX (SYN-5) */
  pullEvents(checkpoint: Checkpoint, limit: number, witnesses: readonly string[] = []): Promise<EventsPage> {
    return this.#ask(`/sync/v1/events${pageQuery(checkpoint, limit, witnesses)}`, looseEventsSchema);
  }

  pullFacts(checkpoint: Checkpoint, limit: number): Promise<FactsPage> {
    return this.#ask(`/sync/v1/facts${pageQuery(checkpoint, limit)}`, looseFactsSchema);
  }

  /** Opens the live connection; `signal` ends it. */
  async openLive(signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const response = await this.#send('/sync/v1/live', { headers: { accept: 'text/event-stream' }, signal });
    if (response.body === null || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
      throw new SyncFailure('strange');
    }
    return response.body;
  }

  async #ask<Answer>(path: string, schema: z.ZodType<Answer>, json?: string): Promise<Answer> {
    const { stopped, timers, timeoutMs = REQUEST_TIMEOUT_MS } = this.#options;
    const end = new AbortController();
    const stop = () => end.abort(stopped.reason);
    if (stopped.aborted) stop();
    stopped.addEventListener('abort', stop);
    let timedOut = false;
    const cancelTimeout = timers.later(timeoutMs, () => {
      timedOut = true;
      end.abort();
    });
    try {
      const post = json === undefined ? {} : { method: 'POST', ...(await requestBody(json)) };
      const response = await this.#send(path, { ...post, signal: end.signal });
      return await answerOf(response, schema);
    } catch (error) {
      if (timedOut) throw new SyncFailure('timed-out', { cause: error });
      throw error instanceof SyncFailure ? error : new SyncFailure('unreachable', { cause: error });
    } finally {
      cancelTimeout();
      stopped.removeEventListener('abort', stop);
    }
  }

  /** Follows no redirect: a Wi-Fi sign-in page would be given what is meant for the server. */
  async #send(path: string, init: RequestInit): Promise<Response> {
    const { serverUrl, credential, fetch: fetcher, now } = this.#options;
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${credential}`);
    let response: Response;
    try {
      response = await fetcher(serverUrl + path, {
        ...init,
        headers,
        cache: 'no-store',
        credentials: 'omit',
        redirect: 'manual',
      });
    } catch (cause) {
      throw new SyncFailure('unreachable', { cause });
    }
    if (!response.ok) throw await failureOfResponse(response, now());
    return response;
  }
}

async function answerOf<Answer>(response: Response, schema: z.ZodType<Answer>): Promise<Answer> {
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new SyncFailure('strange', { cause });
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new SyncFailure('strange', { cause: parsed.error });
  return parsed.data;
}

function pageQuery(checkpoint: Checkpoint, limit: number, witnesses: readonly string[] = []): string {
  const query = new URLSearchParams({ limit: String(limit) });
  if (checkpoint !== null) query.set('checkpoint', checkpoint);
  if (witnesses.length > 0) query.set('witness', witnesses.join(','));
  return `?${query}`;
}
