import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { restoreBackup } from '../../sync-server/src/backup/restore-backup.ts';
import { startServer } from '../../sync-server/src/city/start-server.ts';
import { openCouch } from '../../sync-server/src/couch/couch.ts';
import { openServerLog } from '../../sync-server/src/http/server-log.ts';
import { startHub } from '../../sync-server/src/hub/start-hub.ts';
import { findMasterKey } from '../../sync-server/src/identity/master-key.ts';
import { backupOf, runningServer } from '../../sync-server/src/operator-commands/operator-client.ts';
import { type HostAnswer, type HostRequest, hostRequestSchema } from './host-messages.ts';

/**
 * A process that runs a city's server or a hub when asked by its parent. Loading the programs takes most of a start, so the fuzz
 * keeps a loaded process ready and kills the one in use, by SIGKILL, as often as it likes.
 */
const log = openServerLog('error', process.stderr);
let running: { readonly url: string; stop(): Promise<void> } | null = null;

process.on('message', (message: unknown) => {
  perform(hostRequestSchema.parse(message)).then(
    (url) => answer({ done: true, ...(url === undefined ? {} : { url }) }),
    (error: unknown) => answer({ failed: error instanceof Error ? (error.stack ?? error.message) : 'unknown' }),
  );
});
// The parent is gone: so is the reason to run.
process.on('disconnect', () => process.exit(0));

async function perform(request: HostRequest): Promise<string | undefined> {
  switch (request.do) {
    case 'start-city':
      running = await startServer({ ...placeOf(request), port: 0, log });
      return running.url;
    case 'start-hub': {
      const { cityUrl } = request;
      running = await startHub({ ...placeOf(request), cityUrl, host: '127.0.0.1', port: 0, log });
      return running.url;
    }
    case 'stop':
      await running?.stop();
      running = null;
      return undefined;
    case 'back-up': {
      const operator = await runningServer(request.dataDirectory);
      if (operator === undefined) throw new Error('no server runs here');
      await pipeline(Readable.from(backupOf(operator)), createWriteStream(request.file));
      return undefined;
    }
    case 'restore': {
      const masterKey = await findMasterKey(undefined, request.dataDirectory);
      if (masterKey === undefined) throw new Error('the master key is missing');
      const couch = await openCouch(placeOf(request));
      try {
        await restoreBackup({ couch, masterKey, path: request.file, replace: true });
      } finally {
        await couch.close();
      }
      return undefined;
    }
  }
}

function placeOf({ dataDirectory, databasePrefix, couchdbUrl }: Extract<HostRequest, { databasePrefix: string }>) {
  return { dataDirectory, databasePrefix, ...(couchdbUrl === undefined ? {} : { couchdbUrl }) };
}

function answer(message: HostAnswer): void {
  process.send?.(message);
}
