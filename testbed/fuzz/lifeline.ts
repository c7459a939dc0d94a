import { CodedError } from '@uketsuke/shared/coded-error';
import type { KioskJournal } from '../../kiosk/host/kiosk-host.ts';
import type { MemoryStorage } from '../test-kiosk/memory-storage.ts';

/** The program that did this has been killed. */
export class KilledError extends CodedError<'killed'> {
  override readonly name = 'KilledError';
  constructor() {
    super('killed', 'the program was killed');
  }
}

/**
 * A running program that can be killed at any of its steps. A step is a write to a disk or a request to the network: once
 * dead, nothing that the program still does reaches either. What a real kill leaves behind is exactly that.
 */
export class Lifeline {
  #stepsLeft = Number.POSITIVE_INFINITY;

  get isDead(): boolean {
    return this.#stepsLeft <= 0;
  }

  /** Dies when it begins its n-th step from now. */
  endAfter(steps: number): void {
    this.#stepsLeft = Math.min(this.#stepsLeft, steps);
  }

  /** @throws KilledError */
  step(): void {
    if (this.isDead) throw new KilledError();
    this.#stepsLeft -= 1;
  }

  storage(storage: MemoryStorage): MemoryStorage {
    return {
      ...storage,
      createStorageInstance: async (parameters) => {
        const instance = await storage.createStorageInstance(parameters);
        const write = instance.bulkWrite.bind(instance);
        instance.bulkWrite = async (rows, context) => {
          this.step();
          return write(rows, context);
        };
        return instance;
      },
    };
  }

  journal(journal: KioskJournal): KioskJournal {
    return {
      read: (from, limit) => journal.read(from, limit),
      append: async (entry) => {
        this.step();
        await journal.append(entry);
      },
    };
  }

  /** The answer of a request sent before the kill does not come any more either. */
  fetch(send: typeof fetch): typeof fetch {
    return async (input, init) => {
      this.step();
      const response = await send(input, init);
      if (this.isDead) {
        await response.body?.cancel();
        throw new KilledError();
      }
      return response;
    };
  }
}
