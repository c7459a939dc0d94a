import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fillWithDefaultSettings, removeRxDatabase } from 'rxdb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CityKeys, householdOf } from '../../../testbed/test-kiosk/city-keys.ts';
import { admit, eventsOfAnotherDesk } from '../../../testbed/test-kiosk/desk-steps.ts';
import { type KioskAtServer, kioskAtServer, now, WITHIN } from '../../../testbed/test-kiosk/kiosk-at-server.ts';
import type { TestKiosk } from '../../../testbed/test-kiosk/test-kiosk.ts';
import type { TestSyncServer } from '../../../testbed/test-kiosk/test-sync-server.ts';
import type { LoadReport } from '../reception/load-event-log.ts';
import { KioskStore } from '../store/kiosk-store.ts';

let city: CityKeys;
let kiosk: TestKiosk;
let server: TestSyncServer;
let close: KioskAtServer['close'];
let name: string;

beforeEach(async () => {
  ({ city, kiosk, server, close } = await kioskAtServer());
  name = `uketsuke-${kiosk.secrets.enrolment.deviceId}`;
});
afterEach(() => close());

/** Two own admissions and three of another desk, everything synced; then the desk is closed. */
async function fill(): Promise<void> {
  server.put(...eventsOfAnotherDesk(city, 3));
  const desk = await kiosk.open({ now });
  await admit(desk, city, 2);
  const whole = { counts: { admitted: 5 }, sync: { pending: 0 } };
  await vi.waitFor(() => expect(desk.view.snapshot()).toMatchObject(whole), WITHIN);
  await kiosk.close();
}

describe('a store that was lost or damaged (DUR-2)', () => {
  it('is rebuilt from the journal and the server when it was wiped', async () => {
    await fill();
    await kiosk.loseStore();
    const desk = await kiosk.open({ now });
    expect(desk.view.snapshot().counts.admitted).toBe(2);
    await vi.waitFor(() => expect(desk.view.snapshot().counts.admitted).toBe(5), WITHIN);
    await vi.waitFor(() => expect(desk.view.snapshot().sync.pending).toBe(0), WITHIN);
    expect(server.events.size).toBe(5);
  });

  it('is rebuilt from the server alone when the journal is gone too', async () => {
    await fill();
    await kiosk.loseStore();
    await rm(join(kiosk.directory, 'journal'), { recursive: true });
    const desk = await kiosk.open({ now });
    await vi.waitFor(() => expect(desk.view.snapshot().counts.admitted).toBe(5), WITHIN);
    expect(desk.view.snapshot().recent).toHaveLength(2);
  });

  it.each([
    ['cannot be opened', 'AAAA'],
    ['are not as they were written', ''],
  ])('gets back documents that %s: own ones from the journal, others’ from the server', async (_, sealed) => {
    await fill();
    const ids = await damage(sealed);
    expect(ids).toHaveLength(5);
    const reports: LoadReport[] = [];
    const desk = await kiosk.open({ now, onLoaded: (report) => reports.push(report) });
    expect(reports).toMatchObject([{ restored: 2, unreadable: 3 }]);
    await vi.waitFor(() => expect(desk.view.snapshot().counts.admitted).toBe(5), WITHIN);
    await vi.waitFor(() => expect(desk.view.snapshot().sync.pending).toBe(0), WITHIN);
    const again = await kiosk.open({ now, onLoaded: (report) => reports.push(report) });
    expect(reports[1]).toMatchObject({ events: 5, restored: 0, unreadable: 0 });
    expect(again.view.snapshot().counts.admitted).toBe(5);
  });

  it('asks again for facts that are damaged: a revoked card stays refused (CRD-5)', async () => {
    const desk = await kiosk.open({ now });
    const card = await city.card(householdOf(40, 1), now());
    const outcome = await desk.cards.scan(card, 'shelter');
    if (outcome.kind !== 'admitted' || outcome.cardId === null) throw new Error('not admitted');
    server.facts = [city.fact({ id: `revoked:${outcome.cardId}`, kind: 'revoked-card', cardId: outcome.cardId })];
    server.nudge();
    const refused = { kind: 'refused', refusal: 'revoked' };
    await vi.waitFor(async () => expect(await desk.cards.scan(card, 'shelter')).toEqual(refused), WITHIN);
    await kiosk.close();
    await overwrite('facts', [`revoked:${outcome.cardId}`], { fact: { kind: 'nonsense' } });
    const again = await kiosk.open({ now });
    await vi.waitFor(async () => expect(await again.cards.scan(card, 'shelter')).toEqual(refused), WITHIN);
    await server.stop();
    expect(await (await kiosk.open({ now })).cards.scan(card, 'shelter')).toEqual(refused);
  });

  it('is begun anew beside one that does not open, and syncs', async () => {
    await fill();
    const memory = kiosk.storage;
    kiosk.wrapStorage = () => ({
      ...memory,
      createStorageInstance: (parameters) =>
        parameters.databaseName === name
          ? Promise.reject(new Error('the backing store does not open'))
          : memory.createStorageInstance(parameters),
    });
    const desk = await kiosk.open({ now });
    expect(desk.view.snapshot().counts.admitted).toBe(2);
    await vi.waitFor(() => expect(desk.view.snapshot().counts.admitted).toBe(5), WITHIN);
    await admit(desk, city, 1, 300);
    await vi.waitFor(() => expect(server.events.size).toBe(6), WITHIN);
    await kiosk.close();
    await removeRxDatabase(`${name}-rebuilt`, memory, false);
    kiosk.wrapStorage = (storage) => storage;
    const healed = await kiosk.open({ now });
    expect(healed.view.snapshot().counts.admitted).toBe(6);
  });
});

/** Damages every event of the store. */
async function damage(sealed: string): Promise<string[]> {
  const store = await KioskStore.open(name, kiosk.storage);
  const ids = (await store.eventsAfter(null, 100)).documents.map(({ id }) => id);
  await store.close();
  await overwrite('events', ids, { sealed });
  return ids;
}

/** Writes on the disk, past the store's own checks. */
async function overwrite(collection: 'events' | 'facts', ids: string[], change: object): Promise<void> {
  const disk = await kiosk.storage.createStorageInstance<{ id: string }>({
    databaseInstanceToken: 'damage',
    databaseName: name,
    collectionName: collection,
    schema: fillWithDefaultSettings<{ id: string }>({
      version: 0,
      primaryKey: 'id',
      type: 'object',
      properties: { id: { type: 'string', maxLength: 200 } },
    }),
    options: {},
    multiInstance: false,
    devMode: false,
  });
  const documents = await disk.findDocumentsById(ids, false);
  const { error } = await disk.bulkWrite(
    documents.map((previous) => ({ previous, document: { ...previous, ...change } })),
    'damage',
  );
  expect(documents).toHaveLength(ids.length);
  expect(error).toEqual([]);
  await disk.close();
}
