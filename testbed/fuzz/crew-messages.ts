import * as z from 'zod';

/** A seed to run, and what became of it; between the fuzz and its workers. */
export const seedRequestSchema = z.object({ seed: z.int().min(0) });
export type SeedRequest = z.infer<typeof seedRequestSchema>;

export const seedResultSchema = z.object({
  seed: z.int(),
  complaints: z.array(z.string()),
  log: z.array(z.string()),
  counts: z.record(z.string(), z.int()),
  seconds: z.number(),
  healedSeconds: z.number(),
});
export type SeedReport = z.infer<typeof seedResultSchema>;
