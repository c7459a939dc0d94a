import { type HubRequest, isHubPath } from '../host/hub/hub-forwarding.ts';
import { APP_ORIGIN, mayNavigateTo } from './navigation-policy.ts';

/** The part of a fetch request that is needed. */
export type AppRequest = Pick<Request, 'url' | 'method' | 'headers' | 'body' | 'signal'>;

/** A request for `app://uketsuke/peer/hub/…` as the host takes it; null when it is none, or of another page. */
export function hubRequestOf(request: AppRequest): HubRequest | null {
  if (!mayNavigateTo(request.url)) return null;
  const { pathname, search } = new URL(request.url);
  const origin = request.headers.get('origin');
  if (!isHubPath(pathname) || (origin !== null && origin !== APP_ORIGIN)) return null;
  return {
    method: request.method,
    path: pathname + search,
    header: (name) => request.headers.get(name),
    body: request.body === null ? null : partsOf(request.body),
    signal: request.signal,
  };
}

async function* partsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
