import type { Area } from '../area.ts';
import type { ChangeBus } from '../couch/change-bus.ts';
import { QUARANTINE_DATABASE } from '../event-log/database-names.ts';
import type { ServerLog } from '../http/server-log.ts';
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
  /** ms since 1970 UTC */
  readonly now: () => number;
  readonly log: Pick<ServerLog, 'info'>;
}

/** What was kept aside, as headquarters looks at it and tries it again. */
export function openQuarantine(options: QuarantineOptions): Area & { readonly list: QuarantineList } {
  const { store, intake, changes, gate, shelters, now, log } = options;
  const list = new QuarantineList(store, changes);
  const releaser = new QuarantineReleaser({ store, changes, intake });
  const discard = async (id: string, by: string) => {
    await store.discard(id, by, new Date(now()).toISOString());
    log.info({ kept: id }, 'a document of the quarantine was thrown away');
    changes.nudge(QUARANTINE_DATABASE);
  };
  return {
    list,
    routes: quarantineRoutes({ gate, shelters, quarantine: list, releaser, discard }),
    stop: () => list.stop(),
  };
}
