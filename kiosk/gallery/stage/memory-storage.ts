import { getRxStorageMemory, type RxStorageMemory } from 'rxdb/plugins/storage-memory';

/** RxDB's memory storage, whose writes to some collections fail while `fails` says so. */
export function memoryStorage(fails: (collection: string) => boolean): RxStorageMemory {
  const storage = getRxStorageMemory();
  return {
    ...storage,
    createStorageInstance: async (parameters) => {
      const instance = await storage.createStorageInstance(parameters);
      const write = instance.bulkWrite.bind(instance);
      instance.bulkWrite = (rows, context) =>
        fails(parameters.collectionName) ? Promise.reject(new Error('the disk takes no writes')) : write(rows, context);
      return instance;
    },
  };
}
