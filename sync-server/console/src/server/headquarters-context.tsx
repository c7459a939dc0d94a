import { createContext, useContext } from 'react';
import type { HeadquartersClient } from './headquarters-client.ts';
import type { ServerClock } from './server-clock.ts';

/** The server as the screens know it. */
export interface Headquarters {
  readonly client: HeadquartersClient;
  readonly clock: ServerClock;
  /** Goes back to the sign-in page and says why. */
  readonly onSessionEnded: () => void;
}

export const HeadquartersContext = createContext<Headquarters | undefined>(undefined);

/** The server's client and clock. */
export function useHeadquarters(): Headquarters {
  const headquarters = useContext(HeadquartersContext);
  if (headquarters === undefined) throw new Error('outside of HeadquartersContext');
  return headquarters;
}
