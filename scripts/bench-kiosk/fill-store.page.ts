import * as z from 'zod';
import { peerReceiptSchema, storedEventSchema } from '../../kiosk/src/store/documents.ts';
import { KioskStore, strictDexieStorage } from '../../kiosk/src/store/kiosk-store.ts';

const batchSchema = z.object({ events: z.array(storedEventSchema), receipts: z.array(peerReceiptSchema) }).nullable();

/** Runs in a page of the kiosk's origin: writes into its store what the bench hands out, until there is no more. */
export async function fillStore(deviceId: string, generation: number): Promise<number> {
  const store = await KioskStore.open(`uketsuke-${deviceId}`, strictDexieStorage());
  let next = fetchBatch();
  for (let batch = await next; batch !== null; batch = await next) {
    next = fetchBatch();
    await store.addEvents(batch.events);
    await store.putReceipts('city', batch.receipts);
  }
  const events = await store.countEvents();
  await store.setMark('server', { epoch: 'bench', events, generation });
  await store.close();
  return events;
}

async function fetchBatch(): Promise<z.infer<typeof batchSchema>> {
  const response = await fetch('/batch');
  return batchSchema.parse(await response.json());
}
