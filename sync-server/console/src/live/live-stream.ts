import { problemSchema, rosterContracts } from '@uketsuke/shared/contracts';
import { SyncFailure } from '@uketsuke/shared/sync';

/**
 * The live stream over `fetch` rather than the browser's EventSource, which hides the heartbeat comments and the
 * status code: silence could not be noticed, nor the end of a session. Rejects with SyncFailure, or fetch's own error.
 */
export function liveStreamOver(
  doFetch: typeof fetch,
  onSessionEnded: () => void,
): (signal: AbortSignal) => Promise<ReadableStream<Uint8Array>> {
  return async (signal) => {
    const response = await doFetch(rosterContracts.live.path, {
      credentials: 'same-origin',
      cache: 'no-store',
      headers: { accept: 'text/event-stream' },
      signal,
    });
    if (response.status === 401) {
      const problem = problemSchema.safeParse(await response.json().catch(() => undefined));
      if (problem.success && problem.data.code === 'not-signed-in') onSessionEnded();
    }
    if (!response.ok) throw new SyncFailure('failing');
    if (response.body === null) throw new SyncFailure('strange');
    return response.body;
  };
}
