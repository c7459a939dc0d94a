import { readSimulationOptions } from './simulate/options.ts';
import { runSimulation } from './simulate/run-simulation.ts';

/**
 * `npm run simulate -- --shelters S --kiosks K --people N --offline-minutes M --loss P --seed X`: a city comes back from
 * an outage. The last line is the result as JSON; the exit code is 1 when anything was lost or doubled, or did not
 * arrive. `--growth` compares 10,000, 30,000 and 110,000 people. The database is that of COUCHDB_URL, when set.
 */
const GROWTH = [10_000, 30_000, 110_000];

const options = readSimulationOptions(process.argv.slice(2));
const tell = (sentence: string) => console.log(sentence);
if (options.growth) await compareGrowth();
else {
  const { result } = await runSimulation(options, tell);
  if (result.lost > 0 || result.duplicated > 0 || result.convergedSeconds === null) process.exitCode = 1;
  console.log(JSON.stringify(result));
}

/** Seconds per thousand waiting events at each size, and by how much the largest costs more than the smallest. */
async function compareGrowth(): Promise<void> {
  const sizes = [];
  for (const people of GROWTH) {
    const { result, events } = await runSimulation({ ...options, people }, tell);
    if (result.lost > 0 || result.duplicated > 0 || result.convergedSeconds === null) process.exitCode = 1;
    const { convergedSeconds } = result;
    const secondsPer1000Events = convergedSeconds === null ? null : (convergedSeconds * 1_000) / events;
    sizes.push({ people, events, convergedSeconds, secondsPer1000Events });
    tell(JSON.stringify(sizes.at(-1)));
  }
  const [least, most] = [sizes.at(0)?.secondsPer1000Events, sizes.at(-1)?.secondsPer1000Events];
  const ratio = least && most ? Number((most / least).toFixed(3)) : null;
  console.log(JSON.stringify({ growth: sizes, ratio }));
}
