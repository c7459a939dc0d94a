import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startServer } from '../../sync-server/src/city/start-server.ts';
import { stopOnSignals } from '../../sync-server/src/stop-on-signals.ts';
import { readDevOptions } from './options.ts';
import { ready } from './watched-program.ts';

// The server of `npm run dev`, run anew when a file that it imports changes. Its first run makes the demo data.
const options = readDevOptions(process.argv.slice(2));
mkdirSync(options.data, { recursive: true });
const server = await startServer({
  dataDirectory: join(options.data, 'server'),
  port: options['server-port'],
  ...(process.env['COUCHDB_URL'] === undefined ? {} : { couchdbUrl: process.env['COUCHDB_URL'] }),
});
stopOnSignals(() => server.stop());
// Only when needed: what it imports of the kiosk's would otherwise be watched, too.
const { prepareDemo } = await import('../demo/prepare-demo.ts');
const demo = await prepareDemo({ server, dataDirectory: options.data, kioskData: join(options.data, 'kiosk') });
ready({ url: server.url, hqPassword: demo.hqPassword, kioskPin: demo.kioskPin });
