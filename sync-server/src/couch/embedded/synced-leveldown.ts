import leveldown from 'leveldown';

/** The write calls of LevelDB that take options. */
export interface LevelWrites {
  put(...call: unknown[]): unknown;
  del(...call: unknown[]): unknown;
  batch(...call: unknown[]): unknown;
}

/**
 * LevelDB as PouchDB wants it, with every write flushed to the disk (`sync: true`) before it is confirmed.
 * PouchDB itself never asks for that: without this, a power cut takes writes that were already confirmed.
 */
export function syncedLeveldown(location: string): ReturnType<typeof leveldown> {
  return withSyncedWrites(leveldown(location));
}
syncedLeveldown.destroy = leveldown.destroy;

/** Makes every put, del and batch of a LevelDB handle ask for `sync: true`. Changes and returns the handle. */
export function withSyncedWrites<Level extends LevelWrites>(level: Level): Level {
  for (const operation of ['put', 'del', 'batch'] as const) {
    const original = level[operation].bind(level);
    Object.defineProperty(level, operation, {
      value: (...call: unknown[]) => original(...synced(operation, call)),
    });
  }
  return level;
}

/** Number of arguments of each call before its options. */
const ARGUMENTS_BEFORE_OPTIONS = { put: 2, del: 1, batch: 1 } as const;

/** The call with `sync: true` among its options. `batch()` without arguments begins a chain, which takes none here. */
function synced(operation: keyof typeof ARGUMENTS_BEFORE_OPTIONS, call: readonly unknown[]): unknown[] {
  if (call.length === 0) throw new TypeError('chained batches are not synced: pass an array');
  const before = ARGUMENTS_BEFORE_OPTIONS[operation];
  const callback = call.at(-1);
  const options = call.length > before + 1 ? call[before] : undefined;
  const given = typeof options === 'object' && options !== null ? options : {};
  return [...call.slice(0, before), { ...given, sync: true }, callback];
}
