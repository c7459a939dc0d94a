import {
  devicesResponseSchema,
  enrolmentCodeRequestSchema,
  enrolmentCodeResponseSchema,
  newShelterSchema,
  shelterFactsSchema,
  sheltersResponseSchema,
} from '@uketsuke/shared/contracts';
import { cardIdSchema, deviceIdSchema, shelterIdSchema } from '@uketsuke/shared/identifiers';
import { z } from 'zod';
import type { CardOffice } from '../cards/card-office.ts';
import type { Route } from '../http/routes.ts';
import type { DeviceRegister } from '../identity/device-register.ts';
import { maySee, requireVisible, type StaffGate, staffRoute } from '../identity/staff-gate.ts';
import type { ShelterRegister } from './shelter-register.ts';

const shelterParams = z.object({ shelterId: shelterIdSchema });
const deviceParams = z.object({ deviceId: deviceIdSchema });
const cardParams = z.object({ cardId: cardIdSchema });

export interface ShelterRoutesOptions {
  readonly gate: StaffGate;
  readonly shelters: ShelterRegister;
  readonly devices: DeviceRegister;
  readonly cards: CardOffice;
}

/** Shelters, their kiosks, and headquarters' revocations, below `/hq/v1`. */
export function shelterRoutes({ gate, shelters, devices, cards }: ShelterRoutesOptions): readonly Route[] {
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
    staffRoute(
      gate,
      {
        method: 'post',
        path: '/cards/:cardId/revoke',
        summary: 'Revokes a card.',
        access: 'hq',
        params: cardParams,
        answer: { status: 204 },
      },
      ({ params }) => cards.revokeByHeadquarters(params.cardId),
    ),
  ];
}
