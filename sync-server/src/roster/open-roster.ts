import type { ShelterId } from '@uketsuke/shared/identifiers';
import type { ReceptionEvent } from '@uketsuke/shared/reception';
import type { ChangeBus } from '../couch/change-bus.ts';
import type { Couch } from '../couch/couch.ts';
import { LogFollowers } from '../event-log/log-followers.ts';
import type { LogReaders } from '../event-log/log-reader.ts';
import { QuarantineList } from '../quarantine/quarantine-list.ts';
import type { ShelterRegister } from '../shelters/shelter-register.ts';
import { CityRoster } from './city-roster.ts';
import { RosterLive } from './roster-live.ts';

export interface RosterOptions {
  readonly couch: Couch;
  readonly readers: LogReaders;
  readonly changes: ChangeBus;
  readonly shelters: ShelterRegister;
  readonly now: () => number;
  readonly heartbeatMs: number;
  /** ms from an event's receipt to the roster showing it. */
  readonly onLag: (lagMs: number) => void;
  readonly onReadError: (error: unknown) => void;
  /** Shown every event of every log, from the beginning. */
  readonly onEvents: (events: readonly ReceptionEvent[]) => Promise<void>;
}

/** Headquarters' roster and what goes with it. */
export interface Roster {
  readonly city: CityRoster;
  readonly live: RosterLive;
  readonly quarantine: QuarantineList;
  stop(): Promise<void>;
}

/** Begins to read all shelters' logs into the roster, and follows them and new shelters from then on. */
export function openRoster(options: RosterOptions): Roster {
  const { couch, readers, changes, shelters, now, heartbeatMs, onLag, onEvents } = options;
  const city = new CityRoster((shelterIds: ReadonlySet<ShelterId>) => live.changed(shelterIds));
  const live = new RosterLive({ isComplete: () => city.isComplete, heartbeatMs });
  const quarantine = new QuarantineList(couch, changes, () =>
    live.changed(shelters.list().map((each) => each.shelterId)),
  );
  const onReadError = (_shelterId: ShelterId, error: unknown) => options.onReadError(error);
  const followers = new LogFollowers({ city, readers, changes, now, onLag, onEvents, onReadError });
  const followAll = () => {
    for (const shelter of shelters.list()) {
      city.addShelter(shelter);
      followers.follow(shelter.shelterId);
    }
  };
  shelters.onChange(followAll);
  followAll();
  return {
    city,
    live,
    quarantine,
    stop: async () => {
      live.stop();
      quarantine.stop();
      await followers.stop();
    },
  };
}
