import { parseArgs } from 'node:util';
import * as z from 'zod';
import type { SeedReport } from '../testbed/fuzz/crew-messages.ts';
import { runSeeds } from '../testbed/fuzz/run-seeds.ts';

/**
 * `npm run fuzz -- --seeds N --start S --jobs J`: seeded trouble for kiosks, a hub and a server; afterwards every store must tell
 * the same and nothing acknowledged may be missing. A failure prints its seed and what happened; the exit code is then 1.
 */
const count = z.coerce.number().pipe(z.int().min(0).max(1_000_000_000));
const optionsSchema = z.object({ seeds: count, start: count, jobs: count.pipe(z.number().min(1).max(64)) });
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    start: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '4' },
    verbose: { type: 'boolean', default: false },
  },
});
const options = optionsSchema.parse(values);

const counts = new Map<string, number>();
const failed: number[] = [];
let done = 0;
await runSeeds({
  seeds: Array.from({ length: options.seeds }, (_, at) => options.start + at),
  jobs: options.jobs,
  onResult: (report) => {
    done += 1;
    for (const [kind, times] of Object.entries(report.counts)) counts.set(kind, (counts.get(kind) ?? 0) + times);
    if (report.complaints.length > 0) tellFailure(report);
    if (values.verbose)
      console.log(
        `seed ${report.seed}: ${report.seconds.toFixed(1)} s, healed in ${report.healedSeconds.toFixed(1)} s`,
      );
    if (done % 10 === 0) console.log(`${done} of ${options.seeds} seeds, ${failed.length} failed`);
  },
});
console.log(`actions that took effect: ${JSON.stringify(Object.fromEntries([...counts].sort()))}`);
console.log(`${done} seeds from ${options.start}: ${failed.length === 0 ? 'all well' : `failed: ${failed.join(' ')}`}`);
process.exitCode = failed.length === 0 ? 0 : 1;

function tellFailure({ seed, complaints, log }: SeedReport): void {
  failed.push(seed);
  console.log(`SEED ${seed} failed:`);
  for (const complaint of complaints.slice(0, 20)) console.log(`  ${complaint}`);
  console.log(['  what happened:', ...log].join('\n  '));
}
