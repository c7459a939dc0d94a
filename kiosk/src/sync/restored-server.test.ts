import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { CityKeys } from '../../../testbed/test-kiosk/city-keys.ts';
import { admit, eventsOfAnotherDesk } from '../../../testbed/test-kiosk/desk-steps.ts';
import { TestKiosk } from '../../../testbed/test-kiosk/test-kiosk.ts';
import { TestSyncServer } from '../../../testbed/test-kiosk/test-sync-server.ts';
import { KioskStore } from '../store/kiosk-store.ts';

const now = () => Date.now();
const WITHIN = { timeout: 15_000, interval: 20 };

let city: CityKeys;
let kiosk: TestKiosk;
let server: TestSyncServer;

beforeEach(async () => {
  city = await CityKeys.build(9);
  kiosk = await TestKiosk.build(city.secrets('desk1'));
  server = new TestSyncServer(now);
  await server.start();
  kiosk.serverUrl = server.url;
});
afterEach(async () => {
  await kiosk.remove();
  await server.stop();
});

/** The server's store as it was, under the same epoch: what copying files back does. */
async function restoreTo(copy: TestSyncServer['events'], thenGrowsBy: number): Promise<void> {
  await server.stop();
  server.events = new Map(copy);
  for (const event of eventsOfAnotherDesk(city, thenGrowsBy, 700)) server.events.set(event.id, event);
  await server.start();
}

it('offers again what an older copy lacks, though the copy grew past the mark before the kiosk asked (SYN-5)', async () => {
  const desk = await kiosk.open({ now });
  await admit(desk, city, 2);
  await vi.waitFor(() => expect(desk.view.snapshot().sync.pending).toBe(0), WITHIN);
  const copy = new Map(server.events);
  await admit(desk, city, 3, 300);
  await vi.waitFor(() => expect(server.events.size).toBe(5), WITHIN);
  await vi.waitFor(() => expect(desk.view.snapshot().sync.pending).toBe(0), WITHIN);
  await restoreTo(copy, 9);
  await vi.waitFor(() => expect(server.events.size).toBe(14), WITHIN);
  await vi.waitFor(
    () => expect(desk.view.snapshot()).toMatchObject({ counts: { admitted: 14 }, sync: { pending: 0, trouble: null } }),
    WITHIN,
  );
});

it('notices it also when it pushed again before it could pull (SYN-5)', async () => {
  const desk = await kiosk.open({ now });
  await admit(desk, city, 1);
  await vi.waitFor(() => expect(desk.view.snapshot().sync.pending).toBe(0), WITHIN);
  await vi.waitFor(() => expect(server.witnesses).not.toEqual([]), WITHIN);
  const copy = new Map(server.events);
  server.refusesPulls = true;
  await admit(desk, city, 1, 300);
  await vi.waitFor(() => expect(desk.view.snapshot().sync.pending).toBe(0), WITHIN);
  await restoreTo(copy, 9);
  await admit(desk, city, 1, 400);
  await vi.waitFor(() => expect(server.events.size).toBe(11), WITHIN);
  await vi.waitFor(() => expect(desk.view.snapshot().sync.pending).toBe(0), WITHIN);
  server.refusesPulls = false;
  await vi.waitFor(() => expect(server.events.size).toBe(12), WITHIN);
  await vi.waitFor(() => expect(desk.view.snapshot().counts.admitted).toBe(12), WITHIN);
});

it('pulls between pushes of a long backlog, so that no store is restored unseen (SYN-5)', async () => {
  await server.stop();
  const desk = await kiosk.open({ now });
  await admit(desk, city, 8);
  server.tooLarge = (_event, count) => count > 1;
  await server.start();
  await vi.waitFor(() => expect(desk.view.snapshot().sync.pending).toBe(0), WITHIN);
  expect(server.pushes.length).toBeGreaterThan(3);
  expect(server.order.join('')).not.toMatch(/push(push){3}/);
});

it('notices it also when it was closed meanwhile, by what it had pulled alone (SYN-5)', async () => {
  const [first, ...lost] = eventsOfAnotherDesk(city, 4);
  if (first === undefined) throw new Error('four events');
  server.put(first, ...lost);
  const desk = await kiosk.open({ now });
  await vi.waitFor(() => expect(desk.view.snapshot().counts.admitted).toBe(4), WITHIN);
  await kiosk.close();
  await restoreTo(new Map([[first.id, first]]), 6);
  server.witnesses = [];
  const again = await kiosk.open({ now });
  await vi.waitFor(() => expect(server.events.size).toBe(10), WITHIN);
  await vi.waitFor(() => expect(again.view.snapshot().counts.admitted).toBe(10), WITHIN);
  expect(server.witnesses[0]).toEqual([lost.at(-1)?.id]);
});

it('asks for no witness that it has no reason to expect: none at first, none that was quarantined', async () => {
  server.quarantine = () => true;
  const desk = await kiosk.open({ now });
  await admit(desk, city, 1);
  await vi.waitFor(() => expect(desk.view.snapshot().sync).toMatchObject({ pending: 0, quarantined: 1 }), WITHIN);
  const pulls = server.pulls;
  server.nudge();
  await vi.waitFor(() => expect(server.pulls).toBeGreaterThan(pulls), WITHIN);
  expect(server.witnesses).toEqual([]);
});

it('takes the mark of quarantine off an event that headquarters released (SYN-13)', async () => {
  server.quarantine = () => true;
  const desk = await kiosk.open({ now });
  await admit(desk, city, 2);
  await vi.waitFor(() => expect(desk.view.snapshot().sync).toMatchObject({ pending: 0, quarantined: 2 }), WITHIN);
  const [released] = server.refused;
  if (released === undefined) throw new Error('nothing was refused');
  server.put(released);
  await vi.waitFor(() => expect(desk.view.snapshot().sync.quarantined).toBe(1), WITHIN);
  expect(desk.view.snapshot().counts.admitted).toBe(2);
  expect((await kiosk.open({ now })).view.snapshot().sync).toMatchObject({ pending: 0, quarantined: 1 });
});

it('pulls again after an upgrade what an earlier program could not read and skipped', async () => {
  server.put(...eventsOfAnotherDesk(city, 2));
  server.strangers = [{ schema: 99, id: 'of a later program' }];
  const desk = await kiosk.open({ now });
  await vi.waitFor(() => expect(desk.view.snapshot().counts.admitted).toBe(2), WITHIN);
  const name = `uketsuke-${kiosk.secrets.enrolment.deviceId}`;
  await kiosk.close();
  server.strangers = eventsOfAnotherDesk(city, 1, 800);
  const same = await kiosk.open({ now });
  await vi.waitFor(() => expect(same.view.snapshot().sync.lastExchangeAt).not.toBeNull(), WITHIN);
  expect(same.view.snapshot().counts.admitted).toBe(2);
  await kiosk.close();
  const store = await KioskStore.open(name, kiosk.storage);
  const readable = await store.mark('readable', z.object({ eventSchema: z.int(), factKinds: z.array(z.string()) }));
  await store.setMark('readable', { ...readable, eventSchema: (readable?.eventSchema ?? 0) - 1 });
  await store.close();
  const upgraded = await kiosk.open({ now });
  await vi.waitFor(() => expect(upgraded.view.snapshot().counts.admitted).toBe(3), WITHIN);
});
