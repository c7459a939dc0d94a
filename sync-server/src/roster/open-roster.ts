import type { Area } from '../area.ts';
import type { ServerMetrics } from '../http/metrics.ts';
import type { StaffGate } from '../identity/staff-gate.ts';
import type { QuarantineList } from '../quarantine/quarantine-list.ts';
import type { ShelterRegister } from '../shelters/shelter-register.ts';
import { CityRoster } from './city-roster.ts';
import { RosterLive } from './roster-live.ts';
import { rosterRoutes } from './roster-routes.ts';

export interface RosterOptions {
  readonly gate: StaffGate;
  readonly shelters: ShelterRegister;
  readonly quarantine: QuarantineList;
  readonly metrics: Pick<ServerMetrics, 'gauge'>;
  readonly heartbeatMs: number;
  /** ms since 1970 UTC */
  readonly now: () => number;
}

/** Headquarters' roster: a projection of all shelters' logs, and what consoles are told of it. */
export function openRoster(options: RosterOptions): Area & { readonly city: CityRoster } {
  const { gate, shelters, quarantine, metrics, heartbeatMs, now } = options;
  const city = new CityRoster();
  const live = new RosterLive({ isComplete: () => city.isComplete, heartbeatMs });
  city.onChange((shelterIds) => live.changed(shelterIds));
  const addShelters = () => {
    for (const shelter of shelters.list()) city.addShelter(shelter);
  };
  shelters.onChange(addShelters);
  addShelters();
  quarantine.onChange(() => live.changed(shelters.list().map(({ shelterId }) => shelterId)));
  metrics.gauge('uketsuke_roster_events', 'Events in the roster', () => city.size().events);
  metrics.gauge('uketsuke_roster_entries', 'Residents in the roster, once per shelter', () => city.size().entries);
  metrics.gauge('uketsuke_roster_complete', '1 when all logs were read', () => Number(city.isComplete));
  return {
    city,
    routes: rosterRoutes({ gate, city, live, shelters, quarantine, now }),
    projections: [city],
    stop: () => live.stop(),
  };
}
