import { HUB_CREDENTIAL_REFUSALS, HubCredentialError, verifyHubCredential } from '@uketsuke/shared/hub';
import type { EnrolmentResponse } from '@uketsuke/shared/protocol';
import type { FoundHub } from '../../host/hub/look-up-hub.ts';
import type { KioskHost } from '../../host/kiosk-host.ts';
import type { Desk } from '../reception/desk.ts';

/** Where the host serves the way to the hub (host/hub/hub-forwarding.ts). */
const HUB_PATH = '/peer/hub';

export const HUB_REFUSALS = [...HUB_CREDENTIAL_REFUSALS, 'enrolment-outdated'] as const;
export type HubRefusal = (typeof HUB_REFUSALS)[number];

/** What answers at the address may not be used as this kiosk's hub. */
export class HubRefusedError extends Error {
  readonly code: HubRefusal;
  /** The shelter that the other side names. */
  readonly shelterName: string;
  constructor(code: HubRefusal, shelterName: string, options?: ErrorOptions) {
    super(`hub refused: ${code}`, options);
    this.name = 'HubRefusedError';
    this.code = code;
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
  readonly desk: Pick<Desk, 'setHub'>;
  readonly enrolment: Pick<EnrolmentResponse, 'shelter' | 'credentialPublicKey'>;
  /** The page's own origin. */
  readonly pageOrigin: string;
}

export function hubChoiceOf({ host, desk, enrolment, pageOrigin }: HubChoiceParts): HubChoice {
  return {
    current: async () => (await host.info()).hub,
    find: async (address) => {
      const found = await host.hub.lookUp(address);
      verify(found, enrolment);
      return found;
    },
    use: async (hub) => {
      verify(hub, enrolment);
      await host.hub.use({ origin: hub.origin, certificateSha256: hub.certificateSha256 });
      await desk.setHub(pageOrigin + HUB_PATH);
    },
    forget: async () => {
      await host.hub.forget();
      await desk.setHub(null);
    },
  };
}

function verify(found: FoundHub, { shelter, credentialPublicKey }: HubChoiceParts['enrolment']): void {
  if (credentialPublicKey === undefined) throw new HubRefusedError('enrolment-outdated', found.shelterName);
  const { certificateSha256 } = found;
  try {
    verifyHubCredential(found.credential, { credentialPublicKey, shelterId: shelter.shelterId, certificateSha256 });
  } catch (cause) {
    if (cause instanceof HubCredentialError) throw new HubRefusedError(cause.code, found.shelterName, { cause });
    throw cause;
  }
}
