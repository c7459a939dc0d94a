import type { RandomBytes } from '@uketsuke/shared/identifiers';
import type { DirectoryKey } from '@uketsuke/shared/my-number-card';
import type { KioskVault } from '../../host/kiosk-host.ts';
import type { KioskCardTrust } from '../facts/card-trust.ts';
import { CardDirectory } from '../my-number-card/card-directory.ts';
import { KioskDeviceKeys } from '../my-number-card/device-keys.ts';
import { type MyNumberDesk, MyNumberDeskService } from '../my-number-card/my-number-desk.ts';
import type { Admissions } from '../reception/admissions.ts';
import type { CardLinks } from '../reception/card-links.ts';
import type { EventLog } from '../reception/event-log.ts';
import type { KioskSecrets } from '../reception/kiosk-secrets.ts';
import type { UsageClock } from '../reception/usage-clock.ts';

export interface MyNumberDeskOptions {
  readonly secrets: KioskSecrets;
  readonly vault: Pick<KioskVault, 'update'>;
  /** Origin of the city's server. */
  readonly serverUrl: string | null;
  readonly fetch: typeof fetch;
  readonly random: RandomBytes;
  readonly log: EventLog;
  readonly cardLinks: CardLinks;
  readonly trust: KioskCardTrust;
  readonly admissions: Admissions;
  readonly usage: UsageClock;
}

export interface OpenMyNumberDesk {
  readonly desk: MyNumberDesk;
  stop(): Promise<void>;
}

/** Puts the desk's part for My Number cards together, and lets it hear of new keys. */
export function openMyNumberDesk(options: MyNumberDeskOptions): OpenMyNumberDesk {
  const { secrets, log, cardLinks, admissions, usage, random, trust } = options;
  const keys = new KioskDeviceKeys(options);
  trust.listenForDeviceKeys((version) => keys.told(version));
  const directory = new CardDirectory({
    keys: () => keys.directoryKeys,
    links: cardLinks,
    facts: log.store,
    device: log.identity,
    standAbove: (hlc) => log.clock.standAbove(hlc),
    random,
  });
  // Until the city gave its keys, one card is at least one resident on this kiosk.
  const ownKey: DirectoryKey = { key: secrets.dataKey, keyId: 1 };
  const firstKey = () => keys.directoryKeys.at(-1) ?? ownKey;
  return {
    desk: new MyNumberDeskService({ admissions, directory, roster: log.roster, firstKey, usage }),
    stop: () => keys.stop(),
  };
}
