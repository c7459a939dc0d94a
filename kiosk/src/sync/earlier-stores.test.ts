import { eventIdSchema } from '@uketsuke/shared/identifiers';
import { createRxDatabase } from 'rxdb';
import { expect, it } from 'vitest';
import { memoryStorage } from '../../../testbed/test-kiosk/memory-storage.ts';
import { COLLECTIONS, type KioskCollections } from '../store/collections.ts';
import { KioskStore } from '../store/kiosk-store.ts';
import { readReceipts } from '../store/receipts.ts';
import { knownGeneration, READABLE, recallMarks } from './peer-marks.ts';

const id = (number: number) => eventIdSchema.parse(`ev:${String(number).padStart(12, '0')}-0000-desk1`);
const mark = (name: string, value: unknown) => ({ id: name, value: JSON.stringify(value) });

/** Documents as the first programs wrote them: the city's keys bare, the hub's with its name. */
async function writeAsBefore(name: string): Promise<void> {
  const database = await createRxDatabase<KioskCollections>({ name, storage: memoryStorage(), multiInstance: false });
  const { events, receipts, marks } = await database.addCollections(COLLECTIONS);
  await events?.bulkInsert([{ id: id(1), deviceId: 'desk1', sealed: 'AAAA', heldBy: 2 }]);
  await receipts?.bulkInsert([
    { id: id(1), generation: 2, outcome: 'stored' },
    { id: id(2), generation: 1, outcome: 'stored' },
    { id: `hub:${id(2)}`, generation: 3, outcome: 'quarantined', reason: 'not-authentic' },
  ]);
  await marks?.bulkInsert([
    mark('server', { epoch: 'city', events: 7, generation: 2 }),
    mark('checkpoint-events', 'c-7'),
    mark('checkpoint-facts', 'f-3'),
    mark('facts-epoch', 'facts'),
    mark('pushed', [id(1)]),
    mark('pulled-last', id(2)),
    mark('readable', READABLE),
    mark('hub-server', { epoch: 'hub', events: 5, generation: 3 }),
    mark('hub-checkpoint-events', 'h-5'),
    mark('hub-readable', READABLE),
  ]);
  await database.close();
}

it('reads what a store of the first programs holds of either peer (SYN-8)', async () => {
  const name = 'earlier-store';
  await writeAsBefore(name);
  const store = await KioskStore.open(name, memoryStorage());
  expect(await store.eventsById([id(1)])).toEqual([
    { id: id(1), deviceId: 'desk1', sealed: 'AAAA', cityGeneration: 2 },
  ]);
  expect(await readReceipts(store, 'city', 2)).toEqual(new Map([[id(1), { quarantined: false }]]));
  expect(await readReceipts(store, 'hub', 3)).toEqual(new Map([[id(2), { quarantined: true }]]));
  expect(await knownGeneration(store)).toBe(2);
  expect(await recallMarks(store, 'city', READABLE)).toEqual({
    server: { epoch: 'city', events: 7, generation: 2 },
    eventsFrom: 'c-7',
    factsFrom: 'f-3',
    factsEpoch: 'facts',
    pushed: [id(1)],
    pulledLast: id(2),
  });
  expect(await recallMarks(store, 'hub', READABLE)).toEqual({
    server: { epoch: 'hub', events: 5, generation: 3 },
    eventsFrom: 'h-5',
    factsFrom: null,
    factsEpoch: null,
    pushed: [],
    pulledLast: null,
  });
  await store.close();
});
