import * as z from 'zod';
import type { ContractGroup } from './route-contract.ts';

export const healthSchema = z.object({
  status: z.enum(['ok', 'database-unavailable']),
  version: z.string(),
  /** False while event logs are still being read. */
  rosterComplete: z.boolean(),
});
export type Health = z.infer<typeof healthSchema>;

/** What watches over the city's server and over a hub. */
export const upkeepContracts = {
  health: {
    method: 'get',
    path: '/healthz',
    summary: 'Whether the server and its database work.',
    access: 'everyone',
    answer: { status: 200, body: healthSchema },
    otherAnswer: { status: 503, body: healthSchema },
    problems: [],
  },
  metrics: {
    method: 'get',
    path: '/metrics',
    summary: "The server's numbers in Prometheus' text format; nothing about people.",
    access: 'everyone',
    answer: { status: 200, mediaType: 'text/plain' },
    problems: [],
  },
} as const satisfies ContractGroup;

/** The description of the city's server by itself. */
export const descriptionContracts = {
  openapi: {
    method: 'get',
    path: '/openapi.json',
    summary: 'This description (OpenAPI 3.1).',
    access: 'everyone',
    answer: { status: 200, body: z.looseObject({ openapi: z.string() }) },
    problems: [],
  },
} as const satisfies ContractGroup;
