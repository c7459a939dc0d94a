import { setTimeout as pause } from 'node:timers/promises';
import { PULL_MAX_DOCUMENTS } from '@uketsuke/shared/contracts';
import type { ReceptionEvent } from '@uketsuke/shared/reception';
import { foldEvents, type RosterEntry } from '@uketsuke/shared/roster';
import { syncClient } from '../headquarters/city-clients.ts';
import type { World } from './world.ts';

const AGAIN_MS = 100;

/** What is wrong, in sentences; empty when all is well. */
export type Complaints = readonly string[];

/** How long a world is looked at. */
export interface Patience {
  readonly withinMs: number;
  /** Ends the waiting early: what was looked for is wrong. */
  readonly isFound?: (complaints: Complaints) => boolean;
}

/** Waits until all is well, or what was looked for is found, at most so long; what is wrong then. */
export async function verdictOf(
  world: World,
  credential: string,
  { withinMs, isFound = () => false }: Patience,
): Promise<Complaints> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const complaints = await look(world, credential);
    if (complaints.length === 0 || isFound(complaints) || performance.now() > deadline) return complaints;
    await pause(AGAIN_MS);
  }
}

async function look(world: World, credential: string): Promise<Complaints> {
  const unsynced = world.kiosks.flatMap((kiosk, at) => {
    const sync = kiosk.desk?.view.snapshot().sync;
    if (sync === undefined) return [`kiosk ${at} does not run`];
    const { pending, quarantined } = sync;
    return pending > 0 || quarantined > 0 ? [`kiosk ${at}: ${JSON.stringify(sync)}`] : [];
  });
  if (unsynced.length > 0) return unsynced;
  try {
    return await compareStores(world, credential);
  } catch (error) {
    return [`looking failed: ${error instanceof Error ? error.message : 'unknown'}`];
  }
}

async function compareStores(world: World, credential: string): Promise<Complaints> {
  const [cityUrl, hubUrl] = [world.city.url, world.hub.url];
  if (cityUrl === null || hubUrl === null) return ['a server does not run'];
  const { events: atCity, bounds } = await eventsAt(fetch, cityUrl, credential);
  const { events: atHub } = await eventsAt(world.hubWire.fetch, hubUrl, credential);
  const truth = new Map(atCity.map((event) => [event.id, event]));
  const complaints = [
    ...differences('city', truth, atCity),
    ...differences('hub', truth, atHub),
    ...acknowledgedAndMissing(world, truth),
    ...neverAcknowledged(world, truth),
  ];
  for (const [at, kiosk] of world.kiosks.entries()) {
    complaints.push(...differences(`kiosk ${at}`, truth, await kiosk.events()));
    const { admitted } = foldEvents(truth.values(), bounds).counts();
    const shown = kiosk.desk?.view.snapshot().counts.admitted;
    if (shown !== admitted) complaints.push(`kiosk ${at} shows ${shown} people instead of ${admitted}`);
  }
  complaints.push(...(await rosterDifferences(world, truth, bounds)));
  return complaints;
}

/** How a store differs from the city's, and what it holds twice. */
function differences(
  store: string,
  truth: ReadonlyMap<string, ReceptionEvent>,
  events: readonly ReceptionEvent[],
): string[] {
  const there = new Set<string>(events.map((event) => event.id));
  const missing = [...truth.keys()].filter((id) => !there.has(id));
  const extra = [...there].filter((id) => !truth.has(id));
  return [
    ...(events.length === there.size ? [] : [`${store}: events twice`]),
    ...missing.map((id) => `${store}: ${id} is missing`),
    ...extra.map((id) => `${store}: ${id} is not at the city`),
  ];
}

function acknowledgedAndMissing(world: World, truth: ReadonlyMap<string, ReceptionEvent>): string[] {
  const voided = new Set<string>(
    [...truth.values()].flatMap((event) => (event.kind === 'voided' ? [event.body.targetId] : [])),
  );
  return world.kiosks.flatMap(({ acknowledged }, at) => [
    ...[...acknowledged.admissions]
      .filter((id) => !truth.has(id))
      .map((id) => `kiosk ${at} acknowledged ${id}, and it is lost`),
    ...[...acknowledged.undone]
      .filter((id) => !voided.has(id))
      .map((id) => `kiosk ${at} undid ${id}, and that is lost`),
  ]);
}

/** What nobody acknowledged can only come of things a killed program left unanswered. */
function neverAcknowledged(world: World, truth: ReadonlyMap<string, ReceptionEvent>): string[] {
  const acknowledged = new Set(world.kiosks.flatMap((kiosk) => [...kiosk.acknowledged.admissions]));
  const undone = new Set(world.kiosks.flatMap((kiosk) => [...kiosk.acknowledged.undone]));
  const others = [...truth.values()].filter((event) =>
    event.kind === 'voided' ? !undone.has(event.body.targetId) : !acknowledged.has(event.id),
  );
  const unanswered = world.kiosks.reduce((sum, kiosk) => sum + kiosk.acknowledged.unanswered, 0);
  return others.length > unanswered
    ? [`${others.length} events that nobody acknowledged, ${unanswered} unanswered`]
    : [];
}

async function rosterDifferences(
  world: World,
  truth: ReadonlyMap<string, ReceptionEvent>,
  bounds: ReadonlyMap<string, number>,
): Promise<string[]> {
  const tell = (entry: Pick<RosterEntry, 'residentId' | 'presence' | 'admissionId' | 'repeatedAdmissions'>) =>
    [entry.residentId, entry.presence, entry.admissionId, entry.repeatedAdmissions].join(' ');
  const expected = [...foldEvents(truth.values(), bounds).entries()].map(tell).sort();
  const shown = (await (await world.headquarters()).people(world.shelterId)).map(tell).sort();
  const isEqual = expected.length === shown.length && expected.every((line, at) => line === shown[at]);
  return isEqual ? [] : [`headquarters shows ${shown.length} entries, the fold of its events has ${expected.length}`];
}

async function eventsAt(send: typeof fetch, url: string, credential: string) {
  const events: ReceptionEvent[] = [];
  const bounds = new Map<string, number>();
  const client = syncClient(url, credential, send);
  for (let checkpoint: string | null = null; ; ) {
    const query = { limit: PULL_MAX_DOCUMENTS, ...(checkpoint === null ? {} : { checkpoint }) };
    const page = await client.pullEvents({ query });
    events.push(...page.events);
    for (const [id, bound] of Object.entries(page.bounds ?? {})) bounds.set(id, bound);
    if (page.end) return { events, bounds };
    checkpoint = page.checkpoint;
  }
}
