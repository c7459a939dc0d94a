import type { KioskHost, KioskJournal } from '../../kiosk/host/kiosk-host.ts';
import type { Desk } from '../../kiosk/src/desk/desk.ts';
import { openDesk } from '../../kiosk/src/desk/open-desk.ts';
import type { KioskSecrets } from '../../kiosk/src/reception/kiosk-secrets.ts';
import type { StoredEvent } from '../../kiosk/src/store/documents.ts';
import { KioskStore } from '../../kiosk/src/store/kiosk-store.ts';
import { memoryStorage } from '../test-kiosk/memory-storage.ts';

export interface SimulatedKioskOptions {
  readonly secrets: KioskSecrets;
  /** What was recorded while there was no network, sealed for this kiosk. */
  readonly recorded: readonly StoredEvent[];
  readonly serverUrl: string;
  readonly fetch: typeof fetch;
}

/**
 * Opens a kiosk as it stands after an hour without a network: the kiosk's own code, from its store to its sync loop, over
 * RxDB's memory storage. What was recorded lies in its store and in its journal.
 */
export async function openSimulatedKiosk(options: SimulatedKioskOptions): Promise<Desk> {
  const { secrets, recorded } = options;
  const storage = memoryStorage();
  const store = await KioskStore.open(`uketsuke-${secrets.enrolment.deviceId}`, storage);
  await store.addEvents(recorded);
  await store.close();
  return openDesk({ secrets, storage, host: hostInMemory(options), fetch: options.fetch });
}

function hostInMemory({ serverUrl, recorded }: SimulatedKioskOptions): KioskHost {
  const absent = () => Promise.reject(new Error('a simulated kiosk has none'));
  return {
    info: async () => ({ kind: 'browser', version: 'simulated', serverUrl, hub: null }),
    enrol: absent,
    vault: { state: absent, create: absent, open: absent, update: absent },
    hub: { lookUp: absent, use: absent, forget: absent },
    cardReader: {
      state: () => ({ kind: 'unavailable', reason: 'no-reader' }),
      subscribe: () => () => undefined,
      readAttributes: absent,
      triesLeft: absent,
    },
    journal: journalInMemory(recorded),
  };
}

/** The headquarters' half of the recorded lines is left out: nobody reads it here, and sealing it takes 1 ms each. */
function journalInMemory(recorded: readonly StoredEvent[]): KioskJournal {
  const entries = recorded.map(({ id, sealed }) => ({ v: 1 as const, id, kiosk: sealed, hq: sealed }));
  return {
    append: async (entry) => {
      entries.push({ ...entry });
    },
    read: async (from, limit) => {
      const next = from + limit;
      return { entries: entries.slice(from, next), next: next < entries.length ? next : null, damagedLines: 0 };
    },
  };
}
