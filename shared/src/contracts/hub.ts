import * as z from 'zod';
import { SYNC_FAILURES } from '../errors/error-codes.ts';
import { bundleImport } from './bundles.ts';
import { shelterFactsSchema } from './enrolment.ts';
import type { ContractGroup } from './route-contract.ts';
import { relayStateSchema } from './sync.ts';

/** Who a hub says it is. Only its credential proves it (HUB-2). */
export const hubIdentitySchema = z.object({
  credential: z.string().min(1).max(4_096),
  shelter: shelterFactsSchema,
  /** Origins under which the hub can be reached. */
  addresses: z.array(z.string().max(300)).max(16),
});
export type HubIdentity = z.infer<typeof hubIdentitySchema>;

/** How a hub stands; nothing about people. */
export const hubStateSchema = z.object({
  shelterName: z.string(),
  version: z.string(),
  /** Kiosks with a live connection. */
  kiosks: z.int().min(0),
  /** Events in the hub's log. */
  events: z.int().min(0),
  relay: relayStateSchema,
  /** Why the hub has no way to the city; null while it has, or before the first try. */
  failure: z.enum(SYNC_FAILURES).nullable(),
});
export type HubState = z.infer<typeof hubStateSchema>;

/** `/hub/v1`: what a hub tells its shelter's network, beside syncing. */
export const hubContracts = {
  identity: {
    method: 'get',
    path: '/hub/v1/identity',
    summary: 'Who the hub says it is; its credential, signed by the city, proves it.',
    access: 'everyone',
    answer: { status: 200, body: hubIdentitySchema },
    problems: [],
  },
  state: {
    method: 'get',
    path: '/hub/v1/state',
    summary: 'How the hub stands: with the city, and how much it holds. Nothing about people.',
    access: 'everyone',
    answer: { status: 200, body: hubStateSchema },
    problems: [],
  },
  importBundle: {
    ...bundleImport,
    method: 'post',
    path: '/hub/v1/bundles',
    summary: "Imports a bundle from a USB stick, brought by one of the shelter's kiosks: whole or not at all.",
    access: 'device',
    problems: [...bundleImport.problems, 'enrolment-outdated'],
  },
} as const satisfies ContractGroup;
