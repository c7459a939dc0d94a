import {
  personDetailSchema,
  rosterPageSchema,
  type ShelterSummariesResponse,
  shelterSummariesResponseSchema,
} from '@uketsuke/shared/contracts';
import { residentIdSchema, shelterIdSchema } from '@uketsuke/shared/identifiers';
import { z } from 'zod';
import { RequestRefusedError } from '../http/request-refused.ts';
import type { Route } from '../http/routes.ts';
import { maySee, requireVisible, type StaffGate, staffRoute } from '../identity/staff-gate.ts';
import type { StaffAccount } from '../identity/staff-register.ts';
import type { QuarantineList } from '../quarantine/quarantine-list.ts';
import type { ShelterRegister } from '../shelters/shelter-register.ts';
import type { CityRoster, Visible } from './city-roster.ts';
import type { RosterLive } from './roster-live.ts';

const shelterParams = z.object({ shelterId: shelterIdSchema });
const paging = {
  cursor: z
    .string()
    .regex(/^\d{1,9}\.[A-Z2-7]{12}\.[a-z0-9-]{1,40}$/)
    .optional(),
  limit: z.coerce.number().pipe(z.int().min(1).max(200)).default(50),
};

export interface RosterRoutesOptions {
  readonly gate: StaffGate;
  readonly city: CityRoster;
  readonly live: RosterLive;
  readonly shelters: ShelterRegister;
  readonly quarantine: QuarantineList;
  readonly now: () => number;
}

/** Headquarters' roster, below `/hq/v1`. */
export function rosterRoutes(options: RosterRoutesOptions): readonly Route[] {
  return [...summaryRoutes(options), ...peopleRoutes(options)];
}

function summaryRoutes({ gate, city, live, shelters, quarantine, now }: RosterRoutesOptions): readonly Route[] {
  const visibleShelters = (staff: StaffAccount) => shelters.list().filter(({ shelterId }) => maySee(staff, shelterId));
  return [
    staffRoute(
      gate,
      {
        method: 'get',
        path: '/roster/shelters',
        summary: 'Every visible shelter with its numbers; null is unknown, not zero.',
        access: 'staff',
        answer: { status: 200, body: shelterSummariesResponseSchema },
      },
      async ({ staff }): Promise<ShelterSummariesResponse> => {
        const summaries = visibleShelters(staff).map(async (shelter) =>
          city.summary(shelter, seenBy(staff), await quarantine.count(shelter.shelterId)),
        );
        const asOf = new Date(now()).toISOString();
        return { complete: city.isComplete, asOf, shelters: await Promise.all(summaries) };
      },
    ),
    staffRoute(
      gate,
      {
        method: 'get',
        path: '/roster/live',
        summary: 'Server-sent events `hello` and `changed` (RosterNudge): ask again for what is shown.',
        access: 'staff',
        answer: { status: 200, body: z.string(), mediaType: 'text/event-stream' },
      },
      async ({ staff, request, response }) => {
        const shelterIds = visibleShelters(staff).map(({ shelterId }) => shelterId);
        live.watch(response, seenBy(staff), shelterIds, async () => isStillIn(gate, request, staff));
      },
    ),
  ];
}

function peopleRoutes({ gate, city, shelters }: RosterRoutesOptions): readonly Route[] {
  return [
    staffRoute(
      gate,
      {
        method: 'get',
        path: '/roster/shelters/:shelterId/people',
        summary: "A shelter's roster in the order of readings.",
        access: 'staff',
        params: shelterParams,
        query: z.object(paging),
        answer: { status: 200, body: rosterPageSchema },
      },
      async ({ params, query, staff }) => {
        requireVisible(staff, params.shelterId);
        const { shelterId } = shelters.require(params.shelterId);
        return city.people(shelterId, seenBy(staff), query.cursor ?? null, query.limit);
      },
    ),
    staffRoute(
      gate,
      {
        method: 'get',
        path: '/roster/search',
        summary: 'People by written name or reading, across the visible shelters.',
        access: 'staff',
        query: z.object({ ...paging, q: z.string().trim().min(1).max(120) }),
        answer: { status: 200, body: rosterPageSchema },
      },
      async ({ query, staff }) => city.search(seenBy(staff), query.q, query.cursor ?? null, query.limit),
    ),
    staffRoute(
      gate,
      {
        method: 'get',
        path: '/roster/people/:residentId',
        summary: 'Every entry of a resident, latest admission first, and who came with them.',
        access: 'staff',
        params: z.object({ residentId: residentIdSchema }),
        answer: { status: 200, body: personDetailSchema },
      },
      async ({ params, staff }) => {
        const detail = city.detail(params.residentId, seenBy(staff));
        if (detail === undefined) throw new RequestRefusedError(404, 'not-found', 'nobody of this id is known');
        return detail;
      },
    ),
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
