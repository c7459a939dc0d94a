import type { ShelterId } from '@uketsuke/shared/identifiers';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import type { CDPSession } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Headquarters } from '../testbed/headquarters/headquarters.ts';
import { openShelterKiosk, type ShelterKiosk, syncDetails } from '../testbed/stage/stage.ts';

/** The network is pulled at a desk in use, and put back: what the staff see, and what headquarters gets. */

const WITHIN = { timeout: 90_000, interval: 50 };
const UNTHROTTLED = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 };

const households = sampleHouseholds(77, 7, 1);
let headquarters: Headquarters;
let shelterId: ShelterId;
let desk: ShelterKiosk;
let cards: string[];
let network: CDPSession;

/**
 * Chromium's offline emulation, for the way to the server alone: emulating it for everything would also cut the page
 * from its own host, which no pulled plug does, as they talk within the laptop. The page is told that it is offline.
 */
async function setNetwork(connected: boolean): Promise<void> {
  const urlPattern = `${headquarters.url}/*`;
  await network.send('Network.emulateNetworkConditionsByRule', {
    matchedNetworkConditions: connected ? [] : [{ urlPattern, offline: true, ...UNTHROTTLED }],
  });
  await network.send('Network.overrideNetworkState', { offline: !connected, ...UNTHROTTLED });
}

/** The sync line as it is: what it counts, and what it says. */
const line = () =>
  desk.page.getByTestId('sync').evaluate((element) => ({
    pending: Number(element.getAttribute('data-pending')),
    trouble: element.getAttribute('data-trouble'),
    look: element.getAttribute('data-look'),
    headline: element.querySelector('[data-testid=sync-headline]')?.textContent,
    words: element.textContent,
  }));

const admittedAtHeadquarters = async () => (await headquarters.summary(shelterId)).counts?.admitted;

/** Pasted, as typing needs a debugging session of its own, and the end of that would put the network back. */
async function scan(at: number): Promise<void> {
  await desk.show(cards[at] ?? '');
  await expect.poll(() => desk.page.locator('.recent-item').count(), WITHIN).toBe(at + 1);
}

beforeAll(async () => {
  headquarters = await Headquarters.open();
  shelterId = await headquarters.createShelter('白川小学校');
  cards = [];
  for (const household of households) cards.push((await headquarters.issueCard(household)).code);
  desk = await openShelterKiosk(headquarters, shelterId);
  network = await desk.context.newCDPSession(desk.page);
  await network.send('Network.enable');
});

afterAll(async () => {
  await desk?.close();
  await headquarters?.close();
});

describe('the network pulled while scanning', () => {
  it('is told at once, each scan counts up, and all of it counts down to none when it is back (SYN-1, SYN-11)', async () => {
    await scan(0);
    await expect.poll(line, WITHIN).toMatchObject({
      pending: 0,
      trouble: '',
      look: 'synced',
      headline: 'すべて本部に届いています',
    });

    await setNetwork(false);
    for (const at of [1, 2, 3, 4]) {
      await scan(at);
      await expect.poll(line, WITHIN).toMatchObject({
        pending: at,
        trouble: 'no-network',
        look: 'waiting',
        headline: `本部にまだ届いていない記録 ${at}件`,
      });
    }
    expect((await line()).words).toContain('受付はこのまま続けられます');
    expect(await syncDetails(desk.page)).toContain('ネットワークにつながっていません');
    expect(await admittedAtHeadquarters()).toBe(1);

    await setNetwork(true);
    await expect.poll(line, WITHIN).toMatchObject({ pending: 0, trouble: '', look: 'synced' });
    await expect.poll(admittedAtHeadquarters, WITHIN).toBe(5);
    await scan(5);
    await expect.poll(() => desk.pending(), WITHIN).toBe(0);
    await expect.poll(admittedAtHeadquarters, WITHIN).toBe(6);
  });

  it('is told apart from a server that does not answer', async () => {
    await headquarters.stopServer();
    await scan(6);
    await expect.poll(line, WITHIN).toMatchObject({ pending: 1, trouble: 'server-unreachable', look: 'waiting' });
    await headquarters.startServer();
    await expect.poll(line, WITHIN).toMatchObject({ pending: 0, trouble: '', look: 'synced' });
    await expect.poll(admittedAtHeadquarters, WITHIN).toBe(7);
  });
});
