import { removeRxDatabase } from 'rxdb';
import { getRxStorageMemory, type RxStorageMemory } from 'rxdb/plugins/storage-memory';

export type MemoryStorage = RxStorageMemory;

/** RxDB's memory storage: it outlives a desk as a disk does. One for the whole process, whatever asks for it. */
export function memoryStorage(): MemoryStorage {
  return getRxStorageMemory();
}

/** Forgets a closed kiosk's store, as if its disk had been lost. */
export async function loseMemoryStore(deviceId: string, storage: MemoryStorage): Promise<void> {
  await removeRxDatabase(`uketsuke-${deviceId}`, storage, false);
}
