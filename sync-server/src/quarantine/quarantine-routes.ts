import {
  quarantineReleaseAllSchema,
  quarantineReleaseSchema,
  quarantineResponseSchema,
} from '@uketsuke/shared/contracts';
import { shelterIdSchema } from '@uketsuke/shared/identifiers';
import { z } from 'zod';
import type { Route } from '../http/routes.ts';
import { type StaffGate, staffRoute } from '../identity/staff-gate.ts';
import type { ShelterRegister } from '../shelters/shelter-register.ts';
import type { QuarantineList } from './quarantine-list.ts';
import type { QuarantineReleaser } from './quarantine-release.ts';

const shelterParams = z.object({ shelterId: shelterIdSchema });
/** SHA-256, base64url. */
const keptParams = z.object({ id: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });

export interface QuarantineRoutesOptions {
  readonly gate: StaffGate;
  readonly shelters: ShelterRegister;
  readonly quarantine: QuarantineList;
  readonly releaser: QuarantineReleaser;
}

/** What was kept aside, below `/hq/v1`: to be looked at, and to be tried again after a fix (SYN-13). */
export function quarantineRoutes({ gate, shelters, quarantine, releaser }: QuarantineRoutesOptions): readonly Route[] {
  return [
    staffRoute(
      gate,
      {
        method: 'get',
        path: '/quarantine',
        summary: 'Documents of a shelter that were kept aside, latest first.',
        access: 'hq',
        query: shelterParams,
        answer: { status: 200, body: quarantineResponseSchema },
      },
      async ({ query }) => ({ documents: await quarantine.list(shelters.require(query.shelterId).shelterId) }),
    ),
    staffRoute(
      gate,
      {
        method: 'post',
        path: '/quarantine/:id/release',
        summary: 'Judges a kept document anew; it leaves once the log holds it.',
        access: 'hq',
        params: keptParams,
        answer: { status: 200, body: quarantineReleaseSchema },
      },
      ({ params }) => releaser.release(params.id),
    ),
    staffRoute(
      gate,
      {
        method: 'post',
        path: '/shelters/:shelterId/quarantine/release',
        summary: "Judges all of a shelter's kept documents anew.",
        access: 'hq',
        params: shelterParams,
        answer: { status: 200, body: quarantineReleaseAllSchema },
      },
      ({ params }) => releaser.releaseAll(shelters.require(params.shelterId).shelterId),
    ),
  ];
}
