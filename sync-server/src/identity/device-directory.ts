import type { DeviceId, ShelterId } from '@uketsuke/shared/identifiers';

/** A device that may use the sync endpoints now. */
export interface AuthenticatedDevice {
  readonly deviceId: DeviceId;
  readonly shelterId: ShelterId;
}

/** A device as it was enrolled, revoked or not: what it recorded before stays valid. */
export interface EnrolledDevice {
  readonly shelterId: ShelterId;
  /** Whether it is revoked as of now: then nothing more of it comes into the log, whoever brings it (SYN-7). */
  readonly revoked: boolean;
  /** HMAC key of the device's events (RCP-6). */
  readonly eventKey: Uint8Array;
}

/** Who the devices are, as far as sync needs it. */
export interface DeviceDirectory {
  /**
   * The device of an `Authorization` header.
   * @throws RequestRefusedError `device-unknown` (401) or `device-revoked` (403)
   */
  authenticate(authorizationHeader: string | undefined): Promise<AuthenticatedDevice>;
  /** Asked for every event, so it must be cheap. */
  find(deviceId: DeviceId): Promise<EnrolledDevice | undefined>;
}
