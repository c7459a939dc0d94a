import { CityKeys } from './city-keys.ts';
import { TestKiosk } from './test-kiosk.ts';
import { TestSyncServer } from './test-sync-server.ts';

/** How long a test waits for what must come: a busy machine is no fault of the kiosk's. */
export const WITHIN = { timeout: 50_000, interval: 20 };

/** The machine's clock. */
export const now = () => Date.now();

/** A kiosk (its desk still closed) that knows its city's server, which listens. */
export interface KioskAtServer {
  readonly city: CityKeys;
  readonly kiosk: TestKiosk;
  readonly server: TestSyncServer;
  close(): Promise<void>;
}

/** What most tests of syncing begin with. */
export async function kioskAtServer(): Promise<KioskAtServer> {
  const city = await CityKeys.build(9);
  const kiosk = await TestKiosk.build(city.secrets('desk1'));
  const server = new TestSyncServer(now);
  await server.start();
  kiosk.serverUrl = server.url;
  const close = async () => {
    await kiosk.remove();
    await server.stop();
  };
  return { city, kiosk, server, close };
}
