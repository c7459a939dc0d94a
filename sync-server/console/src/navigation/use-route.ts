import { useSyncExternalStore } from 'react';
import { hrefOf, type Route, readRoute } from './route.ts';

/** The route the browser's address names, as it changes. */
export function useRoute(): Route {
  return readRoute(useSyncExternalStore(onHashChange, () => window.location.hash));
}

/** Goes to a page, as a link would. */
export function goTo(route: Route): void {
  window.location.hash = hrefOf(route);
}

function onHashChange(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}
