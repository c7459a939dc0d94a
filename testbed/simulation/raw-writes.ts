import type { ReceptionEvent } from '@uketsuke/shared/reception';
import * as z from 'zod';
import { databaseName, openCouch } from '../../sync-server/src/couch/couch.ts';
import { storedEvent } from '../../sync-server/src/event-log/stored-event.ts';
import { throwawayData } from '../rough-network/throwaway-data.ts';

const DOCUMENTS_AT_ONCE = 500;
/** Requests at the same time. */
const CLIENTS = 8;
const bulkResultsSchema = z.array(z.object({ ok: z.boolean().optional() }));

interface BulkRequest {
  readonly url: string;
  readonly documents: number;
  readonly body: string;
}

/**
 * Seconds that the database alone takes for the same events by plain `_bulk_docs`, a fresh database for each shelter:
 * what a simulation's seconds are held against, as machines differ. What is sent is made before the clock starts.
 */
export async function rawBulkDocsSeconds(shelters: readonly (readonly ReceptionEvent[])[]): Promise<number> {
  const data = await throwawayData('raw');
  try {
    const couch = await openCouch({ ...data, couchdbUrl: data.couchdbUrl });
    try {
      const server = new URL(couch.server.config.url);
      const authorization = `Basic ${Buffer.from(`${server.username}:${server.password}`).toString('base64')}`;
      const requests: BulkRequest[] = [];
      for (const [at, events] of shelters.entries()) {
        const name = databaseName(couch, `shelter-${at}`);
        await couch.server.db.create(name);
        requests.push(...requestsOf(`${server.origin}/${name}/_bulk_docs`, events));
      }
      const begun = performance.now();
      const answers = await sendAll(requests, authorization);
      const seconds = (performance.now() - begun) / 1_000;
      for (const { answer, documents } of answers) refuseLosses(answer, documents);
      return seconds;
    } finally {
      await couch.close();
    }
  } finally {
    await data.remove();
  }
}

function requestsOf(url: string, events: readonly ReceptionEvent[]): BulkRequest[] {
  const receivedAt = new Date().toISOString();
  return Array.from({ length: Math.ceil(events.length / DOCUMENTS_AT_ONCE) }, (_, at) => {
    const some = events.slice(at * DOCUMENTS_AT_ONCE, (at + 1) * DOCUMENTS_AT_ONCE);
    const body = JSON.stringify({ docs: some.map((event) => storedEvent(event, receivedAt)) });
    return { url, documents: some.length, body };
  });
}

async function sendAll(requests: readonly BulkRequest[], authorization: string) {
  const waiting = requests.values();
  const answers: { readonly answer: string; readonly documents: number }[] = [];
  const headers = { authorization, 'content-type': 'application/json' };
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      for (const { url, documents, body } of waiting) {
        const response = await fetch(url, { method: 'POST', headers, body });
        if (!response.ok) throw new Error(`_bulk_docs answered ${response.status}`);
        answers.push({ answer: await response.text(), documents });
      }
    }),
  );
  return answers;
}

function refuseLosses(answer: string, documents: number): void {
  const results = bulkResultsSchema.parse(JSON.parse(answer));
  if (results.length !== documents || results.some(({ ok }) => ok !== true)) {
    throw new Error('not every document was stored');
  }
}
