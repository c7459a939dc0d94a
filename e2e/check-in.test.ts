import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ShelterId } from '@uketsuke/shared/identifiers';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeCameraFile } from '../testbed/camera/write-camera-file.ts';
import { Headquarters } from '../testbed/headquarters/headquarters.ts';
import {
  openHeadquartersPage,
  openShelterKiosk,
  type ShelterKiosk,
  typeByScanner,
  untilTaken,
} from '../testbed/stage/stage.ts';

/** A card from the resident's app to HQ's page: every part is the real one. The tests go on from each other. */

const WITHIN = { timeout: 90_000, interval: 50 };

const households = sampleHouseholds(20_261_122, 6, 3);
let folder: string;
let headquarters: Headquarters;
let hqPage: Page;
let desk: ShelterKiosk;
let cards: string[];
let first: ShelterId;
let second: ShelterId;

const admittedAt = (shelterId: ShelterId) =>
  hqPage.locator(`[data-shelter-id="${shelterId}"]`).getByTestId('admitted').textContent();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uketsuke-e2e-'));
  headquarters = await Headquarters.open();
  first = await headquarters.createShelter('白川小学校');
  second = await headquarters.createShelter('出水中学校');
  cards = [];
  for (const household of households) cards.push((await headquarters.issueCard(household)).code);
  const cameraFile = join(folder, 'card.mjpeg');
  await writeCameraFile({
    codes: cards.slice(0, 1),
    // Long enough for a busy machine to open its eyes.
    intervalMs: 10_000,
    leadInMs: 3_000,
    leadOutMs: 600_000,
    path: cameraFile,
  });
  hqPage = await openHeadquartersPage(headquarters);
  desk = await openShelterKiosk(headquarters, first, { cameraFile });
});

afterAll(async () => {
  await desk?.close();
  await hqPage?.context().close();
  await headquarters?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('check-in from end to end', () => {
  it('shows a card held to the camera on HQ’s page after the green, with nothing pressed (DUR-1, SYN-1)', async () => {
    await desk.result('admitted').waitFor();
    const greenAt = performance.now();
    await expect.poll(() => admittedAt(first), WITHIN).toBe('3');
    console.log(`HQ’s page ${Math.round(performance.now() - greenAt)} ms after the green`);
    expect(await admittedAt(second)).toBe('不明');
    const people = await headquarters.people(first);
    expect(people.map(({ person }) => person.name.written).sort()).toEqual(
      households[0]?.members.map(({ name }) => name.written).sort(),
    );
  });

  it('says so when the same card is shown again, and counts it once (RCP-4)', async () => {
    await untilTaken(() => typeByScanner(desk.page, cards[0] ?? ''), desk.result('already-admitted'));
    expect(await desk.page.getByTestId('admitted-count').textContent()).toBe('3');
    await expect.poll(() => desk.pending(), WITHIN).toBe(0);
    expect((await headquarters.summary(first)).counts?.admitted).toBe(3);
    expect((await headquarters.people(first)).map(({ repeatedAdmissions }) => repeatedAdmissions)).toEqual([0, 0, 0]);
  });

  it('flags on HQ’s page who is admitted at a second shelter too (FLD-5)', async () => {
    const other = await openShelterKiosk(headquarters, second);
    try {
      await other.show(cards[0] ?? '');
      await other.result('admitted').waitFor();
      await expect.poll(() => admittedAt(second), WITHIN).toBe('3');
      await hqPage.locator(`[data-shelter-id="${second}"]`).getByRole('link').click();
      await hqPage.getByTestId('duplicate-flag').first().waitFor();
      expect(await hqPage.getByTestId('duplicate-flag').count()).toBe(3);
      expect(await hqPage.getByTestId('duplicate-flag').first().textContent()).toContain('白川小学校');
    } finally {
      await other.close();
    }
    await hqPage.goBack();
  });

  it('takes an undone admission off HQ’s roster (RCP-5)', async () => {
    await desk.page.getByTestId('undo').click();
    await desk.page.getByTestId('undo-confirm').click();
    await desk.result('undone').waitFor();
    expect(await desk.page.getByTestId('admitted-count').textContent()).toBe('0');
    await expect.poll(() => admittedAt(first), WITHIN).toBe('0');
    expect(await headquarters.people(first)).toEqual([]);
  });

  it('refuses a second tab of the kiosk with words', async () => {
    const tab = await desk.context.newPage();
    await tab.goto(desk.url);
    await tab.locator('[data-testid=start-trouble][data-trouble=another-window]').waitFor();
    expect(await tab.getByRole('alert').textContent()).not.toBe('');
    await tab.close();
    await desk.show(cards[1] ?? '');
    await desk.result('admitted').waitFor();
  });

  it('goes on admitting when the server is away, and brings all of it to HQ once, with nothing pressed (RCP-3, SYN-1)', async () => {
    await expect.poll(() => desk.pending(), WITHIN).toBe(0);
    await headquarters.stopServer();
    for (const [at, card] of cards.slice(2, 5).entries()) {
      await desk.show(card);
      await expect.poll(() => desk.pending(), WITHIN).toBe(at + 1);
    }
    expect(await desk.page.getByTestId('admitted-count').textContent()).toBe('12');
    await expect.poll(() => desk.page.getByTestId('sync').getAttribute('data-trouble'), WITHIN).not.toBe('');
    await headquarters.startServer();
    await expect.poll(() => desk.pending(), WITHIN).toBe(0);
    await expect.poll(async () => (await headquarters.people(first)).length, WITHIN).toBe(12);
    const people = await headquarters.people(first);
    expect(new Set(people.map(({ residentId }) => residentId)).size).toBe(12);
    expect(people.every(({ repeatedAdmissions }) => repeatedAdmissions === 0)).toBe(true);
  });

  it('goes on admitting at a desk whose device was revoked, and says that it does not sync (SYN-7)', async () => {
    await headquarters.revokeDevices(first);
    await desk.show(cards[5] ?? '');
    await desk.result('admitted').waitFor();
    await desk.page.locator('[data-testid=sync][data-trouble=device-revoked]').waitFor({ timeout: 90_000 });
    expect(await desk.pending()).toBe(1);
    expect(await desk.page.getByTestId('admitted-count').textContent()).toBe('15');
    expect(await headquarters.people(first)).toHaveLength(12);
  });
});
