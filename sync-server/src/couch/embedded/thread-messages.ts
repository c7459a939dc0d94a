import * as z from 'zod';

/** What the embedded server's thread tells the process. */
export const threadMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started'), url: z.string() }),
  z.object({ kind: z.literal('failed'), code: z.string().nullable(), message: z.string() }),
  z.object({ kind: z.literal('written'), name: z.string() }),
  z.object({ kind: z.literal('closed') }),
]);
export type ThreadMessage = z.infer<typeof threadMessageSchema>;

/** The one thing the process tells the thread. */
export const closeRequestSchema = z.literal('close');
