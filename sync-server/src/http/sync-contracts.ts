import {
  pullEventsResponseSchema,
  pullFactsResponseSchema,
  pushRequestSchema,
  pushResponseSchema,
} from '@uketsuke/shared/contracts';
import { z } from 'zod';
import type { Route } from './routes.ts';

const pullQuery = z.object({ checkpoint: z.string().optional(), limit: z.int().min(1).optional() });

/** What the sync router answers, for the OpenAPI description. */
export const SYNC_CONTRACTS: readonly Route['contract'][] = [
  {
    method: 'post',
    path: '/events',
    summary: 'Takes in a batch of events; each gets its own outcome.',
    access: 'device',
    body: pushRequestSchema,
    answer: { status: 200, body: pushResponseSchema },
  },
  {
    method: 'get',
    path: '/events',
    summary: "A page of the shelter's events after a checkpoint.",
    access: 'device',
    query: pullQuery,
    answer: { status: 200, body: pullEventsResponseSchema },
  },
  {
    method: 'get',
    path: '/facts',
    summary: 'A page of what every kiosk may know after a checkpoint.',
    access: 'device',
    query: pullQuery,
    answer: { status: 200, body: pullFactsResponseSchema },
  },
  {
    method: 'get',
    path: '/live',
    summary: 'Server-sent events `hello` and `changed` (LiveNudge): there is something to pull.',
    access: 'device',
    answer: { status: 200, body: z.string(), mediaType: 'text/event-stream' },
  },
];
