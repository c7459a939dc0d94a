import { useSyncExternalStore } from 'react';
import { hrefOf, type PageAddress, readAddress } from './page-address.ts';

/** The address the browser's address names, as it changes. */
export function usePageAddress(): PageAddress {
  return readAddress(useSyncExternalStore(onHashChange, () => window.location.hash));
}

/** Goes to a page, as a link would. */
export function goTo(address: PageAddress): void {
  window.location.hash = hrefOf(address);
}

function onHashChange(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}
