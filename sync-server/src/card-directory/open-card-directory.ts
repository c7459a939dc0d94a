import type { RandomBytes } from '@uketsuke/shared/identifiers';
import type { Area } from '../area.ts';
import type { ChangeBus } from '../couch/change-bus.ts';
import type { Documents } from '../couch/documents.ts';
import type { FactBoard } from '../facts/fact-board.ts';
import type { Identity } from '../identity/open-identity.ts';
import { deviceKeyRoutes, deviceKeyStaffRoutes } from './device-key-routes.ts';
import { openDeviceKeys } from './device-keys.ts';
import { LinkPublisher } from './link-publisher.ts';

export interface CardDirectoryOptions {
  readonly identity: Pick<Identity, 'keyring' | 'devices' | 'gate'>;
  readonly facts: FactBoard;
  /** The database of facts. */
  readonly factsDatabase: Documents;
  readonly changes: ChangeBus;
  readonly random: RandomBytes;
  /** Publishing links failed; it is tried again. */
  readonly onPublishError: (error: unknown) => void;
}

/** The directory of My Number cards: its keys, and the links in the shelters' logs, published to all kiosks. */
export async function openCardDirectory(options: CardDirectoryOptions): Promise<Area> {
  const { facts, factsDatabase, changes, random } = options;
  const { keyring, devices, gate } = options.identity;
  await openDeviceKeys(keyring, facts, random);
  const links = new LinkPublisher({ database: factsDatabase, changes, onError: options.onPublishError });
  return {
    routes: [...deviceKeyRoutes(devices, keyring), ...deviceKeyStaffRoutes(gate, keyring, facts)],
    projections: [links],
    stop: () => links.stop(),
  };
}
