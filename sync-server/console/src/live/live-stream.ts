import { problemSchema, rosterNudgeSchema } from '@uketsuke/shared/contracts';
import { readJson } from '@uketsuke/shared/json';
import { createParser } from 'eventsource-parser';
import { HeadquartersError } from '../server/headquarters-error.ts';
import type { OpenStream } from './live-connection.ts';

/**
 * The live stream over `fetch` rather than the browser's EventSource, which hides the heartbeat comments and the
 * status code: silence could not be noticed, nor the end of a session.
 */
export function liveStreamOver(doFetch: typeof fetch, onSessionEnded: () => void): OpenStream {
  return async (listener, signal) => {
    const response = await doFetch('/hq/v1/roster/live', {
      credentials: 'same-origin',
      cache: 'no-store',
      headers: { accept: 'text/event-stream' },
      signal,
    });
    if (response.status === 401) {
      const problem = problemSchema.safeParse(await response.json().catch(() => undefined));
      if (problem.success && problem.data.code === 'not-signed-in') onSessionEnded();
    }
    if (!response.ok || response.body === null) throw new HeadquartersError('unreachable');
    const parser = createParser({
      onEvent: (event) => {
        const nudge = readJson(event.data, rosterNudgeSchema);
        if (nudge !== undefined) listener.onNudge(nudge);
      },
    });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      listener.onSignOfLife();
      parser.feed(value);
    }
  };
}
