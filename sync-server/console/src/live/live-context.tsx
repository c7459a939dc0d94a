import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { useHeadquarters } from '../server/headquarters-context.tsx';
import { later } from '../time/timers.ts';
import type { Freshness } from './freshness.ts';
import { LiveHub } from './live-hub.ts';
import { liveStreamOver } from './live-stream.ts';

const HubContext = createContext<LiveHub | undefined>(undefined);

/** Keeps the live connection while it is on the screen. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const { clock, onSessionEnded } = useHeadquarters();
  const [hub] = useState(
    () =>
      new LiveHub({
        open: liveStreamOver((input, init) => fetch(input, init), onSessionEnded),
        now: () => clock.now(),
        later,
        random: Math.random,
      }),
  );
  useEffect(() => {
    const lookAgain = () => {
      if (document.visibilityState === 'visible') hub.retryNow();
    };
    hub.start();
    window.addEventListener('online', lookAgain);
    document.addEventListener('visibilitychange', lookAgain);
    return () => {
      window.removeEventListener('online', lookAgain);
      document.removeEventListener('visibilitychange', lookAgain);
      hub.stop();
    };
  }, [hub]);
  return <HubContext.Provider value={hub}>{children}</HubContext.Provider>;
}

/** The hub of the page. */
export function useLiveHub(): LiveHub {
  const hub = useContext(HubContext);
  if (hub === undefined) throw new Error('outside of LiveProvider');
  return hub;
}

/** How fresh the screen is, as it changes. */
export function useFreshness(): Freshness {
  const hub = useLiveHub();
  return useSyncExternalStore(hub.onStatus, hub.freshness);
}

/** Whether the server has read all logs; while it has not, people may be missing. */
export function useRosterComplete(): boolean {
  const hub = useLiveHub();
  return useSyncExternalStore(hub.onStatus, hub.isComplete);
}
