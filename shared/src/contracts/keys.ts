import * as z from 'zod';
import { issuerKeySchema } from './enrolment.ts';
import type { ContractGroup } from './route-contract.ts';

export const issuerKeysResponseSchema = z.object({ keys: z.array(issuerKeySchema) });
export const deviceKeysStateSchema = z.object({ version: z.int().min(1) });

const issuerKeys = { status: 200, body: issuerKeysResponseSchema } as const;
const deviceKeys = { status: 200, body: deviceKeysStateSchema } as const;

/** The city's keys that headquarters rotates, below `/hq/v1`. Kiosks learn of every change by themselves. */
export const keyContracts = {
  issuerKeys: {
    method: 'get',
    path: '/hq/v1/keys/issuer',
    summary: 'The issuer keys.',
    access: 'hq',
    answer: issuerKeys,
    problems: [],
  },
  rotateIssuerKey: {
    method: 'post',
    path: '/hq/v1/keys/issuer',
    summary: 'Makes a new active issuer key and retires the former; its cards stay valid.',
    access: 'hq',
    answer: issuerKeys,
    problems: ['conflict'],
  },
  withdrawIssuerKey: {
    method: 'post',
    path: '/hq/v1/keys/issuer/:keyId/withdraw',
    summary: 'Withdraws an issuer key: its cards are refused. Withdrawing the active one makes a new one.',
    access: 'hq',
    params: z.object({ keyId: z.coerce.number<number | string>().pipe(z.int().min(1).max(65_535)) }),
    answer: issuerKeys,
    problems: ['not-found', 'conflict'],
  },
  deviceKeys: {
    method: 'get',
    path: '/hq/v1/keys/devices',
    summary: "Version of the kiosks' shared keys.",
    access: 'hq',
    answer: deviceKeys,
    problems: [],
  },
  rotateDeviceKeys: {
    method: 'post',
    path: '/hq/v1/keys/devices',
    summary: 'Makes a new key of the card directory; the kiosks fetch it by themselves.',
    access: 'hq',
    answer: deviceKeys,
    problems: ['conflict'],
  },
} as const satisfies ContractGroup;
