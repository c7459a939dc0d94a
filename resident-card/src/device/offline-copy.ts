/** Registers the service worker, which keeps the whole app on the device. Without one the app works, but only online. */
export function keepAppForOffline(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  navigator.serviceWorker
    .register(`${import.meta.env.BASE_URL}sw.js`, { scope: import.meta.env.BASE_URL })
    .catch(() => {
      console.warn('the app could not be kept for offline use');
    });
}

/** Asks the browser not to clear this site's data when space runs short. */
export async function askToKeepData(): Promise<void> {
  if (navigator.storage?.persist === undefined) return;
  await navigator.storage.persist().catch(() => false);
}
