import {
  devicesResponseSchema,
  enrolmentCodeRequestSchema,
  enrolmentCodeResponseSchema,
  newShelterSchema,
  shelterFactsSchema,
  sheltersResponseSchema,
} from '@uketsuke/shared/contracts';
import { shelterIdSchema } from '@uketsuke/shared/identifiers';
import { z } from 'zod';
import type { Route } from '../http/routes.ts';
import type { DeviceRegister } from '../identity/device-register.ts';
import { maySee, requireVisible, type StaffGate, staffRoute } from '../identity/staff-gate.ts';
import type { ShelterRegister } from './shelter-register.ts';

const shelterParams = z.object({ shelterId: shelterIdSchema });

export interface ShelterRoutesOptions {
  readonly gate: StaffGate;
  readonly shelters: ShelterRegister;
  readonly devices: DeviceRegister;
}

/** Shelters, and what enrols devices for them, below `/hq/v1`. */
export function shelterRoutes({ gate, shelters, devices }: ShelterRoutesOptions): readonly Route[] {
  return [
    staffRoute(
      gate,
      {
        method: 'get',
        path: '/shelters',
        summary: 'The shelters the account may see.',
        access: 'staff',
        answer: { status: 200, body: sheltersResponseSchema },
      },
      async ({ staff }) => ({ shelters: shelters.list().filter(({ shelterId }) => maySee(staff, shelterId)) }),
    ),
    staffRoute(
      gate,
      {
        method: 'post',
        path: '/shelters',
        summary: 'Registers a shelter.',
        access: 'hq',
        body: newShelterSchema,
        answer: { status: 201, body: shelterFactsSchema },
      },
      ({ body }) => shelters.create(body),
    ),
    staffRoute(
      gate,
      {
        method: 'post',
        path: '/shelters/:shelterId/enrolment-codes',
        summary: 'A one-time code that enrols a kiosk or a hub for the shelter within a day.',
        access: 'hq',
        params: shelterParams,
        body: enrolmentCodeRequestSchema,
        answer: { status: 201, body: enrolmentCodeResponseSchema },
      },
      async ({ params, body }) => devices.createEnrolmentCode(shelters.require(params.shelterId).shelterId, body?.for),
    ),
    staffRoute(
      gate,
      {
        method: 'get',
        path: '/shelters/:shelterId/devices',
        summary: "The shelter's kiosks.",
        access: 'staff',
        params: shelterParams,
        answer: { status: 200, body: devicesResponseSchema },
      },
      async ({ params, staff }) => {
        requireVisible(staff, params.shelterId);
        return { devices: await devices.list(shelters.require(params.shelterId).shelterId) };
      },
    ),
  ];
}
