import type { DeviceId } from '@uketsuke/shared/identifiers';

/** A hub in use: where it is, and the one certificate that it is known by. */
export interface HubInUse {
  /** `https://host:port` */
  readonly origin: string;
  /** SHA-256 of the DER of its certificate, base64url. */
  readonly certificateSha256: string;
  /** By which the page finds out whether headquarters has withdrawn it. */
  readonly deviceId?: DeviceId | undefined;
}

/** What answers at an address as a hub. Nothing of it is proved but that it holds the certificate's key. */
export interface FoundHub extends HubInUse {
  readonly credential: string;
  /** As the hub says. */
  readonly shelterName: string;
}
