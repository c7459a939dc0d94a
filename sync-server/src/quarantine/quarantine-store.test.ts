import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Couch } from '../couch/couch.ts';
import { openTestCouch } from '../couch/testing.ts';
import { startTestSync, type TestDevice, type TestSync } from '../sync/testing.ts';
import { QUARANTINED_PREFIX, QuarantineStore, type Refusal } from './quarantine-store.ts';

const AT = '2026-11-27T03:00:00.000Z';
const QUOTA = { documents: 5, bytes: 4_000 };

let couch: Couch;
let sync: TestSync;
let store: QuarantineStore;
let kiosk: TestDevice;
let serial = 0;

beforeAll(async () => {
  couch = await openTestCouch();
  sync = await startTestSync(couch);
  store = new QuarantineStore(couch, QUOTA);
});
afterAll(async () => {
  await sync.close();
  await couch.close();
});
beforeEach(() => {
  serial += 1;
  kiosk = sync.devices.enrol(`q${serial}`);
});

const refusals = (from: number, to: number, filler = ''): Refusal[] =>
  Array.from({ length: to - from }, (_, at) => ({
    document: { serial, at: from + at, filler },
    eventId: `ev:${from + at}`,
    reason: 'not-authentic',
  }));

async function keptIds(): Promise<string[]> {
  const { rows } = await store.use((database) =>
    database.view('quarantine', 'per-shelter', {
      reduce: false,
      startkey: [kiosk.shelterId],
      endkey: [kiosk.shelterId, {}],
    }),
  );
  return rows.map(({ id }) => id.slice(QUARANTINED_PREFIX.length));
}

describe('what one device may fill of the quarantine (SYN-14)', () => {
  it('is so many documents; the same ones come again, others and other devices are not kept out', async () => {
    await store.keep(kiosk, refusals(0, 5), AT);
    await expect(store.keep(kiosk, refusals(4, 6), AT)).rejects.toMatchObject({ status: 503, code: 'busy' });
    await store.keep(kiosk, refusals(0, 5), AT);
    expect(await keptIds()).toHaveLength(5);
    await store.keep(sync.devices.enrol(`q${serial}-b`), refusals(5, 7), AT);
  });

  it('is so many bytes', async () => {
    await store.keep(kiosk, refusals(0, 2, 'x'.repeat(1_500)), AT);
    await expect(store.keep(kiosk, refusals(2, 3, 'x'.repeat(1_500)), AT)).rejects.toMatchObject({ code: 'busy' });
  });

  it('is free again once somebody looked after it', async () => {
    await store.keep(kiosk, refusals(0, 5), AT);
    const [id = ''] = await keptIds();
    await store.discard(id, 'tanaka', AT);
    await store.keep(kiosk, refusals(5, 6), AT);
  });
});

describe('a document that was thrown away (SYN-13)', () => {
  it('is gone for good, with who did it and when, and is not kept when it comes again', async () => {
    await store.keep(kiosk, refusals(0, 2), AT);
    const [id = ''] = await keptIds();
    await store.discard(id, 'tanaka', AT);
    expect(await keptIds()).toHaveLength(1);
    await store.keep(kiosk, refusals(0, 2), AT);
    expect(await keptIds()).toHaveLength(1);
    const record = await store.use((database) => database.get(`discarded:${id}`));
    const { deviceId, shelterId } = kiosk;
    expect(record).toMatchObject({ discarded: { by: 'tanaka', at: AT, deviceId, shelterId, reason: 'not-authentic' } });
    expect(JSON.stringify(record)).not.toContain('filler');
    await expect(store.discard(id, 'tanaka', AT)).rejects.toMatchObject({ status: 404, code: 'not-found' });
  });
});
