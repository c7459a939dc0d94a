import { deviceIdSchema } from '@uketsuke/shared/identifiers';
import { z } from 'zod';
import type { Route } from '../http/routes.ts';
import type { DeviceRegister } from './device-register.ts';
import { type StaffGate, staffRoute } from './staff-gate.ts';

const deviceParams = z.object({ deviceId: deviceIdSchema });

/** Headquarters' revocations of kiosks and hubs, below `/hq/v1`. */
export function deviceRoutes(gate: StaffGate, devices: DeviceRegister): readonly Route[] {
  return [
    staffRoute(
      gate,
      {
        method: 'post',
        path: '/devices/:deviceId/revoke',
        summary: 'Revokes a kiosk or hub: the server refuses it at once.',
        access: 'hq',
        params: deviceParams,
        answer: { status: 204 },
      },
      ({ params }) => devices.revoke(params.deviceId),
    ),
    staffRoute(
      gate,
      {
        method: 'post',
        path: '/devices/:deviceId/reinstate',
        summary: 'Takes the revocation of a kiosk or hub back.',
        access: 'hq',
        params: deviceParams,
        answer: { status: 204 },
      },
      ({ params }) => devices.reinstate(params.deviceId),
    ),
  ];
}
