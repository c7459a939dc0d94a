import * as z from 'zod';
import { readSimulationOptions } from './options.ts';
import { rawBulkDocsSeconds } from './raw-writes.ts';
import { runSimulation } from './run-simulation.ts';

/** The simulation itself, as scripts/simulate.ts builds and starts it: its file and addresses come in the environment. */
const GROWTH = [10_000, 30_000, 110_000];

const programs = z
  .object({ SIMULATED_SERVER: z.string(), SIMULATED_KIOSK: z.string() })
  .transform((built) => ({ server: built.SIMULATED_SERVER, kiosk: built.SIMULATED_KIOSK }))
  .parse(process.env);
const options = readSimulationOptions(process.argv.slice(2));
const tell = (sentence: string) => console.log(sentence);
if (options.growth) await compareGrowth();
else console.log(JSON.stringify((await simulate(options.people)).result));
// Connections that a black hole swallowed would keep the process for as long as the system waits for them.
process.exit();

/**
 * Runs one size, and then writes the same events into the database by itself; the exit code becomes 1 when anything was
 * lost or doubled, or did not arrive.
 */
async function simulate(people: number) {
  const { result, events: perShelter } = await runSimulation({ ...options, people }, programs, tell);
  const { lost, duplicated, convergedSeconds } = result;
  if (lost > 0 || duplicated > 0 || convergedSeconds === null) process.exitCode = 1;
  const raw = await rawBulkDocsSeconds(perShelter);
  const events = perShelter.reduce((sum, some) => sum + some.length, 0);
  tell(`the same ${events} events by raw _bulk_docs: ${raw.toFixed(1)} s`);
  const rawSeconds = Number(raw.toFixed(2));
  const ratioToRaw = convergedSeconds === null ? null : Number((convergedSeconds / raw).toFixed(2));
  return { result: { ...result, rawBulkDocsSeconds: rawSeconds, ratioToRaw }, events };
}

/** Seconds per thousand waiting events at each size, and by how much the largest costs more than the smallest. */
async function compareGrowth(): Promise<void> {
  const sizes = [];
  for (const people of GROWTH) {
    const { result, events } = await simulate(people);
    const { convergedSeconds } = result;
    const secondsPer1000Events = convergedSeconds === null ? null : (convergedSeconds * 1_000) / events;
    sizes.push({ people, events, convergedSeconds, secondsPer1000Events });
    tell(JSON.stringify(sizes.at(-1)));
  }
  const [least, most] = [sizes.at(0)?.secondsPer1000Events, sizes.at(-1)?.secondsPer1000Events];
  const ratio = least && most ? Number((most / least).toFixed(3)) : null;
  console.log(JSON.stringify({ growth: sizes, ratio }));
}
