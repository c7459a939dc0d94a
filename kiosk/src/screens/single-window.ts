const LOCK_NAME = 'uketsuke-kiosk';
/** A page that reloads may still hold the lock for a moment. */
const ATTEMPTS = 8;
const BETWEEN_MS = 250;

/** Asking again while this very page holds the lock must not look like another window. */
let held = false;

/**
 * Makes this the only window of the kiosk: two would write the same store and both count.
 * @returns whether no other window has it; held until the page goes
 */
export async function becomeOnlyWindow(locks: LockManager): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    held = held || (await tryLock(locks));
    if (held) return true;
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
  }
  return false;
}

function tryLock(locks: LockManager): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const request = locks.request(LOCK_NAME, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      // Never settles: the lock is held as long as the page lives.
      return lock === null ? undefined : new Promise<void>(() => undefined);
    });
    request.catch(reject);
  });
}
