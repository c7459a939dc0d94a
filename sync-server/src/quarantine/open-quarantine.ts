import type { Area } from '../area.ts';
import type { ChangeBus } from '../couch/change-bus.ts';
import type { StaffGate } from '../identity/staff-gate.ts';
import type { ShelterRegister } from '../shelters/shelter-register.ts';
import { QuarantineList } from './quarantine-list.ts';
import { QuarantineReleaser, type SecondTry } from './quarantine-release.ts';
import { quarantineRoutes } from './quarantine-routes.ts';
import type { QuarantineStore } from './quarantine-store.ts';

export interface QuarantineOptions {
  readonly store: QuarantineStore;
  readonly intake: SecondTry;
  readonly changes: ChangeBus;
  readonly gate: StaffGate;
  readonly shelters: ShelterRegister;
}

/** What was kept aside, as headquarters looks at it and tries it again. */
export function openQuarantine(options: QuarantineOptions): Area & { readonly list: QuarantineList } {
  const { store, intake, changes, gate, shelters } = options;
  const list = new QuarantineList(store, changes);
  const releaser = new QuarantineReleaser({ store, changes, intake });
  return {
    list,
    routes: quarantineRoutes({ gate, shelters, quarantine: list, releaser }),
    stop: () => list.stop(),
  };
}
