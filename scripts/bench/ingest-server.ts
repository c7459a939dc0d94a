import { secureRandomBytes, shelterIdSchema } from '@uketsuke/shared/identifiers';
import { toBase64url } from '@uketsuke/shared/sealing';
import { createApplication } from '../../sync-server/src/city/application.ts';
import { openCouch } from '../../sync-server/src/couch/couch.ts';
import { listen } from '../../sync-server/src/http/listener.ts';
import { ServerMetrics } from '../../sync-server/src/http/metrics.ts';
import { openServerLog } from '../../sync-server/src/http/server-log.ts';
import { openIdentity } from '../../sync-server/src/identity/open-identity.ts';
import { openDatabases } from '../../sync-server/src/open-databases.ts';
import { QuarantineStore } from '../../sync-server/src/quarantine/quarantine-store.ts';
import { EventIntake } from '../../sync-server/src/sync/accept-events.ts';
import { createSyncRouter } from '../../sync-server/src/sync/sync-router.ts';

/**
 * The server as far as a push goes through it, in a process of its own: the application with its log, metrics and
 * compression, device credentials, the sync routes, and the database of COUCHDB_URL or the embedded one in the
 * same process. HQ's roster, which follows what was stored, is not in it. Arguments: data directory, database
 * prefix, number of kiosks to enrol, each for a shelter of its own. Prints where everything is, as JSON.
 */
const [dataDirectory = '', databasePrefix = '', kioskCount = '1'] = process.argv.slice(2);
const { COUCHDB_URL: couchdbUrl } = process.env;
const couch = await openCouch({ couchdbUrl, dataDirectory, databasePrefix });
const log = openServerLog('warn');
const now = Date.now;
const warn = (what: string) => () => log.warn(what);
const { changes, readers, facts } = await openDatabases(couch, warn('looking for changes failed'));
const identity = await openIdentity({ couch, changes, facts, dataDirectory, random: secureRandomBytes, now, warn });
const { devices } = identity;
const metrics = new ServerMetrics();
const intake = new EventIntake({ couch, readers, quarantine: new QuarantineStore(couch), devices });
const syncRouter = createSyncRouter({ readers, intake, changes, devices, now, metrics, log });
const app = createApplication({ cityName: '計測', publicOrigin: undefined, log, metrics, routes: [], syncRouter });
const listener = await listen(app, '127.0.0.1', 0);

const kiosks = [];
for (let at = 0; at < Number(kioskCount); at += 1) {
  const { code } = await devices.createEnrolmentCode(shelterIdSchema.parse(`bench-${at}`));
  const { eventKey, ...device } = await devices.enrol(code.replaceAll('-', ''), '受付1');
  kiosks.push({ ...device, eventKey: toBase64url(eventKey) });
}
console.log(JSON.stringify({ serverUrl: listener.url, couchdbUrl: couch.server.config.url, kiosks }));

process.on('SIGTERM', async () => {
  await listener.stop();
  identity.stop();
  changes.stop();
  await couch.close();
  process.exit(0);
});
