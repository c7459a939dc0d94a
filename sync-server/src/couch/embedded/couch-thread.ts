import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';
import { startEmbeddedCouch } from './server.ts';
import { closeRequestSchema, type ThreadMessage } from './thread-messages.ts';

// The embedded server in a thread of its own; see start-in-thread.ts for the other side.
const { dataDirectory } = z.object({ dataDirectory: z.string() }).parse(workerData);
const port = parentPort;
if (port === null) throw new Error('to be started as a thread');
const tell = (message: ThreadMessage) => port.postMessage(message);

try {
  const couch = await startEmbeddedCouch({ dataDirectory });
  couch.onWrite((name) => tell({ kind: 'written', name }));
  port.on('message', async (message: unknown) => {
    closeRequestSchema.parse(message);
    await couch.close();
    tell({ kind: 'closed' });
    port.close();
  });
  tell({ kind: 'started', url: couch.url });
} catch (error) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : null;
  tell({ kind: 'failed', code, message: error instanceof Error ? error.message : 'unknown error' });
}
