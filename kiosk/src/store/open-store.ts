import type { RxStorage } from 'rxdb';
import { traceFailure } from '../failure-trace.ts';
import { KioskStore } from './kiosk-store.ts';

const REBUILT = '-rebuilt';

/**
 * Opens the kiosk's store. One that the browser cannot open or read any more is left as it is, and another is begun in
 * its place: the journal and the peers give back what it held (DUR-2).
 * @throws what opening the second store throws
 */
export async function openStore<Internals, Options>(
  name: string,
  storage: RxStorage<Internals, Options>,
): Promise<KioskStore> {
  try {
    return await openAndRead(name, storage);
  } catch (error) {
    traceFailure('store', error);
    return openAndRead(name + REBUILT, storage);
  }
}

async function openAndRead<Internals, Options>(
  name: string,
  storage: RxStorage<Internals, Options>,
): Promise<KioskStore> {
  const store = await KioskStore.open(name, storage);
  try {
    await Promise.all([
      store.countEvents(),
      store.eventsAfter(null, 1),
      store.receiptsAfter('city', null, 1),
      store.factsAfter(null, 1),
    ]);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}
