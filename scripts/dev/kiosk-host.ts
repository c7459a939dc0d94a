import { join } from 'node:path';
import { startBrowserHost } from '../../kiosk/host/browser/start-browser-host.ts';
import { pcscService } from '../../kiosk/host/card-reader/pcsc-service.ts';
import { stopOnSignals } from '../../sync-server/src/stop-on-signals.ts';
import { readDevOptions } from './options.ts';
import { ready } from './watched-program.ts';

// The kiosk's host of `npm run dev`, run anew when a file that it imports changes.
const options = readDevOptions(process.argv.slice(2));
const host = await startBrowserHost({
  dataDirectory: join(options.data, 'kiosk'),
  uiDirectory: join(import.meta.dirname, '..', '..', 'kiosk', 'dist'),
  port: options['host-port'],
  smartCards: pcscService(),
});
stopOnSignals(() => host.stop());
ready({ url: host.url });
