import { afterEach, beforeEach, expect, it } from 'vitest';
import * as z from 'zod';
import { CityKeys } from '../../../testbed/test-kiosk/city-keys.ts';
import { admit, eventsOfAnotherDesk } from '../../../testbed/test-kiosk/desk-steps.ts';
import { PassingTime } from '../../../testbed/test-kiosk/passing-time.ts';
import { TestKiosk } from '../../../testbed/test-kiosk/test-kiosk.ts';
import { TestSyncServer } from '../../../testbed/test-kiosk/test-sync-server.ts';
import { KioskStore } from '../store/kiosk-store.ts';

const now = () => Date.now();

let time: PassingTime;
let city: CityKeys;
let kiosk: TestKiosk;
let server: TestSyncServer;

beforeEach(async () => {
  time = new PassingTime();
  city = await CityKeys.build(9);
  kiosk = await TestKiosk.build(city.secrets('desk1'));
  server = new TestSyncServer(now);
  time.watch(server);
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
  const desk = await kiosk.open({ now, ...time.options });
  await admit(desk, city, 2);
  await time.until(() => expect(desk.view.snapshot().sync.pending).toBe(0));
  const copy = new Map(server.events);
  await admit(desk, city, 3, 300);
  await time.until(() => expect(server.events.size).toBe(5));
  await time.until(() => expect(desk.view.snapshot().sync.pending).toBe(0));
  await restoreTo(copy, 9);
  await time.until(() => expect(server.events.size).toBe(14));
  await time.until(() =>
    expect(desk.view.snapshot()).toMatchObject({ counts: { admitted: 14 }, sync: { pending: 0, trouble: null } }),
  );
});

it('notices it also when it pushed again before it could pull (SYN-5)', async () => {
  const desk = await kiosk.open({ now, ...time.options });
  await admit(desk, city, 1);
  await time.until(() => expect(desk.view.snapshot().sync.pending).toBe(0));
  await time.until(() => expect(server.witnesses).not.toEqual([]));
  const copy = new Map(server.events);
  server.refusesPulls = true;
  await admit(desk, city, 1, 300);
  await time.until(() => expect(desk.view.snapshot().sync.pending).toBe(0));
  await restoreTo(copy, 9);
  await admit(desk, city, 1, 400);
  await time.until(() => expect(server.events.size).toBe(11));
  await time.until(() => expect(desk.view.snapshot().sync.pending).toBe(0));
  server.refusesPulls = false;
  await time.until(() => expect(server.events.size).toBe(12));
  await time.until(() => expect(desk.view.snapshot().counts.admitted).toBe(12));
});

it('pulls between pushes of a long backlog, so that no store is restored unseen (SYN-5)', async () => {
  await server.stop();
  const desk = await kiosk.open({ now, ...time.options });
  await admit(desk, city, 8);
  server.tooLarge = (_event, count) => count > 1;
  await server.start();
  await time.until(() => expect(desk.view.snapshot().sync.pending).toBe(0));
  expect(server.pushes.length).toBeGreaterThan(3);
  expect(server.order.join('')).not.toMatch(/push(push){3}/);
});

it('notices it also when it was closed meanwhile, by what it had pulled alone (SYN-5)', async () => {
  const [first, ...lost] = eventsOfAnotherDesk(city, 4);
  if (first === undefined) throw new Error('four events');
  server.put(first, ...lost);
  const desk = await kiosk.open({ now, ...time.options });
  await time.until(() => expect(desk.view.snapshot().counts.admitted).toBe(4));
  await kiosk.close();
  await restoreTo(new Map([[first.id, first]]), 6);
  server.witnesses = [];
  const again = await kiosk.open({ now, ...time.options });
  await time.until(() => expect(server.events.size).toBe(10));
  await time.until(() => expect(again.view.snapshot().counts.admitted).toBe(10));
  expect(server.witnesses[0]).toEqual([lost.at(-1)?.id]);
});

it('asks for no witness that it has no reason to expect: none at first, none that was quarantined', async () => {
  server.quarantine = () => true;
  const desk = await kiosk.open({ now, ...time.options });
  await admit(desk, city, 1);
  await time.until(() => expect(desk.view.snapshot().sync).toMatchObject({ pending: 0, quarantined: 1 }));
  const pulls = server.pulls;
  server.nudge();
  await time.until(() => expect(server.pulls).toBeGreaterThan(pulls));
  expect(server.witnesses).toEqual([]);
});

it('takes the mark of quarantine off an event that headquarters released (SYN-13)', async () => {
  server.quarantine = () => true;
  const desk = await kiosk.open({ now, ...time.options });
  await admit(desk, city, 2);
  await time.until(() => expect(desk.view.snapshot().sync).toMatchObject({ pending: 0, quarantined: 2 }));
  const [released] = server.refused;
  if (released === undefined) throw new Error('nothing was refused');
  server.put(released);
  await time.until(() => expect(desk.view.snapshot().sync.quarantined).toBe(1));
  expect(desk.view.snapshot().counts.admitted).toBe(2);
  expect((await kiosk.open({ now, ...time.options })).view.snapshot().sync).toMatchObject({
    pending: 0,
    quarantined: 1,
  });
});

it('pulls again after an upgrade what an earlier program could not read and skipped', async () => {
  server.put(...eventsOfAnotherDesk(city, 2));
  server.strangers = [{ schema: 99, id: 'of a later program' }];
  const desk = await kiosk.open({ now, ...time.options });
  await time.until(() => expect(desk.view.snapshot().counts.admitted).toBe(2));
  const name = `uketsuke-${kiosk.secrets.enrolment.deviceId}`;
  await kiosk.close();
  server.strangers = eventsOfAnotherDesk(city, 1, 800);
  const same = await kiosk.open({ now, ...time.options });
  await time.until(() => expect(same.view.snapshot().sync.lastExchangeAt).not.toBeNull());
  expect(same.view.snapshot().counts.admitted).toBe(2);
  await kiosk.close();
  const store = await KioskStore.open(name, kiosk.storage);
  const readable = await store.mark('readable', z.object({ eventSchema: z.int(), factKinds: z.array(z.string()) }));
  await store.setMark('readable', { ...readable, eventSchema: (readable?.eventSchema ?? 0) - 1 });
  await store.close();
  const upgraded = await kiosk.open({ now, ...time.options });
  await time.until(() => expect(upgraded.view.snapshot().counts.admitted).toBe(3));
});
