import { deviceIdSchema, eventIdSchema } from '@uketsuke/shared/identifiers';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { StoredEvent } from './documents.ts';
import { KioskStore, StoreError } from './kiosk-store.ts';

const id = (number: number) => eventIdSchema.parse(`ev:${String(number).padStart(12, '0')}-0000-desk1`);
const event = (number: number, sealed = 'AAAA'): StoredEvent => ({
  id: id(number),
  deviceId: deviceIdSchema.parse('desk1'),
  sealed,
  cityGeneration: 0,
});
const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);

/** Memory storages of one process share what has the same name. */
let opened = 0;

describe('the kiosk’s store', () => {
  let store: KioskStore;
  beforeEach(async () => {
    opened += 1;
    store = await KioskStore.open(`store-test-${opened}`, getRxStorageMemory());
  });
  afterEach(() => store.close());

  it('leaves an event that it holds as it is, and replaces one only when told to', async () => {
    await store.addEvents([event(1), event(2)]);
    await store.addEvents([event(2, 'BBBB'), event(3)]);
    expect(await store.countEvents()).toBe(3);
    expect((await store.eventsById([id(2), id(9)])).map(({ sealed }) => sealed)).toEqual(['AAAA']);
    await store.replaceEvents([event(2, 'BBBB'), event(4)]);
    expect((await store.eventsById([id(2)])).map(({ sealed }) => sealed)).toEqual(['BBBB']);
    expect(await store.countEvents()).toBe(4);
  });

  it('gives events page by page in the order of their ids', async () => {
    await store.addEvents(
      numbers(10)
        .reverse()
        .map((number) => event(number)),
    );
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const page = await store.eventsAfter(after, 4);
      seen.push(...page.documents.map((document) => document.id));
      if (page.next === null) break;
      after = page.next;
    }
    expect(seen).toEqual(numbers(10).map(id));
  });

  it('keeps the receipts of two peers apart (SYN-8)', async () => {
    await store.putReceipts('city', [{ id: id(1), generation: 1, outcome: 'stored' }]);
    await store.putReceipts('hub', [
      { id: id(1), generation: 3, outcome: 'quarantined', reason: 'not-authentic' },
      { id: id(2), generation: 3, outcome: 'stored' },
    ]);
    await store.putReceipts('city', [{ id: id(1), generation: 2, outcome: 'already-had' }]);
    const city = await store.receiptsAfter('city', null, 10);
    expect(city.receipts).toMatchObject([{ id: id(1), generation: 2, outcome: 'already-had' }]);
    const hub = await store.receiptsAfter('hub', null, 1);
    expect(hub.receipts).toMatchObject([{ id: id(1), generation: 3, outcome: 'quarantined' }]);
    expect((await store.receiptsAfter('hub', hub.next, 10)).receipts).toMatchObject([{ id: id(2) }]);
  });

  it('remembers values, several in one write, and forgets none', async () => {
    await store.setMarks({ one: { a: 1 }, two: null });
    await store.setMark('one', { a: 2 });
    expect(await store.mark('one', z.object({ a: z.int() }))).toEqual({ a: 2 });
    expect(await store.mark('two', z.string().nullable())).toBeNull();
    expect(await store.mark('one', z.string())).toBeNull();
    expect(await store.mark('none', z.string())).toBeNull();
  });

  it('refuses what does not fit its schemas', async () => {
    await expect(store.addEvents([event(1, '')])).rejects.toThrow(StoreError);
    await expect(store.putReceipts('city', [{ id: id(1), generation: 0, outcome: 'stored' }])).rejects.toThrow();
    expect(await store.countEvents()).toBe(0);
  });
});
