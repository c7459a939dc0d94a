import { platformTimers } from '@uketsuke/shared/timers';
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { useHeadquarters } from '../server/headquarters-context.tsx';
import type { Freshness } from './freshness.ts';
import { LiveParts } from './live-parts.ts';
import { liveStreamOver } from './live-stream.ts';
import { streamForAllTabs, tabToolsHere } from './shared-stream.ts';

const PartsContext = createContext<LiveParts | undefined>(undefined);

/** Keeps the live connection while it is on the screen. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const { clock, onSessionEnded } = useHeadquarters();
  const [parts] = useState(
    () =>
      new LiveParts({
        open: streamForAllTabs(
          liveStreamOver((input, init) => fetch(input, init), onSessionEnded),
          tabToolsHere(),
        ),
        now: () => clock.now(),
        timers: platformTimers,
        chance: Math.random,
      }),
  );
  useEffect(() => {
    const lookAgain = () => {
      if (document.visibilityState === 'visible') parts.retryNow();
    };
    parts.start();
    window.addEventListener('online', lookAgain);
    document.addEventListener('visibilitychange', lookAgain);
    return () => {
      window.removeEventListener('online', lookAgain);
      document.removeEventListener('visibilitychange', lookAgain);
      parts.stop();
    };
  }, [parts]);
  return <PartsContext.Provider value={parts}>{children}</PartsContext.Provider>;
}

/** What keeps the page's parts up to date. */
export function useLiveParts(): LiveParts {
  const parts = useContext(PartsContext);
  if (parts === undefined) throw new Error('outside of LiveProvider');
  return parts;
}

/** How fresh the screen is, as it changes. */
export function useFreshness(): Freshness {
  const parts = useLiveParts();
  return useSyncExternalStore(parts.onStatus, parts.freshness);
}

/** Whether the server has read all logs; while it has not, people may be missing. */
export function useRosterComplete(): boolean {
  const parts = useLiveParts();
  return useSyncExternalStore(parts.onStatus, parts.isComplete);
}
