import { deviceIdSchema, eventIdOf } from '@uketsuke/shared/identifiers';
import { KioskStore, strictDexieStorage } from '../../kiosk/src/store/kiosk-store.ts';
import { relaxedDexieStorage } from '../test-kiosk/relaxed-storage.ts';

/** A page of the test alone: writes events to the kiosk's store, one after the other, and tells each that resolved. */

declare global {
  interface Window {
    /** Given to the page by the test. */
    readonly tellStored: (id: string) => Promise<void>;
  }
}

const SEALED_CHARACTERS = 700;
const DEVICE = deviceIdSchema.parse('desk1');

/** Writes until the page ends. `relaxed` is the browser's default, which no kiosk uses. */
export async function writeEvents(durability: 'strict' | 'relaxed'): Promise<void> {
  const storage = durability === 'strict' ? strictDexieStorage() : relaxedDexieStorage();
  const store = await KioskStore.open('power-cut', storage);
  for (let number = 0; ; number += 1) {
    const id = eventIdOf(`${number.toString(16).padStart(12, '0')}-0000-desk1`);
    const sealed = 'A'.repeat(SEALED_CHARACTERS);
    await store.addEvents([{ id, deviceId: DEVICE, sealed, cityGeneration: 0 }]);
    void window.tellStored(id);
  }
}
