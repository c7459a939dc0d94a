import * as z from 'zod';
import { cardIdSchema, deviceIdSchema, shelterIdSchema } from '../identifiers/identifiers.ts';
import { shelterFactsSchema } from './enrolment.ts';
import type { ContractGroup } from './route-contract.ts';

export const newShelterSchema = shelterFactsSchema.omit({ shelterId: true });
export type NewShelter = z.infer<typeof newShelterSchema>;
export const sheltersResponseSchema = z.object({ shelters: z.array(shelterFactsSchema) });

/** For a kiosk unless the body says otherwise. */
export const enrolmentCodeRequestSchema = z.strictObject({ for: z.enum(['kiosk', 'hub']).default('kiosk') }).optional();
export const enrolmentCodeResponseSchema = z.object({ code: z.string(), expiresAt: z.iso.datetime() });

export const deviceSchema = z.object({
  deviceId: deviceIdSchema,
  deviceName: z.string(),
  role: z.enum(['kiosk', 'hub']),
  shelterId: shelterIdSchema,
  enrolledAt: z.iso.datetime(),
  revokedAt: z.iso.datetime().nullable(),
  /** Last request by this device that this server process saw; null when none. */
  lastSeenAt: z.iso.datetime().nullable(),
});
export type Device = z.infer<typeof deviceSchema>;
export const devicesResponseSchema = z.object({ devices: z.array(deviceSchema) });

const shelterParams = z.object({ shelterId: shelterIdSchema });
const deviceParams = z.object({ deviceId: deviceIdSchema });

/** Shelters and their devices, and headquarters' revocations, below `/hq/v1`. */
export const shelterContracts = {
  shelters: {
    method: 'get',
    path: '/hq/v1/shelters',
    summary: 'The shelters the account may see.',
    access: 'staff',
    answer: { status: 200, body: sheltersResponseSchema },
    problems: [],
  },
  createShelter: {
    method: 'post',
    path: '/hq/v1/shelters',
    summary: 'Registers a shelter.',
    access: 'hq',
    body: newShelterSchema,
    answer: { status: 201, body: shelterFactsSchema },
    problems: [],
  },
  createEnrolmentCode: {
    method: 'post',
    path: '/hq/v1/shelters/:shelterId/enrolment-codes',
    summary: 'A one-time code that enrols a kiosk or a hub for the shelter within a day.',
    access: 'hq',
    params: shelterParams,
    body: enrolmentCodeRequestSchema,
    answer: { status: 201, body: enrolmentCodeResponseSchema },
    problems: ['shelter-unknown'],
  },
  devices: {
    method: 'get',
    path: '/hq/v1/shelters/:shelterId/devices',
    summary: "The shelter's kiosks and hubs.",
    access: 'staff',
    params: shelterParams,
    answer: { status: 200, body: devicesResponseSchema },
    problems: ['shelter-unknown'],
  },
  revokeDevice: {
    method: 'post',
    path: '/hq/v1/devices/:deviceId/revoke',
    summary: 'Revokes a kiosk or hub: the server refuses it at once.',
    access: 'hq',
    params: deviceParams,
    answer: { status: 204 },
    problems: ['device-unknown', 'conflict'],
  },
  reinstateDevice: {
    method: 'post',
    path: '/hq/v1/devices/:deviceId/reinstate',
    summary: 'Takes the revocation of a kiosk or hub back.',
    access: 'hq',
    params: deviceParams,
    answer: { status: 204 },
    problems: ['device-unknown', 'conflict'],
  },
  revokeCard: {
    method: 'post',
    path: '/hq/v1/cards/:cardId/revoke',
    summary: 'Revokes a card.',
    access: 'hq',
    params: z.object({ cardId: cardIdSchema }),
    answer: { status: 204 },
    problems: ['card-unknown'],
  },
} as const satisfies ContractGroup;
