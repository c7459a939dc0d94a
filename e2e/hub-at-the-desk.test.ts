import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hubCode } from '@uketsuke/shared/hub';
import type { ShelterId } from '@uketsuke/shared/identifiers';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningHub, startHub } from '../sync-server/src/hub/start-hub.ts';
import { Headquarters } from '../testbed/headquarters/headquarters.ts';
import { openShelterKiosk, type ShelterKiosk, syncDetails, typeByScanner } from '../testbed/stage/stage.ts';

/** A hub as the staff at a desk meet it, in Chromium: the real page, host, hub and server. The tests go on from each other. */

const WITHIN = { timeout: 90_000, interval: 50 };

const households = sampleHouseholds(78, 6, 1);
let folder: string;
let headquarters: Headquarters;
let shelterId: ShelterId;
let desk: ShelterKiosk;
let hub: RunningHub;
let cards: string[];

/** Starts a hub of the shelter with a data folder of its own: another folder is another hub. */
async function newHub(name: string, of: ShelterId, port = 0): Promise<RunningHub> {
  const code = await headquarters.makeEnrolmentCode(of, 'hub');
  const dataDirectory = join(folder, name);
  return startHub({ dataDirectory, cityUrl: headquarters.url, code, deviceName: name, host: '127.0.0.1', port });
}

const line = () =>
  desk.page.getByTestId('sync').evaluate((element) => ({
    peer: element.getAttribute('data-peer'),
    pending: Number(element.getAttribute('data-pending')),
    hubTrouble: element.getAttribute('data-hub-trouble'),
    look: element.getAttribute('data-look'),
    headline: element.querySelector('[data-testid=sync-headline]')?.textContent,
    words: element.textContent,
  }));

const atHeadquarters = async () => (await headquarters.summary(shelterId)).counts?.admitted;

async function scan(at: number): Promise<void> {
  await desk.show(cards[at] ?? '');
  await expect.poll(() => desk.page.locator('.recent-item').count(), WITHIN).toBe(at + 1);
}

async function useHubByQr(of: RunningHub): Promise<void> {
  await desk.page.getByTestId('settings-open').click();
  await desk.show(hubCode([of.url]));
  await desk.page.getByTestId('hub-use').click();
  await desk.page.locator('[data-testid=hub][data-step=connected]').waitFor();
  await desk.page.getByTestId('settings-close').click();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uketsuke-e2e-hub-'));
  headquarters = await Headquarters.open();
  shelterId = await headquarters.createShelter('白川小学校');
  cards = [];
  for (const household of households) cards.push((await headquarters.issueCard(household)).code);
  hub = await newHub('ハブ1', shelterId);
  desk = await openShelterKiosk(headquarters, shelterId);
});

afterAll(async () => {
  await desk?.close();
  await hub?.stop();
  await headquarters?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a hub at the desk', () => {
  it('of another shelter is refused with words (HUB-2)', async () => {
    const other = await newHub('other', await headquarters.createShelter('城東小学校'));
    await desk.page.getByTestId('settings-open').click();
    await desk.show(hubCode([other.url]));
    const error = desk.page.locator('[data-testid=hub-error][data-code=other-shelter]');
    await error.waitFor();
    expect(await error.textContent()).toContain('城東小学校');
    await other.stop();
    await desk.page.getByTestId('settings-close').click();
  });

  it('is used after its QR was scanned; what it passed on is at headquarters (SYN-8)', async () => {
    await useHubByQr(hub);
    await scan(0);
    await expect.poll(line, WITHIN).toMatchObject({ peer: 'hub', pending: 0, look: 'synced' });
    await expect.poll(atHeadquarters, WITHIN).toBe(1);
  });

  it('while the city is away, says that records are at the hub and not at headquarters, and then that they are', async () => {
    await headquarters.stopServer();
    await scan(1);
    await scan(2);
    await expect.poll(line, WITHIN).toMatchObject({
      peer: 'hub',
      pending: 0,
      look: 'waiting',
      headline: 'ハブに届いています',
    });
    expect(await syncDetails(desk.page)).toContain('ハブから本部へは未送信 2件');
    await headquarters.startServer();
    await expect.poll(line, WITHIN).toMatchObject({ look: 'synced', headline: 'すべて本部に届いています' });
    await expect.poll(atHeadquarters, WITHIN).toBe(3);
  });

  it('is still used after the desk was locked and opened again', async () => {
    await Promise.all([desk.page.waitForEvent('load'), desk.page.getByTestId('lock').click()]);
    await desk.page.getByTestId('unlock-pin').fill('314159');
    await desk.page.getByTestId('unlock-submit').click();
    await desk.page.getByTestId('scan-screen').waitFor();
    await expect.poll(line, WITHIN).toMatchObject({ peer: 'hub', pending: 0, look: 'synced' });
  });

  it('that is switched off leaves the desk to the city by itself, once (SYN-9, SYN-11)', async () => {
    await hub.stop();
    await scan(3);
    await expect.poll(line, WITHIN).toMatchObject({ peer: 'city', pending: 0, hubTrouble: 'server-unreachable' });
    await expect.poll(atHeadquarters, WITHIN).toBe(4);
    expect((await headquarters.people(shelterId)).length).toBe(4);
  });

  it('in whose place another one stands is sent nothing until its QR is scanned (HUB-2)', async () => {
    hub = await newHub('ハブ2', shelterId, Number(new URL(hub.url).port));
    await expect.poll(line, WITHIN).toMatchObject({ peer: 'city', hubTrouble: 'answers-strangely' });
    expect(`${(await line()).words}${await syncDetails(desk.page)}`).toContain('新しいハブのQRコード');
    await useHubByQr(hub);
    await expect.poll(line, WITHIN).toMatchObject({ peer: 'hub', pending: 0, hubTrouble: '', look: 'synced' });
  });
});

describe('records carried by hand (SYN-10)', () => {
  it('reach headquarters once: by the file, and again by the network', async () => {
    await hub.stop();
    await headquarters.stopServer();
    await typeByScanner(desk.page, cards[4] ?? '');
    await expect.poll(line, WITHIN).toMatchObject({ pending: 1 });
    await desk.page.getByTestId('settings-open').click();
    await desk.page.getByTestId('settings').waitFor();
    const [download] = await Promise.all([
      desk.page.waitForEvent('download'),
      desk.page.getByTestId('usb-save').click(),
    ]);
    const bundle = new Uint8Array(await readFile(await download.path()));
    await desk.page.locator('[data-testid=usb-saved]').waitFor();
    expect((await line()).pending).toBe(1);
    await headquarters.startServer();
    const imported = await headquarters.importBundle(bundle);
    expect(imported).toMatchObject({ shelterId, quarantined: 0 });
    await expect.poll(line, WITHIN).toMatchObject({ peer: 'city', pending: 0 });
    const again = await headquarters.importBundle(bundle);
    expect(again).toMatchObject({ stored: 0, alreadyHad: imported.events });
    await expect.poll(async () => (await headquarters.people(shelterId)).length, WITHIN).toBe(5);
    expect((await headquarters.people(shelterId)).map(({ repeatedAdmissions }) => repeatedAdmissions)).toEqual(
      Array(5).fill(0),
    );
  });
});
