import * as z from 'zod';
import { bundleImport } from './bundles.ts';
import type { ContractGroup } from './route-contract.ts';

export const operatorStateSchema = z.object({ version: z.string() });
export const passwordResetSchema = z.object({ username: z.string(), oneTimePassword: z.string() });

/** `/operator/v1` of the city's server and of a hub: on a port of its own on loopback. */
export const operatorContracts = {
  state: {
    method: 'get',
    path: '/operator/v1/state',
    summary: 'That the server runs, and its version.',
    access: 'operator',
    answer: { status: 200, body: operatorStateSchema },
    problems: [],
  },
  importBundle: {
    ...bundleImport,
    method: 'post',
    path: '/operator/v1/bundles',
    summary: 'Imports a bundle: whole or not at all.',
    access: 'operator',
  },
} as const satisfies ContractGroup;

/** What only the city's server does for its operator. */
export const cityOperatorContracts = {
  ...operatorContracts,
  backup: {
    method: 'get',
    path: '/operator/v1/backup',
    summary: 'A backup, sealed under the master key. Whoever gets less than all of it can tell.',
    access: 'operator',
    answer: { status: 200, mediaType: 'application/octet-stream' },
    problems: [],
  },
  resetPassword: {
    method: 'post',
    path: '/operator/v1/staff/:username/password',
    summary: 'Gives a member of staff a new one-time password and ends their sessions.',
    access: 'operator',
    params: z.object({ username: z.string() }),
    answer: { status: 200, body: passwordResetSchema },
    problems: ['not-found', 'conflict', 'busy'],
  },
} as const satisfies ContractGroup;
