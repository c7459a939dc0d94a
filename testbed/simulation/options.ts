import { parseArgs } from 'node:util';
import * as z from 'zod';

const count = (least: number, most: number) => z.coerce.number().pipe(z.int().min(least).max(most));

const optionsSchema = z
  .strictObject({
    shelters: count(1, 2_000),
    kiosks: count(1, 5_000),
    people: count(1, 1_000_000),
    /** How long the kiosks recorded without a network. */
    'offline-minutes': count(0, 7 * 24 * 60),
    /** Share of connections that get a fault, and of pushes that are sent twice. */
    loss: z.coerce.number().pipe(z.number().min(0).max(0.9)),
    seed: count(0, 0xffff_ffff),
    /** How long the live phase lasts after everything has arrived. */
    'live-seconds': count(1, 3_600),
    /** Prints the processor's and memory's figures as they grow. */
    verbose: z.boolean(),
    /** Runs 10,000, 30,000 and 110,000 people and prints the seconds per event. */
    growth: z.boolean(),
  })
  .refine((options) => options.kiosks >= options.shelters, { path: ['kiosks'], message: 'a shelter without a kiosk' });
export type SimulationOptions = z.infer<typeof optionsSchema>;

/** Reads the command line; what is not given is the city's worst case on a network that loses one in twenty. */
export function readSimulationOptions(args: string[]): SimulationOptions {
  const { values } = parseArgs({
    args,
    options: {
      shelters: { type: 'string', default: '182' },
      kiosks: { type: 'string', default: '300' },
      people: { type: 'string', default: '110000' },
      'offline-minutes': { type: 'string', default: '60' },
      loss: { type: 'string', default: '0.05' },
      seed: { type: 'string', default: '1' },
      'live-seconds': { type: 'string', default: '60' },
      verbose: { type: 'boolean', default: false },
      growth: { type: 'boolean', default: false },
    },
  });
  return optionsSchema.parse(values);
}
