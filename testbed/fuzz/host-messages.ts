import * as z from 'zod';

const place = { dataDirectory: z.string(), databasePrefix: z.string(), couchdbUrl: z.string().optional() };

/** What a host process is asked to do; see server-host.ts. */
export const hostRequestSchema = z.discriminatedUnion('do', [
  z.object({ do: z.literal('start-city'), ...place }),
  z.object({ do: z.literal('start-hub'), ...place, cityUrl: z.string() }),
  z.object({ do: z.literal('stop') }),
  /** Of the city that runs in this host. */
  z.object({ do: z.literal('back-up'), dataDirectory: z.string(), file: z.string() }),
  z.object({ do: z.literal('restore'), ...place, file: z.string() }),
]);
export type HostRequest = z.infer<typeof hostRequestSchema>;

export const hostAnswerSchema = z.union([
  z.object({ done: z.literal(true), url: z.string().optional() }),
  z.object({ failed: z.string() }),
]);
export type HostAnswer = z.infer<typeof hostAnswerSchema>;
