import type { RandomBytes, ShelterId } from '@uketsuke/shared/identifiers';
import type { Area } from '../area.ts';
import type { ChangeBus } from '../couch/change-bus.ts';
import type { Couch } from '../couch/couch.ts';
import { openDatabase } from '../couch/open-database.ts';
import { receptionDatabase } from '../event-log/database-names.ts';
import type { LogReaders } from '../event-log/log-reader.ts';
import type { FactBoard } from '../facts/fact-board.ts';
import type { Identity } from '../identity/open-identity.ts';
import { SHELTERS_DATABASE, ShelterRegister } from './shelter-register.ts';
import { shelterRoutes } from './shelter-routes.ts';

export interface SheltersOptions {
  readonly couch: Couch;
  readonly changes: ChangeBus;
  readonly readers: LogReaders;
  readonly facts: FactBoard;
  readonly identity: Pick<Identity, 'gate'>;
  readonly random: RandomBytes;
  /** Reading the list again failed; the next change tries again. */
  readonly onReadError: (error: unknown) => void;
}

/** The shelters of the city, each with an event log. */
export async function openShelters(options: SheltersOptions): Promise<Area & { readonly register: ShelterRegister }> {
  const { couch, changes, readers, facts, identity, random } = options;
  const database = await openDatabase<Record<string, unknown>>(couch, SHELTERS_DATABASE);
  const prepareLog = (shelterId: ShelterId) => readers.use(receptionDatabase(shelterId), async () => {});
  const register = await ShelterRegister.open({ database, changes, facts, prepareLog, random }, options.onReadError);
  return {
    register,
    routes: shelterRoutes(identity.gate, register),
    stop: () => register.stop(),
  };
}
