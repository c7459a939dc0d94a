import type { SeedReport } from './crew-messages.ts';
import { runSeeds } from './run-seeds.ts';

/** Seeds mostly wait: for time-outs, for pauses. */
const JOBS = 4;

/** Runs the seeds; what became of each. */
export async function reportsOf(seeds: readonly number[]): Promise<SeedReport[]> {
  const reports: SeedReport[] = [];
  await runSeeds({ seeds, jobs: JOBS, onResult: (report) => reports.push(report) });
  return reports;
}

/** What failed, with the seed and what happened in it. */
export function failuresOf(reports: readonly SeedReport[]): Pick<SeedReport, 'seed' | 'complaints' | 'log'>[] {
  return reports
    .filter(({ complaints }) => complaints.length > 0)
    .map(({ seed, complaints, log }) => ({ seed, complaints, log }));
}

/** How often each kind of action took effect over all seeds. */
export function countsOf(reports: readonly SeedReport[], kinds: readonly string[]): Record<string, number> {
  const sum = (kind: string) => reports.reduce((times, { counts }) => times + (counts[kind] ?? 0), 0);
  return Object.fromEntries(kinds.map((kind) => [kind, sum(kind)]));
}
