import type { ReceptionEvent } from '@uketsuke/shared/reception';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CityKeys } from '../../../testbed/test-kiosk/city-keys.ts';
import { admit, eventsOfAnotherDesk } from '../../../testbed/test-kiosk/desk-steps.ts';
import { type KioskAtServer, kioskAtServer, now, WITHIN } from '../../../testbed/test-kiosk/kiosk-at-server.ts';
import type { TestKiosk } from '../../../testbed/test-kiosk/test-kiosk.ts';
import type { TestSyncServer } from '../../../testbed/test-kiosk/test-sync-server.ts';
import type { Desk } from '../desk/desk.ts';
import type { ExportChoice } from '../store/acknowledgements.ts';

let city: CityKeys;
let kiosk: TestKiosk;
let server: TestSyncServer;
let close: KioskAtServer['close'];

beforeEach(async () => {
  ({ city, kiosk, server, close } = await kioskAtServer());
  kiosk.serverUrl = null;
});
afterEach(() => close());

async function exported(desk: Desk, which: ExportChoice): Promise<ReceptionEvent[]> {
  const events: ReceptionEvent[] = [];
  for await (const event of desk.exports.exportable(which)) events.push(event);
  expect(desk.exports.countExportable(which)).toBe(events.length);
  expect(events.map(({ hlc }) => hlc)).toEqual(events.map(({ hlc }) => hlc).sort());
  return events;
}

describe('what goes on a USB stick', () => {
  it('is everything that the city has not acknowledged, the events of others too, whatever the hub has (SYN-8, SYN-10)', async () => {
    server.put(...eventsOfAnotherDesk(city, 2));
    const desk = await kiosk.open({ now, hubUrl: server.url });
    await admit(desk, city, 3);
    const taken = { counts: { admitted: 5 }, sync: { peer: 'hub', pending: 0, pendingAtCity: 3 } };
    await vi.waitFor(() => expect(desk.view.snapshot()).toMatchObject(taken), WITHIN);
    const events = await exported(desk, 'unacknowledged');
    expect(new Set(events)).toEqual(new Set(server.events.values()));
    expect(await exported(desk, 'all')).toEqual(events);
    expect(desk.view.snapshot()).toMatchObject(taken);
  });

  it('is nothing once the city has acknowledged all, or all of the shelter by choice; exporting changes nothing', async () => {
    kiosk.serverUrl = server.url;
    server.put(...eventsOfAnotherDesk(city, 2));
    const desk = await kiosk.open({ now });
    await admit(desk, city, 3);
    const synced = { counts: { admitted: 5 }, sync: { pending: 0 } };
    await vi.waitFor(() => expect(desk.view.snapshot()).toMatchObject(synced), WITHIN);
    expect(await exported(desk, 'unacknowledged')).toEqual([]);
    expect(await exported(desk, 'all')).toHaveLength(5);
  });
});

it('says that it fails on this laptop when its own store takes no writes, and goes on admitting where it can', async () => {
  kiosk.serverUrl = server.url;
  let isFull = true;
  kiosk.wrapStorage = (storage) => ({
    ...storage,
    createStorageInstance: async (parameters) => {
      const instance = await storage.createStorageInstance(parameters);
      if (parameters.collectionName !== 'receipts') return instance;
      const write = instance.bulkWrite.bind(instance);
      instance.bulkWrite = (rows, context) => (isFull ? Promise.reject(new Error('full')) : write(rows, context));
      return instance;
    },
  });
  const desk = await kiosk.open({ now });
  await admit(desk, city, 1);
  await vi.waitFor(() => expect(desk.view.snapshot().sync.trouble).toBe('store-failed'), WITHIN);
  expect(desk.view.snapshot().sync.pending).toBe(1);
  isFull = false;
  await vi.waitFor(() => expect(desk.view.snapshot().sync).toMatchObject({ pending: 0, trouble: null }), WITHIN);
});
