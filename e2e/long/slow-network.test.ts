import { afterEach, describe, expect, it } from 'vitest';
import { CityOnTheNetwork, synced } from '../../testbed/rough-network/city-on-the-network.ts';

/** What 120 admissions may take over the slow line, on a busy machine. */
const SLOW_MS = 240_000;

let city: CityOnTheNetwork;
afterEach(async () => {
  await city.close();
});

describe('a link so slow that a full batch cannot pass', () => {
  it('is worked through in smaller batches', async () => {
    const requestTimeoutMs = 1_500;
    city = await CityOnTheNetwork.build({ cards: 120, treat: () => ({ bytesPerSecond: 12_000 }) });
    city.proxy.way = 'refused';
    const { desk } = await city.openKiosk(0, { requestTimeoutMs });
    await city.admit(desk, 120);
    city.proxy.way = 'open';
    console.log(`slow link, 120 admissions: ${await synced(desk, SLOW_MS)} ms`);
    expect(await city.everybodyAtHeadquarters()).toBe(city.admittedPeople);
  });
});
