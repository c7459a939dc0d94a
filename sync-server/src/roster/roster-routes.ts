import { rosterContracts } from '@uketsuke/shared/contracts';
import { RequestRefusedError } from '../http/request-refused.ts';
import type { Route } from '../http/routes.ts';
import { StreamSeats } from '../http/stream-seats.ts';
import { maySee, requireVisible, type StaffGate, staffRoute } from '../identity/staff-gate.ts';
import type { StaffAccount } from '../identity/staff-register.ts';
import type { QuarantineList } from '../quarantine/quarantine-list.ts';
import type { ShelterRegister } from '../shelters/shelter-register.ts';
import type { CityRoster, Visible } from './city-roster.ts';
import type { RosterLive } from './roster-live.ts';

export interface RosterRoutesOptions {
  readonly gate: StaffGate;
  readonly city: CityRoster;
  readonly live: RosterLive;
  readonly shelters: ShelterRegister;
  readonly quarantine: QuarantineList;
  readonly now: () => number;
}

/** Headquarters' roster. */
export function rosterRoutes(options: RosterRoutesOptions): readonly Route[] {
  return [...summaryRoutes(options), ...peopleRoutes(options)];
}

function summaryRoutes({ gate, city, live, shelters, quarantine, now }: RosterRoutesOptions): readonly Route[] {
  const seats = new StreamSeats();
  const visibleShelters = (staff: StaffAccount) => shelters.list().filter(({ shelterId }) => maySee(staff, shelterId));
  return [
    staffRoute(gate, rosterContracts.summaries, async ({ staff }) => {
      const summaries = visibleShelters(staff).map(async (shelter) =>
        city.summary(shelter, seenBy(staff), await quarantine.count(shelter.shelterId)),
      );
      const asOf = new Date(now()).toISOString();
      return { complete: city.isComplete, asOf, shelters: await Promise.all(summaries) };
    }),
    staffRoute(gate, rosterContracts.live, async ({ staff, request, response }) => {
      const shelterIds = visibleShelters(staff).map(({ shelterId }) => shelterId);
      seats.take(gate.sessionOf(request) ?? '', response);
      live.watch(response, seenBy(staff), shelterIds, async () => isStillIn(gate, request, staff));
    }),
  ];
}

function peopleRoutes({ gate, city, shelters }: RosterRoutesOptions): readonly Route[] {
  return [
    staffRoute(gate, rosterContracts.people, async ({ params, query, staff }) => {
      requireVisible(staff, params.shelterId);
      const { shelterId } = shelters.require(params.shelterId);
      return city.people(shelterId, seenBy(staff), query.cursor ?? null, query.limit);
    }),
    staffRoute(gate, rosterContracts.search, async ({ query, staff }) =>
      city.search(seenBy(staff), query.q, query.cursor ?? null, query.limit),
    ),
    staffRoute(gate, rosterContracts.person, async ({ params, staff }) => {
      const detail = city.detail(params.residentId, seenBy(staff));
      if (detail === undefined) throw new RequestRefusedError(404, 'not-found', 'nobody of this id is known');
      return detail;
    }),
  ];
}

/** Signed in with the same session and the same rights as when the stream began. */
async function isStillIn(gate: StaffGate, request: Parameters<StaffGate['signedIn']>[0], staff: StaffAccount) {
  try {
    return (await gate.signedIn(request)).generation === staff.generation;
  } catch (error) {
    if (error instanceof RequestRefusedError && error.code === 'not-signed-in') return false;
    throw error;
  }
}

function seenBy(staff: StaffAccount): Visible {
  return (shelterId) => maySee(staff, shelterId);
}
