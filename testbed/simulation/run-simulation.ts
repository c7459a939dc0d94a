import { setTimeout as pause } from 'node:timers/promises';
import type { Household } from '@uketsuke/shared/person';
import type { ReceptionEvent } from '@uketsuke/shared/reception';
import { sampleHouseholds, seededRandom } from '@uketsuke/shared/sample-households';
import type { Desk } from '../../kiosk/src/desk/desk.ts';
import type { KioskSecrets } from '../../kiosk/src/reception/kiosk-secrets.ts';
import { HeadquartersClient } from '../headquarters/headquarters-client.ts';
import { latencyFigures } from '../measuring/percentiles.ts';
import { duplicatingFetch } from '../rough-network/duplicating-fetch.ts';
import { HQ_PASSWORD, HQ_USER, prepareCity } from '../rough-network/prepared-city.ts';
import { RoughProxy } from '../rough-network/rough-proxy.ts';
import { startServerProcess } from '../rough-network/server-process.ts';
import { throwawayData } from '../rough-network/throwaway-data.ts';
import { openWireFetch } from '../rough-network/wire-fetch.ts';
import { showCard } from '../test-kiosk/desk-steps.ts';
import { HeadquartersWatch } from './headquarters-watch.ts';
import { KioskFleet } from './kiosk-fleet.ts';
import { faultsByChance } from './network-faults.ts';
import { NetworkGate } from './network-gate.ts';
import { householdsOf, kiosksPerShelter, recordedOffline } from './offline-hour.ts';
import type { SimulationOptions } from './options.ts';
import { processFigures } from './process-figures.ts';
import { compareRoster } from './roster-comparison.ts';

const LIVE_ADMISSIONS_PER_SECOND = 5;
const CONVERGE_WITHIN_MS = 15 * 60_000;
const LIVE_WITHIN_MS = 60_000;

/** What a simulation found; the figures of the issue, and what growth is told by. */
export interface SimulationResult {
  readonly people: number;
  readonly lost: number;
  readonly duplicated: number;
  /** From reconnecting until headquarters' roster shows everybody; null when it never did. */
  readonly convergedSeconds: number | null;
  /** From reconnecting until every kiosk shows everybody of its shelter, too. */
  readonly kiosksConvergedSeconds: number | null;
  readonly liveLatencyMs: ReturnType<typeof latencyFigures>;
  readonly serverCpuSeconds: number;
  readonly serverRssMb: number;
}

export interface SimulationRun {
  readonly result: SimulationResult;
  /** Reception events that were waiting at the kiosks, of each shelter. */
  readonly events: readonly (readonly ReceptionEvent[])[];
}

/** What was built for the simulation. */
export interface SimulationPrograms {
  /** File of the server's program. */
  readonly server: string;
  /** Address of the module of simulated-kiosk.ts. */
  readonly kiosk: string;
}

/**
 * A whole city without a network for a while, and then with one again: kiosks with the real sync code, the real server in
 * a process of its own, and a rough network between them. `tell` gets sentences on how it goes.
 */
export async function runSimulation(
  options: SimulationOptions,
  programs: SimulationPrograms,
  tell: (sentence: string) => void,
): Promise<SimulationRun> {
  const random = seededRandom(options.seed);
  const data = await throwawayData('simulate');
  const fleet = new KioskFleet(programs.kiosk);
  const cleaning: (() => Promise<unknown>)[] = [() => data.remove()];
  try {
    const liveHouseholds = sampleHouseholds(
      options.seed + 500_000,
      LIVE_ADMISSIONS_PER_SECOND * options['live-seconds'],
      1,
    );
    const city = await prepareCity({
      database: data,
      shelters: kiosksPerShelter(options.shelters, options.kiosks, random),
      households: liveHouseholds,
    });
    tell(`${options.shelters} shelters, ${options.kiosks} kiosks enrolled`);
    const server = await startServerProcess({ ...data, program: programs.server });
    cleaning.push(() => server.stop());
    const proxy = await RoughProxy.start(() => ({ port: server.port }), {
      treat: faultsByChance(options.loss, random),
    });
    cleaning.push(() => proxy.stop());
    const gate = new NetworkGate();

    const acknowledged = new Map<string, string>();
    const kiosks = city.shelters.flatMap((shelter) => shelter.kiosks);
    const shares = dealOut(householdsOf(options.people, options.seed), kiosks, random);
    cleaning.push(() => fleet.close());
    const events = new Map<string, ReceptionEvent[]>(city.shelters.map(({ shelterId }) => [shelterId, []]));
    let waiting = 0;
    for (const [secrets, households] of shares) {
      const recorded = await recordedOffline(secrets, households, options['offline-minutes']);
      for (const { members } of households) {
        for (const { residentId } of members) acknowledged.set(residentId, secrets.enrolment.shelter.shelterId);
      }
      events.get(secrets.enrolment.shelter.shelterId)?.push(...recorded.events);
      waiting += recorded.events.length;
      const wire = openWireFetch();
      cleaning.push(async () => wire.close());
      const fetch = gate.fetch(duplicatingFetch(wire.fetch, () => random() < options.loss));
      await fleet.open({ secrets, recorded: recorded.stored, serverUrl: `http://127.0.0.1:${proxy.port}`, fetch });
    }
    tell(`${waiting} admissions of ${acknowledged.size} people wait at the kiosks; the network comes back`);

    const hq = await HeadquartersClient.signInAgain(server.url, HQ_USER, HQ_PASSWORD);
    const watch = new HeadquartersWatch(hq);
    const reconnectedAt = performance.now();
    const seconds = () => Number(((performance.now() - reconnectedAt) / 1_000).toFixed(1));
    gate.open();
    const isConverged = await watch.countReaches(options.people, CONVERGE_WITHIN_MS, (admitted) => {
      if (options.verbose) {
        const { cpuSeconds, peakRssMb } = processFigures(server.pid);
        const own = process.cpuUsage();
        const ownCpu = ((own.user + own.system) / 1e6).toFixed(0);
        tell(`${seconds()} s: ${admitted} at HQ; server ${cpuSeconds} s CPU, ${peakRssMb} MB; kiosks ${ownCpu} s CPU`);
      }
    });
    const convergedSeconds = isConverged ? seconds() : null;
    tell(`headquarters shows ${isConverged ? 'everybody' : 'not everybody'} after ${seconds()} s`);
    // All kiosks share this process: while they still pull, it would be their processor that is measured, not the way.
    const haveKiosksConverged = await kiosksShowAll(fleet.desks, acknowledged, CONVERGE_WITHIN_MS);
    const kiosksConvergedSeconds = haveKiosksConverged ? seconds() : null;
    tell(`the kiosks show ${haveKiosksConverged ? 'everybody' : 'not everybody'} after ${seconds()} s`);

    await watch.listen();
    await admitLive(fleet.desks, city.cards, liveHouseholds, { random, acknowledged, watch });
    const latencies = await watch.latencies(LIVE_WITHIN_MS);
    await watch.stop();
    tell(`${latencies.length} of ${liveHouseholds.length} live admissions seen at headquarters`);

    const roster = [];
    for (const { shelterId } of city.shelters) roster.push(...(await hq.people(shelterId)));
    const { cpuSeconds, peakRssMb } = processFigures(server.pid);
    const result = {
      people: options.people,
      ...compareRoster(acknowledged, roster),
      convergedSeconds,
      kiosksConvergedSeconds,
      liveLatencyMs: latencyFigures(latencies),
      serverCpuSeconds: cpuSeconds,
      serverRssMb: peakRssMb,
    };
    return { result, events: [...events.values()] };
  } finally {
    for (const clean of cleaning.toReversed()) await clean();
  }
}

/** Which kiosk admitted which households: by chance, some shelters being much fuller than others. */
function dealOut(
  households: readonly Household[],
  kiosks: readonly KioskSecrets[],
  random: () => number,
): Map<KioskSecrets, Household[]> {
  const shares = new Map<KioskSecrets, Household[]>(kiosks.map((kiosk) => [kiosk, []]));
  const weights = kiosks.map(() => 0.2 + random() ** 2);
  const sums: number[] = [];
  for (const weight of weights) sums.push((sums.at(-1) ?? 0) + weight);
  const total = sums.at(-1) ?? 0;
  for (const household of households) {
    const drawn = random() * total;
    const kiosk = kiosks[sums.findIndex((sum) => drawn < sum)];
    if (kiosk !== undefined) shares.get(kiosk)?.push(household);
  }
  return shares;
}

/** Waits until every desk shows as many people as its shelter has; false when that takes longer than `withinMs`. */
async function kiosksShowAll(
  desks: readonly Desk[],
  acknowledged: ReadonlyMap<string, string>,
  withinMs: number,
): Promise<boolean> {
  const people = new Map<string, number>();
  for (const shelterId of acknowledged.values()) people.set(shelterId, (people.get(shelterId) ?? 0) + 1);
  const showsAll = (desk: Desk) => desk.view.snapshot().counts.admitted === (people.get(desk.shelter.shelterId) ?? 0);
  for (const until = performance.now() + withinMs; performance.now() < until; ) {
    if (desks.every(showsAll)) return true;
    await pause(200);
  }
  return false;
}

interface LiveParts {
  readonly random: () => number;
  readonly acknowledged: Map<string, string>;
  readonly watch: HeadquartersWatch;
}

/** Shows the cards at kiosks by chance, evenly in time. */
async function admitLive(
  desks: readonly Desk[],
  cards: readonly string[],
  households: readonly Household[],
  { random, acknowledged, watch }: LiveParts,
): Promise<void> {
  const begun = performance.now();
  const scans: Promise<void>[] = [];
  for (const [at, card] of cards.entries()) {
    await pause(Math.max(0, begun + (at * 1_000) / LIVE_ADMISSIONS_PER_SECOND - performance.now()));
    const desk = desks[Math.floor(random() * desks.length)];
    const resident = households[at]?.members[0]?.residentId;
    if (desk === undefined || resident === undefined) continue;
    const { shelterId } = desk.shelter;
    scans.push(
      showCard(desk, card, 'shelter').then((outcome) => {
        if (outcome.kind !== 'admitted') throw new Error(`a card was not admitted: ${outcome.kind}`);
        acknowledged.set(resident, shelterId);
        watch.await(resident, shelterId, performance.now());
      }),
    );
  }
  await Promise.all(scans);
}
