import * as z from 'zod';
import {
  ApiError,
  type Checkpoint,
  type Client,
  type ClientRequest,
  createClient,
  type PushResponse,
  pullEventsResponseSchema,
  pullFactsResponseSchema,
  syncContracts,
} from '../contracts/index.ts';
import type { ReceptionEvent } from '../reception/index.ts';
import type { Timers } from '../timers/index.ts';
import { requestBody } from './request-body.ts';
import { failureOfResponse, SyncFailure } from './sync-failure.ts';

/** A request that has no whole answer after this long has failed: a black-holed connection never says so itself. */
export const REQUEST_TIMEOUT_MS = 8_000;

/** Documents are judged one by one: one that this version cannot read must not stop the rest. */
const contracts = {
  push: syncContracts.push,
  pullEvents: {
    ...syncContracts.pullEvents,
    answer: { status: 200, body: pullEventsResponseSchema.extend({ events: z.array(z.unknown()) }) },
  },
  pullFacts: {
    ...syncContracts.pullFacts,
    answer: { status: 200, body: pullFactsResponseSchema.extend({ facts: z.array(z.unknown()) }) },
  },
  live: syncContracts.live,
} as const;
type Requests = Client<typeof contracts>;
type EventsPage = Awaited<ReturnType<Requests['pullEvents']>>;
type FactsPage = Awaited<ReturnType<Requests['pullFacts']>>;

export interface SyncClientOptions {
  /** What stands before the contracts' paths, without a slash at the end. */
  readonly serverUrl: string;
  readonly credential: string;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly timers: Timers;
  /** Ends every request. */
  readonly stopped: AbortSignal;
  readonly timeoutMs?: number;
}

/** The requests of sync. Every method rejects with SyncFailure only. */
export class SyncClient {
  readonly #options: SyncClientOptions;
  readonly #requests: Requests;

  constructor(options: SyncClientOptions) {
    this.#options = options;
    this.#requests = createClient(contracts, (request) => this.#send(request));
  }

  async push(events: readonly ReceptionEvent[]): Promise<PushResponse> {
    const response = await this.#within((signal) => this.#requests.push({ body: { events: [...events] } }, { signal }));
    const fits = response.outcomes.every((outcome, at) => outcome.id === null || outcome.id === events[at]?.id);
    if (!fits || response.outcomes.length !== events.length) throw new SyncFailure('failing');
    return response;
  }

  /** @param witnesses ids of events that this server is known to have had; at most WITNESSES_MAX (SYN-5) */
  pullEvents(checkpoint: Checkpoint, limit: number, witnesses: readonly string[] = []): Promise<EventsPage> {
    const witness = witnesses.length === 0 ? undefined : witnesses.join(',');
    const query = { limit, checkpoint: checkpoint ?? undefined, witness };
    return this.#within((signal) => this.#requests.pullEvents({ query }, { signal }));
  }

  pullFacts(checkpoint: Checkpoint, limit: number): Promise<FactsPage> {
    const query = { limit, checkpoint: checkpoint ?? undefined };
    return this.#within((signal) => this.#requests.pullFacts({ query }, { signal }));
  }

  /** Opens the live connection; `signal` ends it. */
  async openLive(signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const response = await this.#requests.live({}, { signal });
    if (response.body === null || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
      throw new SyncFailure('strange');
    }
    return response.body;
  }

  /** Ends the request when it takes too long, or when syncing stops. */
  async #within<Answer>(request: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
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
      return await request(end.signal);
    } catch (error) {
      throw timedOut ? new SyncFailure('timed-out', { cause: error }) : failureOf(error);
    } finally {
      cancelTimeout();
      stopped.removeEventListener('abort', stop);
    }
  }

  /** Follows no redirect: a Wi-Fi sign-in page would be given what is meant for the server. */
  async #send({ method, path, headers, json, signal }: ClientRequest): Promise<Response> {
    const { serverUrl, credential, fetch: fetcher, now } = this.#options;
    const sent = json === undefined ? { headers: {} } : await requestBody(json);
    let response: Response;
    try {
      response = await fetcher(serverUrl + path, {
        method,
        ...sent,
        headers: { ...headers, ...sent.headers, authorization: `Bearer ${credential}` },
        cache: 'no-store',
        credentials: 'omit',
        redirect: 'manual',
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (cause) {
      throw new SyncFailure('unreachable', { cause });
    }
    if (!response.ok) throw await failureOfResponse(response, now());
    return response;
  }
}

function failureOf(error: unknown): SyncFailure {
  if (error instanceof SyncFailure) return error;
  const isStrange = error instanceof ApiError && error.code === 'unexpected-answer';
  return new SyncFailure(isStrange ? 'strange' : 'unreachable', { cause: error });
}
