import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Listeners } from '@uketsuke/shared/listeners';
import { DataDirectoryInUseError, type EmbeddedCouch } from './server.ts';
import { threadMessageSchema } from './thread-messages.ts';

/**
 * Starts the embedded server in a thread of its own: checking what kiosks push and storing it then run side by side
 * (on two cores that makes the intake about half as fast again).
 * @throws DataDirectoryInUseError
 */
export async function startEmbeddedCouchInThread(options: { readonly dataDirectory: string }): Promise<EmbeddedCouch> {
  const thread = startThread(options.dataDirectory);
  const listeners = new Listeners<[name: string]>();
  const closed = once(thread, 'exit');
  const url = await new Promise<string>((resolve, reject) => {
    thread.once('error', reject);
    thread.on('message', (raw: unknown) => {
      const message = threadMessageSchema.parse(raw);
      if (message.kind === 'started') resolve(message.url);
      else if (message.kind === 'failed') reject(startError(message, options.dataDirectory));
      else if (message.kind === 'written') listeners.publish(message.name);
    });
  });
  return {
    url,
    onWrite: listeners.subscribe,
    close: async () => {
      thread.postMessage('close');
      await closed;
    },
  };
}

/** Built, the thread's program lies beside this one; from the sources, it is TypeScript and needs the loader first. */
function startThread(dataDirectory: string): Worker {
  const workerData = { dataDirectory };
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./couch-thread.js', import.meta.url), { workerData });
  const program = JSON.stringify(new URL('./couch-thread.ts', import.meta.url).href);
  const loader = `import('tsx/esm/api').then((tsx) => { tsx.register(); return import(${program}); });`;
  return new Worker(loader, { eval: true, workerData });
}

function startError(failure: { readonly code: string | null; readonly message: string }, directory: string): Error {
  return failure.code === 'data-directory-in-use' ? new DataDirectoryInUseError(directory) : new Error(failure.message);
}
