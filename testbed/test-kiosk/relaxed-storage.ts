import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';

/** IndexedDB with the browser's default durability, under which a power cut loses what was acknowledged. */
export function relaxedDexieStorage() {
  return getRxStorageDexie();
}
