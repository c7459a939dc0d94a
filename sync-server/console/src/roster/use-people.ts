import type { RosterPage } from '@uketsuke/shared/contracts';
import { useEffect, useState } from 'react';
import type { LiveChange } from '../live/live-state.ts';
import { useRefreshed } from '../live/use-refreshed.ts';
import { fetchPeople, PAGE_SIZE } from './pages.ts';

/** Which page of people to fetch; without a cursor the first. */
export interface PageWanted {
  readonly cursor: string | undefined;
  readonly limit: number;
}

/**
 * A list of people that grows by pages and stays up to date. `key` names the list; undefined is none.
 */
export function usePeople(options: {
  readonly key: string | undefined;
  readonly fetchPage: (page: PageWanted, signal: AbortSignal) => Promise<RosterPage>;
  readonly concerns?: (change: LiveChange) => boolean;
  readonly paceMs?: number;
}) {
  const { key, fetchPage } = options;
  const [wanted, setWanted] = useState({ key, count: PAGE_SIZE });
  const count = wanted.key === key ? wanted.count : PAGE_SIZE;
  const refreshed = useRefreshed({
    ...options,
    load: (signal) => fetchPeople((cursor, limit) => fetchPage({ cursor: cursor ?? undefined, limit }, signal), count),
  });
  const { refresh } = refreshed;

  useEffect(() => {
    if (count > PAGE_SIZE) refresh();
  }, [count, refresh]);

  const shown = refreshed.data?.people.length ?? 0;
  return {
    ...refreshed,
    showMore: () => setWanted({ key, count: count + PAGE_SIZE }),
    growing: refreshed.data?.more === true && shown < count && refreshed.failure === undefined,
  };
}
