import { deviceIdSchema, type EventId, eventIdSchema } from '@uketsuke/shared/identifiers';
import * as z from 'zod';
import type { StoredEvent } from './documents.ts';
import { type KioskStore, strictDexieStorage } from './kiosk-store.ts';
import { openStore } from './open-store.ts';

/** What the kiosk's store did in a real IndexedDB. */
export interface StoreTrial {
  readonly counted: number;
  /** Ids page by page. */
  readonly pages: readonly (readonly string[])[];
  readonly kept: readonly string[];
  readonly receipts: Readonly<Record<'city' | 'hub', readonly string[]>>;
  readonly mark: unknown;
  /** After one event was overwritten with what is no event. */
  readonly damaged: readonly string[];
  readonly healed: readonly string[];
  /** Events in the store begun beside one that IndexedDB refuses to open. */
  readonly rebuilt: number;
}

const id = (number: number): EventId => eventIdSchema.parse(`ev:${String(number).padStart(12, '0')}-0000-desk1`);
const event = (number: number, sealed = 'AAAA'): StoredEvent => ({
  id: id(number),
  deviceId: deviceIdSchema.parse('desk1'),
  sealed,
  cityGeneration: 0,
});

/** Runs in a page of the test alone. */
export async function tryStore(): Promise<StoreTrial> {
  const store = await openStore('trial', strictDexieStorage());
  await store.addEvents([5, 3, 1, 4, 2].map((number) => event(number)));
  await store.addEvents([event(2, 'BBBB'), event(6)]);
  await store.putReceipts('city', [{ id: id(1), generation: 1, outcome: 'stored' }]);
  await store.putReceipts('hub', [
    { id: id(2), generation: 1, outcome: 'stored' },
    { id: id(3), generation: 1, outcome: 'stored' },
  ]);
  await store.setMarks({ one: 1, two: { a: 'b' } });
  const first = await store.eventsAfter(null, 4);
  const second = await store.eventsAfter(first.next, 4);
  const found = {
    counted: await store.countEvents(),
    pages: [first, second].map((page) => page.documents.map((document) => document.id)),
    kept: (await store.eventsById([id(2)])).map(({ sealed }) => sealed),
    receipts: { city: await receiptsOf(store, 'city'), hub: await receiptsOf(store, 'hub') },
    mark: await store.mark('two', z.unknown()),
  };
  await store.close();
  return { ...found, ...(await tryDamage()), rebuilt: await tryRebuilding() };
}

async function receiptsOf(store: KioskStore, peer: 'city' | 'hub'): Promise<string[]> {
  return (await store.receiptsAfter(peer, null, 10)).receipts.map((receipt) => receipt.id);
}

async function tryDamage(): Promise<Pick<StoreTrial, 'damaged' | 'healed'>> {
  const disk = await outcomeOf(indexedDB.open('rxdb-dexie-trial--0--events'));
  const documents = disk.transaction('docs', 'readwrite').objectStore('docs');
  const document = z.looseObject({ id: z.string() }).parse(await outcomeOf(documents.get(id(3))));
  await outcomeOf(documents.put({ ...document, sealed: '', deviceId: 7 }));
  disk.close();
  const store = await openStore('trial', strictDexieStorage());
  const { damaged } = await store.eventsAfter(null, 10);
  await store.replaceEvents([event(3, 'CCCC')]);
  const healed = (await store.eventsById([id(3)])).map(({ sealed }) => sealed);
  await store.close();
  return { damaged, healed };
}

/** What Chromium says of files that it cannot read any more. */
async function tryRebuilding(): Promise<number> {
  const { open } = IDBFactory.prototype;
  IDBFactory.prototype.open = function (name, version) {
    if (name.startsWith('rxdb-dexie-trial--'))
      throw new DOMException('Internal error opening backing store', 'UnknownError');
    return version === undefined ? open.call(this, name) : open.call(this, name, version);
  };
  const store = await openStore('trial', strictDexieStorage());
  const before = await store.countEvents();
  await store.addEvents([event(9)]);
  const after = await store.countEvents();
  await store.close();
  return before === 0 ? after : -1;
}

function outcomeOf<Outcome>(request: IDBRequest<Outcome>): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
