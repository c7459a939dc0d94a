import { shelterContracts } from '@uketsuke/shared/contracts';
import type { Route } from '../http/routes.ts';
import { maySee, type StaffGate, staffRoute } from '../identity/staff-gate.ts';
import type { ShelterRegister } from './shelter-register.ts';

/** The list of shelters. */
export function shelterRoutes(gate: StaffGate, shelters: ShelterRegister): readonly Route[] {
  return [
    staffRoute(gate, shelterContracts.shelters, async ({ staff }) => ({
      shelters: shelters.list().filter(({ shelterId }) => maySee(staff, shelterId)),
    })),
    staffRoute(gate, shelterContracts.createShelter, ({ body }) => shelters.create(body)),
  ];
}
