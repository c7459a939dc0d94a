import { ApiError } from './api-error.ts';
import type { ClientRequest, Send } from './client.ts';

export interface FetchSendOptions {
  readonly fetch: typeof fetch;
  /** What stands before the path, without a slash at the end; the page's own origin when left out. */
  readonly baseUrl?: string;
  /** Longest time a request may take with its answer, ms. */
  readonly timeoutMs: number;
  /** Of every request: credentials, cache, redirect. */
  readonly init?: RequestInit;
  /** More headers. */
  readonly headers?: (request: ClientRequest) => Readonly<Record<string, string>>;
}

/** Sends a client's requests by `fetch`. Rejects with ApiError `unreachable`. */
export function fetchSend({ fetch: fetcher, baseUrl = '', timeoutMs, init, headers }: FetchSendOptions): Send {
  return async (request) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const body = request.json ?? request.upload;
    try {
      return await fetcher(baseUrl + request.path, {
        ...init,
        method: request.method,
        headers: { ...request.headers, ...headers?.(request) },
        signal: request.signal === undefined ? timeout : AbortSignal.any([request.signal, timeout]),
        ...(body === undefined ? {} : { body }),
      });
    } catch (cause) {
      throw new ApiError('unreachable', { cause });
    }
  };
}
