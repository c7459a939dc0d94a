import { SyncClient } from '@uketsuke/shared/sync';
import type { ChangeBus } from '../../couch/change-bus.ts';
import type { Couch } from '../../couch/couch.ts';
import { openDatabase } from '../../couch/open-database.ts';
import type { LogReaders } from '../../event-log/log-reader.ts';
import type { FactBoard } from '../../facts/fact-board.ts';
import { VERSION } from '../../http/health.ts';
import type { HubFile } from '../hub-file.ts';
import { CityRelay } from './city-relay.ts';
import { PendingEvents } from './pending-events.ts';
import { PositionStore, RELAY_DATABASE } from './relay-positions.ts';
import { RelaySteps } from './relay-steps.ts';

/** What a relay stands between. */
export interface RelaySurroundings {
  readonly couch: Couch;
  readonly changes: ChangeBus;
  readonly readers: LogReaders;
  readonly facts: FactBoard;
  readonly now: () => number;
  /** Makes the requests to the city. */
  readonly fetch: typeof fetch;
  /** Random number from 0 to 1, for pauses. */
  readonly chance: () => number;
  /** Told of errors of the hub's own database. */
  readonly onOwnFault: (error: unknown) => void;
}

/** Opens the relay of an enrolled hub to its city, to be started; it goes on where it stood. */
export async function openRelay(
  { enrolment, cityUrl }: HubFile,
  { onOwnFault, fetch: fetcher, chance, ...around }: RelaySurroundings,
): Promise<CityRelay> {
  const { couch, readers, changes, now } = around;
  const { shelterId } = enrolment.shelter;
  const stopped = new AbortController();
  const client = new SyncClient({
    serverUrl: cityUrl,
    credential: enrolment.credential,
    fetch: fetcher,
    now,
    stopped: stopped.signal,
  });
  const positions = await PositionStore.open(await openDatabase(couch, RELAY_DATABASE), VERSION);
  const pending = new PendingEvents(readers, shelterId, positions.current);
  return new CityRelay({
    shelterId,
    changes,
    pending,
    steps: new RelaySteps({ ...around, shelterId, positions, pending, client }),
    client,
    stopRequests: () => stopped.abort(),
    chance,
    now,
    onOwnFault,
  });
}
