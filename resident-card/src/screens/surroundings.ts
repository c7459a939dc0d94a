import { createContext, useContext } from 'react';
import type { DeviceMemory } from '../device/device-memory.ts';
import type { CardService } from '../server/card-service.ts';

/** What the screens reach the outside with. */
export interface Surroundings {
  readonly memory: DeviceMemory;
  readonly service: CardService;
  /** ms since 1970 UTC */
  readonly now: () => number;
  /** A different text on each call. */
  readonly newKey: () => string;
  /** 32 random bytes, base64url. */
  readonly newRequestId: () => string;
}

/** Given once by the entry point. */
export const SurroundingsContext = createContext<Surroundings | undefined>(undefined);

/** The surroundings of the app. Throws outside of them. */
export function useSurroundings(): Surroundings {
  const surroundings = useContext(SurroundingsContext);
  if (surroundings === undefined) throw new Error('no surroundings given');
  return surroundings;
}
