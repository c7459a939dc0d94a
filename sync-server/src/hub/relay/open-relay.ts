import { FactVerifier } from '@uketsuke/shared/facts';
import { Exchange, SyncClient } from '@uketsuke/shared/sync';
import type { Timers } from '@uketsuke/shared/timers';
import type { ChangeBus } from '../../couch/change-bus.ts';
import type { Couch } from '../../couch/couch.ts';
import { openDatabase } from '../../couch/open-database.ts';
import type { LogReaders } from '../../event-log/log-reader.ts';
import type { FactBoard } from '../../facts/fact-board.ts';
import { VERSION } from '../../http/health.ts';
import type { HubFile } from '../hub-file.ts';
import { CityClock } from './city-clock.ts';
import { CityRelay } from './city-relay.ts';
import { openLogPort } from './log-port.ts';
import { PendingEvents } from './pending-events.ts';
import { PositionStore, RELAY_DATABASE } from './relay-positions.ts';

/** Most events of one pull. */
const EVENTS_PAGE = 500;

/** What a relay stands between. */
export interface RelaySurroundings {
  readonly couch: Couch;
  readonly changes: ChangeBus;
  readonly readers: LogReaders;
  readonly facts: FactBoard;
  readonly now: () => number;
  readonly timers: Timers;
  /** Makes the requests to the city. */
  readonly fetch: typeof fetch;
  /** Random number from 0 to 1, for pauses. */
  readonly chance: () => number;
  /** Told of errors of the hub's own database. */
  readonly onOwnFault: (error: unknown) => void;
  /** Told of events that the city put into its quarantine, and of documents of its that this program cannot read. */
  readonly count: (what: RelayTrouble, documents: number) => void;
}

/** What the relay did not pass on. */
export type RelayTrouble = 'quarantined' | 'unreadable';

/** A relay to be started, and the city's clock as it hears it. */
export interface OpenRelay {
  readonly relay: CityRelay;
  readonly clock: CityClock;
}

/** Opens the relay of an enrolled hub to its city; it goes on where it stood. */
export async function openRelay({ enrolment, cityUrl }: HubFile, around: RelaySurroundings): Promise<OpenRelay> {
  const { couch, readers, changes, facts, now, timers, chance, count, onOwnFault } = around;
  const { shelterId } = enrolment.shelter;
  const stopped = new AbortController();
  const client = new SyncClient({
    serverUrl: cityUrl,
    credential: enrolment.credential,
    fetch: around.fetch,
    now,
    timers,
    stopped: stopped.signal,
  });
  const positions = await PositionStore.open(await openDatabase(couch, RELAY_DATABASE), VERSION);
  const pending = new PendingEvents(readers, shelterId, positions.current);
  const clock = new CityClock(now);
  const verifier = new FactVerifier(enrolment.credentialPublicKey);
  const onQuarantined = (events: number) => count('quarantined', events);
  const exchange = await Exchange.open({
    shelterId,
    log: openLogPort({ shelterId, couch, readers, facts, verifier, positions, pending, now, onQuarantined }),
    peer: client,
    eventsPage: EVENTS_PAGE,
    onServerTime: clock.heard,
    onUnreadable: (documents) => count('unreadable', documents),
  });
  const stopRequests = () => stopped.abort();
  const options = {
    shelterId,
    changes,
    pending,
    exchange,
    client,
    clock,
    stopRequests,
    timers,
    chance,
    now,
    onOwnFault,
  };
  return { relay: new CityRelay(options), clock };
}
