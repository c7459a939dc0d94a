import type { Fact } from '@uketsuke/shared/contracts';
import type { DeviceId } from '@uketsuke/shared/identifiers';
import { Listeners } from '@uketsuke/shared/listeners';

/** The devices that headquarters has withdrawn, as far as facts tell: a withdrawn hub is no hub (HUB-2). */
export class WithdrawnDevices {
  readonly #withdrawn = new Set<DeviceId>();
  readonly #listeners = new Listeners();

  has(deviceId: DeviceId): boolean {
    return this.#withdrawn.has(deviceId);
  }

  take(fact: Fact): void {
    if (fact.kind !== 'revoked-device') return;
    if (fact.revoked) this.#withdrawn.add(fact.deviceId);
    else this.#withdrawn.delete(fact.deviceId);
    this.#listeners.publish();
  }

  /** Tells of every change from now on. */
  listen(listener: () => void): void {
    this.#listeners.subscribe(listener);
  }
}
