import { pullEventsResponseSchema, pushResponseSchema, type ShelterFacts } from '@uketsuke/shared/contracts';
import type { ReceptionEvent } from '@uketsuke/shared/reception';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer } from '../../sync-server/src/city/start-server.ts';
import type { RunningHub } from '../../sync-server/src/hub/start-hub.ts';
import { eventually, PATIENCE_MS } from '../../testbed/patience/eventually.ts';
import { RoughProxy } from '../../testbed/rough-network/rough-proxy.ts';
import { newKiosk, newShelter } from '../../testbed/test-server/new-shelter.ts';
import { newHubCode, openTestHub, sendToHub, type TestHub } from '../../testbed/test-server/test-hub.ts';
import { type BareKiosk, Console, openTestCity, type TestCity } from '../../testbed/test-server/test-server.ts';

const households = sampleHouseholds(91, 600, 1);
let city: TestCity;
let server: RunningServer;
let hq: Console;
let box: TestHub;
let proxy: RoughProxy;
let hub: RunningHub;
let shelter: ShelterFacts;
let kiosk: BareKiosk;
/** Bytes a second of the next connections. */
let bytesPerSecond: number | undefined;
let shelters = 0;

beforeAll(async () => {
  city = await openTestCity();
  server = await city.start();
  hq = await Console.firstAdmin(server);
});
afterEach(async () => {
  await box.close();
  await proxy.stop();
  bytesPerSecond = undefined;
});
afterAll(() => city.close());

/** A new shelter whose hub reaches the city by a proxy. */
async function begin(): Promise<void> {
  shelters += 1;
  shelter = await newShelter(hq, `第${shelters}避難所`);
  kiosk = await newKiosk(server.url, hq, shelter);
  const target = () => ({ port: Number(new URL(server.url).port) });
  proxy = await RoughProxy.start(target, { treat: () => (bytesPerSecond === undefined ? {} : { bytesPerSecond }) });
  box = await openTestHub();
  const cityUrl = `http://127.0.0.1:${proxy.port}`;
  hub = await box.start({ cityUrl, code: await newHubCode(hq, shelter), deviceName: 'ハブ' });
  await relay(({ connected }) => connected, PATIENCE_MS);
}

const admissions = (count: number): ReceptionEvent[] =>
  households.slice(0, count).map((household) => kiosk.admission(household));

async function pushToHub(events: readonly ReceptionEvent[]) {
  const { credential } = kiosk.enrolment;
  const from = performance.now();
  const answer = await sendToHub(hub, '/sync/v1/events', { json: { events }, credential });
  return { ...pushResponseSchema.parse(answer.body), tookMs: performance.now() - from };
}

/** Waits for a state of the relay; how long that took, ms. */
async function relay(
  holds: (state: Awaited<ReturnType<RunningHub['relayState']>>) => boolean,
  withinMs: number,
): Promise<number> {
  const from = performance.now();
  await eventually(
    async () => (holds(await hub.relayState()) ? true : undefined),
    withinMs,
    `the relay, now ${JSON.stringify(await hub.relayState())}`,
  );
  return Math.round(performance.now() - from);
}

async function idsAtCity(): Promise<string[]> {
  const { events } = pullEventsResponseSchema.parse((await kiosk.send('/events?limit=500', 'GET')).body);
  return events.map(({ id }) => id).sort();
}

describe('a hub whose way to the city', () => {
  it('is a black hole serves its kiosks, says so, and passes everything on after healing (SYN-8, SYN-11)', async () => {
    await begin();
    proxy.way = 'silent';
    const [first, ...others] = admissions(5);
    if (first === undefined) throw new Error('no sample');
    expect(await pushToHub([first])).toMatchObject({
      outcomes: [{ outcome: 'stored' }],
      mark: { relay: { pending: 1 } },
    });
    const noticed = await relay(({ connected }) => !connected, PATIENCE_MS);
    const answer = await pushToHub(others);
    expect(answer.mark.relay).toMatchObject({ connected: false, pending: 5 });
    expect(answer.mark.relay?.oldestPendingAt).toBe(first.occurredAt);
    proxy.way = 'open';
    const healed = await relay(({ connected, pending }) => connected && pending === 0, PATIENCE_MS);
    console.log(`hub: black hole noticed after ${noticed} ms; everything at the city ${healed} ms after healing`);
    expect(await idsAtCity()).toEqual([first, ...others].map(({ id }) => id).sort());
  });

  it('is refused and comes back takes down what was recorded at the city meanwhile (SYN-4)', async () => {
    await begin();
    proxy.way = 'refused';
    await relay(({ connected }) => !connected, PATIENCE_MS);
    const [atCity, atHub] = admissions(2);
    if (atCity === undefined || atHub === undefined) throw new Error('no sample');
    await kiosk.push(atCity);
    await pushToHub([atHub]);
    proxy.way = 'open';
    const healed = await relay(({ connected, pending }) => connected && pending === 0, PATIENCE_MS);
    const held = async () => {
      const { credential } = kiosk.enrolment;
      const page = await sendToHub(hub, '/sync/v1/events', { credential });
      return pullEventsResponseSchema.parse(page.body).events.length === 2 ? true : undefined;
    };
    await eventually(held, PATIENCE_MS, 'both events at the hub');
    console.log(`hub: refused connections: ${healed} ms after healing`);
    expect(await idsAtCity()).toEqual([atCity.id, atHub.id].sort());
  });

  it('is too slow for a whole batch sends smaller ones, and answers kiosks as ever', async () => {
    await begin();
    bytesPerSecond = 6_000;
    proxy.cut();
    const events = admissions(500);
    expect((await pushToHub(events)).outcomes.every(({ outcome }) => outcome === 'stored')).toBe(true);
    const someArrived = async () => {
      const found = await idsAtCity();
      return found.length > 0 ? found.length : undefined;
    };
    const [more] = households.slice(500).map((household) => kiosk.admission(household));
    const { tookMs } = await pushToHub(more === undefined ? [] : [more]);
    console.log(`hub: answered a kiosk in ${Math.round(tookMs)} ms while its way to the city was slow`);
    await eventually(someArrived, 120_000, 'a part of the batch at the city');
    bytesPerSecond = undefined;
    proxy.cut();
    await relay(({ pending }) => pending === 0, PATIENCE_MS);
    expect((await kiosk.send('/events?limit=1', 'GET')).body).toMatchObject({ mark: { events: 501 } });
  });
});
