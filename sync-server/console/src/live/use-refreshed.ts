import { platformTimers } from '@uketsuke/shared/timers';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useHeadquarters } from '../server/headquarters-context.tsx';
import { useLiveParts } from './live-context.tsx';
import type { LiveChange } from './live-state.ts';
import { type Refreshed, Refresher } from './refresher.ts';

const NOTHING: Refreshed<never> = { data: undefined, askedAt: undefined, failure: undefined };

export interface RefreshedOptions<Data> {
  /** Names what is fetched; another key forgets what was fetched before. Undefined fetches nothing. */
  readonly key: string | undefined;
  readonly load: (signal: AbortSignal) => Promise<Data>;
  /** Whether a change makes a new fetch necessary; any change does when left out. */
  readonly concerns?: (change: LiveChange) => boolean;
  readonly paceMs?: number;
}

/** Something of the server's that is fetched now and again whenever it changes there. */
export function useRefreshed<Data>(
  options: RefreshedOptions<Data>,
): Refreshed<Data> & { readonly refresh: () => void } {
  const { clock } = useHeadquarters();
  const parts = useLiveParts();
  const latest = useRef(options);
  latest.current = options;
  const refresher = useRef<Refresher<Data>>(undefined);
  const [fetched, setFetched] = useState<{ readonly key: string; readonly state: Refreshed<Data> }>();
  const { key, paceMs } = options;

  useEffect(() => {
    if (key === undefined) return;
    const part = Symbol(key);
    const own = new Refresher<Data>({
      load: (signal) => latest.current.load(signal),
      now: () => clock.now(),
      ...platformTimers,
      ...(paceMs === undefined ? {} : { paceMs }),
      onChange: (state) => {
        setFetched({ key, state });
        parts.report(part, { fetchedAt: state.askedAt, failing: state.failure !== undefined });
      },
    });
    refresher.current = own;
    const leave = parts.onChange((change) => {
      if (change === 'anything' || (latest.current.concerns?.(change) ?? true)) own.request();
    });
    own.request();
    return () => {
      leave();
      own.stop();
      parts.report(part, undefined);
    };
  }, [key, paceMs, clock, parts]);

  const refresh = useCallback(() => refresher.current?.request(), []);
  return { ...(fetched !== undefined && fetched.key === key ? fetched.state : NOTHING), refresh };
}
