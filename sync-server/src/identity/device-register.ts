import { createHmac } from 'node:crypto';
import type { ShelterId } from '@uketsuke/shared/identifiers';
import {
  type DeviceId,
  deviceIdSchema,
  newDeviceId,
  type RandomBytes,
  shelterIdSchema,
} from '@uketsuke/shared/identifiers';
import type { Device } from '@uketsuke/shared/protocol';
import { fromBase64url } from '@uketsuke/shared/sealing';
import { z } from 'zod';
import type { ChangeHub } from '../couch/change-hub.ts';
import type { MangoIndex } from '../couch/open-database.ts';
import {
  createDocument,
  type Documents,
  deleteExpired,
  listDocuments,
  readDocument,
  replaceDocument,
} from '../documents/documents.ts';
import { RequestRefusedError } from '../http/request-refused.ts';
import type { AuthenticatedDevice, DeviceDirectory, EnrolledDevice } from '../sync/device-directory.ts';
import { readCredential, signCredential } from './device-credential.ts';
import type { KeyringStore } from './keyring-store.ts';
import { newEnrolmentCode } from './one-time-secrets.ts';

export const DEVICES_DATABASE = 'devices';
export const DEVICES_INDEXES: readonly MangoIndex[] = [{ name: 'expiry', fields: ['expiresAt'] }];

/** An enrolment code works for one day (SEC-1). */
const CODE_VALID_MS = 24 * 60 * 60 * 1_000;
const CACHE_MAX = 20_000;

const deviceDocumentSchema = z.object({
  deviceName: z.string(),
  shelterId: shelterIdSchema,
  enrolledAt: z.string(),
  revokedAt: z.string().nullable(),
});
type DeviceDocument = z.infer<typeof deviceDocumentSchema>;
const codeDocumentSchema = z.object({ shelterId: shelterIdSchema, expiresAt: z.string() });

export interface DeviceRegisterOptions {
  readonly database: Documents;
  readonly hub: ChangeHub;
  readonly keyring: KeyringStore;
  readonly random: RandomBytes;
  /** ms since 1970 UTC */
  readonly now: () => number;
}

/** A device that was just enrolled, with what only it gets. */
export interface NewDevice {
  readonly deviceId: DeviceId;
  readonly shelterId: ShelterId;
  readonly credential: string;
  readonly eventKey: Uint8Array;
}

/** The kiosks: their one-time enrolment codes, credentials and revocation. */
export class DeviceRegister implements DeviceDirectory {
  readonly #options: DeviceRegisterOptions;
  readonly #cache = new Map<DeviceId, DeviceDocument | undefined>();
  readonly #lastSeen = new Map<DeviceId, number>();
  readonly #stopListening: () => void;
  /** Counts changes, so that an answer read before a change is not kept after it. */
  #generation = 0;

  constructor(options: DeviceRegisterOptions) {
    this.#options = options;
    this.#stopListening = options.hub.subscribe(DEVICES_DATABASE, () => this.#forget());
  }

  stop(): void {
    this.#stopListening();
  }

  /** A new enrolment code for the shelter, and until when it works. Only a keyed hash of it is kept. */
  async createEnrolmentCode(shelterId: ShelterId): Promise<{ code: string; expiresAt: string }> {
    const code = newEnrolmentCode(this.#options.random);
    const expiresAt = new Date(this.#options.now() + CODE_VALID_MS).toISOString();
    await createDocument(this.#options.database, `enrolment-code:${this.#hashOf(code)}`, { shelterId, expiresAt });
    return { code: code.replaceAll(/(.{4})(?!$)/g, '$1-'), expiresAt };
  }

  /**
   * Redeems a code given as twelve characters. The claim is a create-only document: of several at once one wins (SEC-1).
   * @throws RequestRefusedError `enrolment-code-invalid` (403)
   */
  async enrol(code: string, deviceName: string): Promise<NewDevice> {
    const { database, hub, keyring, random, now } = this.#options;
    const hash = this.#hashOf(code);
    const known = (await readDocument(database, `enrolment-code:${hash}`, codeDocumentSchema))?.value;
    if (known === undefined || Date.parse(known.expiresAt) <= now()) throw codeInvalid();
    const deviceId = newDeviceId(random);
    const claim = { deviceId, expiresAt: known.expiresAt };
    if (!(await createDocument(database, `enrolment-claim:${hash}`, claim))) throw codeInvalid();
    const enrolledAt = new Date(now()).toISOString();
    const device: DeviceDocument = { deviceName, shelterId: known.shelterId, enrolledAt, revokedAt: null };
    await createDocument(database, idOf(deviceId), device);
    this.#forget();
    hub.nudge(DEVICES_DATABASE);
    const credential = await signCredential(keyring.current(), deviceId, known.shelterId, now());
    return { deviceId, shelterId: known.shelterId, credential, eventKey: this.#eventKeyOf(deviceId) };
  }

  /** Deletes codes that cannot be used any more. */
  async deleteExpiredCodes(): Promise<void> {
    const before = new Date(this.#options.now()).toISOString();
    await deleteExpired(this.#options.database, { field: 'expiresAt', index: 'expiry', before, limit: 500 });
  }

  async authenticate(authorizationHeader: string | undefined): Promise<AuthenticatedDevice> {
    const claims = await readCredential(this.#options.keyring.current(), authorizationHeader);
    if (claims === undefined) throw deviceUnknown();
    const device = await this.#device(claims.deviceId);
    if (device === undefined || device.shelterId !== claims.shelterId) throw deviceUnknown();
    if (device.revokedAt !== null) {
      throw new RequestRefusedError(403, 'device-revoked', 'the device has been revoked');
    }
    this.#lastSeen.set(claims.deviceId, this.#options.now());
    return { deviceId: claims.deviceId, shelterId: device.shelterId };
  }

  async find(deviceId: DeviceId): Promise<EnrolledDevice | undefined> {
    const device = await this.#device(deviceId);
    return device && { shelterId: device.shelterId, eventKey: this.#eventKeyOf(deviceId) };
  }

  /** The shelter a device belongs to; `undefined` for an unknown device. */
  async shelterOf(deviceId: DeviceId): Promise<ShelterId | undefined> {
    return (await this.#device(deviceId))?.shelterId;
  }

  /** The shelter's devices, oldest first. */
  async list(shelterId: ShelterId): Promise<Device[]> {
    const documents = await listDocuments(this.#options.database, 'device:', deviceDocumentSchema);
    return documents
      .filter(({ value }) => value.shelterId === shelterId)
      .map(({ id, value }) => this.#describe(deviceIdSchema.parse(id.slice('device:'.length)), value))
      .sort((left, right) => left.enrolledAt.localeCompare(right.enrolledAt));
  }

  /**
   * Revokes a device; the server refuses it from then on (SYN-7). Revoking again changes nothing.
   * @throws RequestRefusedError `device-unknown` (404)
   */
  async revoke(deviceId: DeviceId): Promise<void> {
    const { database, hub, now } = this.#options;
    const stored = await readDocument(database, idOf(deviceId), deviceDocumentSchema);
    if (stored === undefined) throw new RequestRefusedError(404, 'device-unknown', 'there is no such device');
    if (stored.value.revokedAt === null) {
      const revoked = { ...stored.value, revokedAt: new Date(now()).toISOString() };
      // Nothing but a revocation changes a device: whoever came first did the same.
      await replaceDocument(database, idOf(deviceId), stored.revision, revoked);
    }
    this.#forget();
    hub.nudge(DEVICES_DATABASE);
  }

  async #device(deviceId: DeviceId): Promise<DeviceDocument | undefined> {
    if (this.#cache.has(deviceId)) return this.#cache.get(deviceId);
    const generation = this.#generation;
    const device = (await readDocument(this.#options.database, idOf(deviceId), deviceDocumentSchema))?.value;
    if (this.#cache.size >= CACHE_MAX) this.#cache.clear();
    if (generation === this.#generation) this.#cache.set(deviceId, device);
    return device;
  }

  #forget(): void {
    this.#generation += 1;
    this.#cache.clear();
  }

  #describe(deviceId: DeviceId, document: DeviceDocument): Device {
    const lastSeen = this.#lastSeen.get(deviceId);
    const { deviceName, shelterId, enrolledAt, revokedAt } = document;
    const lastSeenAt = lastSeen === undefined ? null : new Date(lastSeen).toISOString();
    return { deviceId, deviceName, shelterId, enrolledAt, revokedAt, lastSeenAt };
  }

  #hashOf(code: string): string {
    return this.#mac(`enrolment-code:${code}`).toString('hex');
  }

  #eventKeyOf(deviceId: DeviceId): Uint8Array {
    return this.#mac(`event-key:${deviceId}`);
  }

  #mac(message: string): Buffer {
    return createHmac('sha256', fromBase64url(this.#options.keyring.current().deviceRoot)).update(message).digest();
  }
}

function idOf(deviceId: DeviceId): string {
  return `device:${deviceId}`;
}

function codeInvalid(): RequestRefusedError {
  return new RequestRefusedError(403, 'enrolment-code-invalid', 'the code is unknown, used or expired');
}

function deviceUnknown(): RequestRefusedError {
  return new RequestRefusedError(401, 'device-unknown', 'no valid device credential');
}
