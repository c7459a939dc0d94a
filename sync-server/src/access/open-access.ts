import type { Area } from '../area.ts';
import type { FactBoard } from '../facts/fact-board.ts';
import type { Identity } from '../identity/open-identity.ts';
import type { ShelterRegister } from '../shelters/shelter-register.ts';
import { deviceRoutes } from './device-routes.ts';
import { enrolmentRoutes } from './enrolment-routes.ts';
import { keyRoutes } from './key-routes.ts';
import { staffRoutes } from './staff-routes.ts';

const HOUSEKEEPING_MS = 60 * 60 * 1_000;

export interface AccessOptions {
  readonly cityName: string;
  readonly identity: Identity;
  readonly shelters: ShelterRegister;
  readonly facts: FactBoard;
  /** ms since 1970 UTC */
  readonly now: () => number;
  /** Deleting what has expired failed; it is tried again within the hour. */
  readonly onHousekeepingError: (error: unknown) => void;
}

/** Who gets in: staff sign in, kiosks and hubs enrol for shelters, headquarters revokes them and changes the keys. */
export function openAccess(options: AccessOptions): Area {
  const { cityName, identity, shelters, facts, now } = options;
  const { keyring, devices, staff, gate } = identity;
  return {
    routes: [
      ...enrolmentRoutes({ cityName, devices, keyring, shelters, now }),
      ...staffRoutes({ gate, staff, shelters, now }),
      ...deviceRoutes({ gate, devices, shelters }),
      ...keyRoutes(gate, keyring, facts),
    ],
    stop: keepHouse(identity, options.onHousekeepingError),
  };
}

/** Deletes expired sessions and enrolment codes, now and every hour; returns how to stop that. */
function keepHouse({ sessions, devices }: Identity, onError: (error: unknown) => void): () => void {
  const clean = () => void Promise.all([sessions.deleteExpired(), devices.deleteExpiredCodes()]).catch(onError);
  clean();
  const timer = setInterval(clean, HOUSEKEEPING_MS);
  return () => clearInterval(timer);
}
