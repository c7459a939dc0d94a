import { quarantineContracts } from '@uketsuke/shared/contracts';
import type { Route } from '../http/routes.ts';
import { type StaffGate, staffRoute } from '../identity/staff-gate.ts';
import type { ShelterRegister } from '../shelters/shelter-register.ts';
import type { QuarantineList } from './quarantine-list.ts';
import type { QuarantineReleaser } from './quarantine-release.ts';

export interface QuarantineRoutesOptions {
  readonly gate: StaffGate;
  readonly shelters: ShelterRegister;
  readonly quarantine: QuarantineList;
  readonly releaser: QuarantineReleaser;
  /** Throws a document away; `by` is who does it. */
  readonly discard: (id: string, by: string) => Promise<void>;
}

/** What was kept aside: to be looked at, and to be tried again after a fix (SYN-13). */
export function quarantineRoutes({
  gate,
  shelters,
  quarantine,
  releaser,
  discard,
}: QuarantineRoutesOptions): readonly Route[] {
  return [
    staffRoute(gate, quarantineContracts.quarantine, async ({ query }) => ({
      documents: await quarantine.list(shelters.require(query.shelterId).shelterId),
    })),
    staffRoute(gate, quarantineContracts.release, ({ params }) => releaser.release(params.id)),
    staffRoute(gate, quarantineContracts.discard, ({ params, staff }) => discard(params.id, staff.username)),
    staffRoute(gate, quarantineContracts.releaseAll, async ({ params }) =>
      releaser.releaseAll(shelters.require(params.shelterId).shelterId),
    ),
  ];
}
