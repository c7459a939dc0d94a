import { useSyncExternalStore } from 'react';

/** The screens a resident can be at. In the address after `#`, so that the phone's back button works. */
const PLACES = ['home', 'household', 'show', 'print-wallet', 'print-sheet'] as const;
export type Place = (typeof PLACES)[number];

/** The present screen; `home` for anything unknown. */
export function usePlace(): Place {
  return useSyncExternalStore(subscribe, currentPlace);
}

/** Goes to a screen. With `replace`, the screen left is not gone back to. */
export function goTo(place: Place, { replace = false } = {}): void {
  const address = place === 'home' ? window.location.pathname : `#${place}`;
  if (replace) window.history.replaceState(null, '', address);
  else window.history.pushState(null, '', address);
  window.dispatchEvent(new PopStateEvent('popstate'));
  window.scrollTo(0, 0);
}

function currentPlace(): Place {
  const named = window.location.hash.slice(1);
  return PLACES.find((place) => place === named) ?? 'home';
}

function subscribe(changed: () => void): () => void {
  window.addEventListener('popstate', changed);
  return () => window.removeEventListener('popstate', changed);
}
