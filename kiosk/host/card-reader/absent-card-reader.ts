import type { CardReader } from './card-reader.ts';

/** The card reader of a host that has none and looks for none. */
export function absentCardReader(): CardReader {
  return {
    state: () => ({ kind: 'unavailable', reason: 'no-pcsc' }),
    subscribe: () => () => undefined,
    readAttributes: async () => ({ kind: 'removed' }),
    triesLeft: async () => 'unknown',
    close: async () => undefined,
  };
}
