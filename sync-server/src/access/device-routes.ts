import { shelterContracts } from '@uketsuke/shared/contracts';
import type { Route } from '../http/routes.ts';
import type { DeviceRegister } from '../identity/device-register.ts';
import { requireVisible, type StaffGate, staffRoute } from '../identity/staff-gate.ts';
import type { ShelterRegister } from '../shelters/shelter-register.ts';

export interface DeviceRoutesOptions {
  readonly gate: StaffGate;
  readonly devices: DeviceRegister;
  readonly shelters: ShelterRegister;
}

/** Kiosks and hubs, as headquarters enrols, sees and revokes them. */
export function deviceRoutes({ gate, devices, shelters }: DeviceRoutesOptions): readonly Route[] {
  return [
    staffRoute(gate, shelterContracts.createEnrolmentCode, async ({ params, body }) =>
      devices.createEnrolmentCode(shelters.require(params.shelterId).shelterId, body?.for),
    ),
    staffRoute(gate, shelterContracts.devices, async ({ params, staff }) => {
      requireVisible(staff, params.shelterId);
      return { devices: await devices.list(shelters.require(params.shelterId).shelterId) };
    }),
    staffRoute(gate, shelterContracts.revokeDevice, ({ params }) => devices.revoke(params.deviceId)),
    staffRoute(gate, shelterContracts.reinstateDevice, ({ params }) => devices.reinstate(params.deviceId)),
  ];
}
