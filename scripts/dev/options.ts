import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';

const port = z.coerce.number().int().min(1).max(65_535);

const optionsSchema = z.object({
  data: z
    .string()
    .default('data/dev')
    .transform((path) => resolve(path)),
  'server-port': port.default(8180),
  'host-port': port.default(8190),
  'kiosk-port': port.default(5171),
  'card-port': port.default(5172),
  'console-port': port.default(5173),
});
export type DevOptions = z.infer<typeof optionsSchema>;

/** Reads the arguments of `npm run dev`. Throws with a readable message for an unknown or wrong one. */
export function readDevOptions(args: readonly string[]): DevOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string' },
      'server-port': { type: 'string' },
      'host-port': { type: 'string' },
      'kiosk-port': { type: 'string' },
      'card-port': { type: 'string' },
      'console-port': { type: 'string' },
    },
  });
  return optionsSchema.parse(values);
}
