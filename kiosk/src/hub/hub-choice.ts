import { CodedError } from '@uketsuke/shared/coded-error';
import type { EnrolmentResponse } from '@uketsuke/shared/contracts';
import type { HubRefusal } from '@uketsuke/shared/errors';
import { HubCredentialError, verifyHubCredential } from '@uketsuke/shared/hub';
import type { DeviceId } from '@uketsuke/shared/identifiers';
import type { FoundHub } from '../../host/hub/hub-in-use.ts';
import { HUB_PATH, type KioskHost } from '../../host/kiosk-host.ts';
import type { WithdrawnDevices } from '../facts/withdrawn-devices.ts';
import { traceFailure } from '../failure-trace.ts';
import type { PeerSyncing } from '../sync/peer-syncing.ts';

/** What answers at the address may not be used as this kiosk's hub. */
export class HubRefusedError extends CodedError<HubRefusal> {
  override readonly name = 'HubRefusedError';
  /** The shelter that the other side names. */
  readonly shelterName: string;
  constructor(code: HubRefusal, shelterName: string, options?: ErrorOptions) {
    super(code, `hub refused: ${code}`, options);
    this.shelterName = shelterName;
  }
}

/** The staff's choice of a hub, for an open desk. */
export interface HubChoice {
  /** The hub in use. @throws KioskHostError */
  current(): Promise<{ readonly origin: string } | null>;
  /**
   * The hub at a typed address or in a scanned QR, verified to be this shelter's (HUB-2).
   * @throws KioskHostError hub-unreachable, not-a-hub, host-gone; HubRefusedError
   */
  find(address: string): Promise<FoundHub>;
  /** Uses a hub that `find` gave, from now on and after restarts. @throws KioskHostError */
  use(hub: FoundHub): Promise<void>;
  /** @throws KioskHostError */
  forget(): Promise<void>;
}

export interface HubChoiceParts {
  readonly host: Pick<KioskHost, 'info' | 'hub'>;
  readonly peers: Pick<PeerSyncing, 'setHub'>;
  readonly withdrawnDevices: WithdrawnDevices;
  readonly enrolment: Pick<EnrolmentResponse, 'shelter' | 'credentialPublicKey'>;
  /** The page's own origin. */
  readonly pageOrigin: string;
}

/** The choice for an open desk. A hub that headquarters withdraws while it is in use is forgotten by itself. */
export function hubChoiceOf(parts: HubChoiceParts): HubChoice {
  const { host, peers, withdrawnDevices, enrolment, pageOrigin } = parts;
  const forget = async () => {
    await peers.setHub(null);
    await host.hub.forget();
  };
  withdrawnDevices.listen(() => {
    const look = async () => {
      const hub = (await host.info()).hub;
      if (hub?.deviceId !== undefined && withdrawnDevices.has(hub.deviceId)) await forget();
    };
    look().catch((error: unknown) => traceFailure('withdrawn hub', error));
  });
  const verified = (found: FoundHub): DeviceId => {
    const deviceId = verify(found, enrolment);
    if (withdrawnDevices.has(deviceId)) throw new HubRefusedError('withdrawn', found.shelterName);
    return deviceId;
  };
  return {
    current: async () => (await host.info()).hub,
    find: async (address) => {
      const found = await host.hub.lookUp(address);
      verified(found);
      return found;
    },
    use: async (hub) => {
      const deviceId = verified(hub);
      // Connections to the hub before this one must not go on as if they were to this one.
      await peers.setHub(null);
      const { origin, certificateSha256, credential } = hub;
      await host.hub.use({ origin, certificateSha256, credential, deviceId });
      await peers.setHub(pageOrigin + HUB_PATH);
    },
    forget,
  };
}

function verify(found: FoundHub, { shelter, credentialPublicKey }: HubChoiceParts['enrolment']): DeviceId {
  if (credentialPublicKey === undefined) throw new HubRefusedError('enrolment-outdated', found.shelterName);
  const expected = { credentialPublicKey, shelterId: shelter.shelterId, certificateSha256: found.certificateSha256 };
  try {
    return verifyHubCredential(found.credential, expected).deviceId;
  } catch (cause) {
    if (cause instanceof HubCredentialError) throw new HubRefusedError(cause.code, found.shelterName, { cause });
    throw cause;
  }
}
