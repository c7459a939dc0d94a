import { secureRandomBytes } from '@uketsuke/shared/identifiers';
import { expect, it, vi } from 'vitest';
import { CityKeys } from '../../../testbed/test-kiosk/city-keys.ts';
import { eventsOfAnotherDesk } from '../../../testbed/test-kiosk/desk-steps.ts';
import { memoryStorage } from '../../../testbed/test-kiosk/memory-storage.ts';
import { KioskStore } from '../store/kiosk-store.ts';
import { EventLog } from './event-log.ts';
import { RecentEvents } from './recent-events.ts';

it('keeps no more events in memory than it may; the oldest goes first', async () => {
  const city = await CityKeys.build(9);
  const [first, second, third] = eventsOfAnotherDesk(city, 3);
  if (first === undefined || second === undefined || third === undefined) throw new Error('three events');
  const recent = new RecentEvents(2);
  for (const event of [first, second, third]) recent.add(event);
  expect([first, second, third].map(({ id }) => recent.get(id))).toEqual([undefined, second, third]);
});

it('spares reading back what was just recorded; the rest is read in one go, in the order asked for', async () => {
  const city = await CityKeys.build(9);
  const store = await KioskStore.open('recent-events', memoryStorage());
  const parts = { secrets: city.secrets('desk1'), store, journal: null, now: Date.now, random: secureRandomBytes };
  const [earlier, later] = eventsOfAnotherDesk(city, 2);
  if (earlier === undefined || later === undefined) throw new Error('two events');
  expect(await (await EventLog.of(parts)).record([earlier])).toBeNull();
  const log = await EventLog.of(parts);
  expect(await log.record([later])).toBeNull();
  const read = vi.spyOn(store, 'eventsById');
  const next = (...ids: (typeof earlier.id)[]) =>
    log.nextReadable(
      () => ids,
      () => {},
    );
  expect(await next(later.id)).toEqual([later]);
  expect(read).not.toHaveBeenCalled();
  expect(await next(earlier.id, later.id)).toEqual([earlier, later]);
  expect(read.mock.calls).toEqual([[[earlier.id]]]);
  await store.close();
});
