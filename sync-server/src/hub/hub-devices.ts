import { factSchema } from '@uketsuke/shared/contracts';
import type { DeviceId, ShelterId } from '@uketsuke/shared/identifiers';
import type { ChangeBus } from '../couch/change-bus.ts';
import { type Documents, listDocuments } from '../couch/documents.ts';
import { FACTS_DATABASE } from '../facts/fact-board.ts';
import { RequestRefusedError } from '../http/request-refused.ts';
import { CredentialReader } from '../identity/device-credential.ts';
import type { AuthenticatedDevice, DeviceDirectory, EnrolledDevice } from '../identity/device-directory.ts';
import { eventKeyOf } from '../identity/shelter-keys.ts';

export interface HubDevicesOptions {
  readonly shelterId: ShelterId;
  /** 32 bytes */
  readonly shelterKey: Uint8Array;
  /** The city's Ed25519 key, 32 bytes, base64url. */
  readonly credentialPublicKey: string;
  readonly facts: Documents;
  readonly changes: ChangeBus;
  readonly onReadError: (error: unknown) => void;
}

/**
 * The shelter's kiosks as a hub knows them without the city (HUB-1): by the city's signature on what they show, and
 * by the revocations heard of so far. A hub has no list of kiosks: whose HMAC holds under the shelter's key was
 * enrolled by the city.
 */
export class HubDevices implements DeviceDirectory {
  readonly #options: HubDevicesOptions;
  readonly #credentials: CredentialReader;
  readonly #stopListening: () => void;
  #revoked: ReadonlySet<DeviceId> = new Set();

  private constructor(options: HubDevicesOptions) {
    this.#options = options;
    this.#credentials = new CredentialReader(options.credentialPublicKey);
    this.#stopListening = options.changes.subscribe(FACTS_DATABASE, () => {
      this.#refresh().catch(options.onReadError);
    });
  }

  static async open(options: HubDevicesOptions): Promise<HubDevices> {
    const devices = new HubDevices(options);
    await devices.#refresh();
    return devices;
  }

  stop(): void {
    this.#stopListening();
  }

  async authenticate(authorizationHeader: string | undefined): Promise<AuthenticatedDevice> {
    const claims = await this.#credentials.read(authorizationHeader);
    const { shelterId } = this.#options;
    if (claims === undefined || claims.role !== 'kiosk' || claims.shelterId !== shelterId) {
      throw new RequestRefusedError(401, 'device-unknown', "not a credential of one of this shelter's kiosks");
    }
    if (this.#revoked.has(claims.deviceId)) {
      throw new RequestRefusedError(403, 'device-revoked', 'the device has been revoked');
    }
    if (!claims.keyedByShelter) {
      throw new RequestRefusedError(403, 'enrolment-outdated', 'enrolled before there were hubs: enrol the kiosk anew');
    }
    return { deviceId: claims.deviceId, shelterId };
  }

  async find(deviceId: DeviceId): Promise<EnrolledDevice> {
    const { shelterId, shelterKey } = this.#options;
    return { shelterId, revoked: this.#revoked.has(deviceId), eventKey: eventKeyOf(shelterKey, deviceId) };
  }

  async #refresh(): Promise<void> {
    const documents = await listDocuments(this.#options.facts, 'revoked-device:', factSchema.nullable().catch(null));
    this.#revoked = new Set(
      documents.flatMap(({ value }) => (value?.kind === 'revoked-device' && value.revoked ? [value.deviceId] : [])),
    );
  }
}
