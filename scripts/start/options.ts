import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);

const optionsSchema = z
  .object({
    demo: z.boolean().default(false),
    data: z
      .string()
      .default('data')
      .transform((path) => resolve(path)),
    'server-port': port.default(8080),
    'kiosk-port': port.default(8090),
    'demo-port': port.default(8091),
    'no-open': z.boolean().default(false),
    /** Invented My Number cards in a virtual reader, for the demonstration. */
    'with-virtual-card': z.boolean().default(false),
  })
  .refine((options) => options.demo || !options['with-virtual-card'], '--with-virtual-card goes with --demo');
export type StartOptions = z.infer<typeof optionsSchema>;

/** Reads the arguments of `npm start`. Throws with a readable message for an unknown or wrong one. */
export function readStartOptions(args: readonly string[]): StartOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      demo: { type: 'boolean' },
      data: { type: 'string' },
      'server-port': { type: 'string' },
      'kiosk-port': { type: 'string' },
      'demo-port': { type: 'string' },
      'no-open': { type: 'boolean' },
      'with-virtual-card': { type: 'boolean' },
    },
  });
  return optionsSchema.parse(values);
}
