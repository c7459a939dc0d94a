import { createHmac } from 'node:crypto';
import type { Device } from '@uketsuke/shared/contracts';
import type { ShelterId } from '@uketsuke/shared/identifiers';
import {
  type DeviceId,
  deviceIdSchema,
  newDeviceId,
  type RandomBytes,
  shelterIdSchema,
} from '@uketsuke/shared/identifiers';
import { base64urlOf, fromBase64url } from '@uketsuke/shared/sealing';
import * as z from 'zod';
import type { ChangeBus } from '../couch/change-bus.ts';
import {
  createDocument,
  type Documents,
  deleteExpired,
  listDocuments,
  readDocument,
  replaceDocument,
} from '../couch/documents.ts';
import type { MangoIndex } from '../couch/open-database.ts';
import type { FactBoard } from '../facts/fact-board.ts';
import { RequestRefusedError } from '../http/request-refused.ts';
import { CredentialReader, signCredential, signHubIdentity } from './device-credential.ts';
import type { AuthenticatedDevice, DeviceDirectory, EnrolledDevice } from './device-directory.ts';
import type { KeyringStore } from './keyring-store.ts';
import { newEnrolmentCode } from './one-time-secrets.ts';
import { eventKeyOf, rootEventKeyOf, shelterKeyOf } from './shelter-keys.ts';

export const DEVICES_DATABASE = 'devices';
export const DEVICES_INDEXES: readonly MangoIndex[] = [{ name: 'expiry', fields: ['expiresAt'] }];

/** An enrolment code works for one day (SEC-1). */
const CODE_VALID_MS = 24 * 60 * 60 * 1_000;
const CACHE_MAX = 20_000;
const CHANGE_ATTEMPTS = 10;

const deviceDocumentSchema = z.object({
  deviceName: z.string(),
  shelterId: shelterIdSchema,
  enrolledAt: z.string(),
  revokedAt: z.string().nullable(),
  /** When the last revocation was taken back. */
  reinstatedAt: z.string().nullable().default(null),
  role: z.enum(['kiosk', 'hub']).default('kiosk'),
  /** From which key the event key comes; `root` for devices from before there were shelter keys. */
  keyedBy: z.enum(['root', 'shelter']).default('root'),
  certificateSha256: base64urlOf(32).optional(),
});
type DeviceDocument = z.infer<typeof deviceDocumentSchema>;
const codeDocumentSchema = z.object({
  shelterId: shelterIdSchema,
  expiresAt: z.string(),
  for: z.enum(['kiosk', 'hub']).default('kiosk'),
});

export interface DeviceRegisterOptions {
  readonly database: Documents;
  readonly changes: ChangeBus;
  readonly facts: FactBoard;
  readonly keyring: KeyringStore;
  readonly random: RandomBytes;
  /** ms since 1970 UTC */
  readonly now: () => number;
}

/** What a device is: a kiosk, or a shelter's hub with the SHA-256 of its TLS certificate (DER), base64url. */
export type DeviceRole = { readonly role: 'kiosk' } | { readonly role: 'hub'; readonly certificateSha256: string };

/** A device that was just enrolled, with what only it gets. */
export interface NewDevice {
  readonly deviceId: DeviceId;
  readonly shelterId: ShelterId;
  readonly credential: string;
  /** What it shows to kiosks; only a hub has one. */
  readonly hubIdentity: string | undefined;
  readonly eventKey: Uint8Array;
}

/** The kiosks and hubs: their one-time enrolment codes, credentials and revocation. */
export class DeviceRegister implements DeviceDirectory {
  readonly #options: DeviceRegisterOptions;
  readonly #credentials: CredentialReader;
  readonly #cache = new Map<DeviceId, DeviceDocument | undefined>();
  readonly #lastSeen = new Map<DeviceId, number>();
  readonly #stopListening: () => void;
  /** Counts changes, so that an answer read before a change is not kept after it. */
  #generation = 0;

  constructor(options: DeviceRegisterOptions) {
    this.#options = options;
    this.#credentials = new CredentialReader(options.keyring.current().credentialKey.publicKey);
    this.#stopListening = options.changes.subscribe(DEVICES_DATABASE, () => this.#forget());
  }

  stop(): void {
    this.#stopListening();
  }

  /** A new enrolment code for a kiosk or hub of the shelter, and until when it works. Only a keyed hash of it is kept. */
  async createEnrolmentCode(
    shelterId: ShelterId,
    role: DeviceRole['role'] = 'kiosk',
  ): Promise<{ code: string; expiresAt: string }> {
    const code = newEnrolmentCode(this.#options.random);
    const expiresAt = new Date(this.#options.now() + CODE_VALID_MS).toISOString();
    const document = { shelterId, expiresAt, for: role };
    await createDocument(this.#options.database, `enrolment-code:${this.#hashOf(code)}`, document);
    return { code: code.replaceAll(/(.{4})(?!$)/g, '$1-'), expiresAt };
  }

  /**
   * Redeems a code given as twelve characters. The claim is a create-only document: of several at once one wins
   * (SEC-1). A code for a kiosk enrols no hub, and the other way round.
   * @throws RequestRefusedError `enrolment-code-invalid` (403)
   */
  async enrol(code: string, deviceName: string, as: DeviceRole = { role: 'kiosk' }): Promise<NewDevice> {
    const { database, changes, keyring, random, now } = this.#options;
    const hash = this.#hashOf(code);
    const known = (await readDocument(database, `enrolment-code:${hash}`, codeDocumentSchema))?.value;
    if (known === undefined || known.for !== as.role || Date.parse(known.expiresAt) <= now()) throw codeInvalid();
    const deviceId = newDeviceId(random);
    const claim = { deviceId, expiresAt: known.expiresAt };
    if (!(await createDocument(database, `enrolment-claim:${hash}`, claim))) throw codeInvalid();
    const enrolledAt = new Date(now()).toISOString();
    const { shelterId } = known;
    const device: DeviceDocument = {
      deviceName,
      shelterId,
      enrolledAt,
      revokedAt: null,
      reinstatedAt: null,
      keyedBy: 'shelter',
      ...as,
    };
    await createDocument(database, idOf(deviceId), device);
    this.#forget();
    changes.nudge(DEVICES_DATABASE);
    const key = keyring.current().credentialKey;
    const credential = await signCredential(key, { deviceId, shelterId, role: as.role }, now());
    const hubIdentity =
      as.role === 'hub' ? await signHubIdentity(key, { deviceId, shelterId }, as.certificateSha256, now()) : undefined;
    return { deviceId, shelterId, credential, hubIdentity, eventKey: this.#eventKeyOf(deviceId, device) };
  }

  /** Deletes codes that cannot be used any more. */
  async deleteExpiredCodes(): Promise<void> {
    const before = new Date(this.#options.now()).toISOString();
    await deleteExpired(this.#options.database, { field: 'expiresAt', index: 'expiry', before, limit: 500 });
  }

  async authenticate(authorizationHeader: string | undefined): Promise<AuthenticatedDevice> {
    const claims = await this.#credentials.read(authorizationHeader);
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
    if (device === undefined) return undefined;
    const { shelterId, revokedAt } = device;
    return { shelterId, revoked: revokedAt !== null, eventKey: this.#eventKeyOf(deviceId, device) };
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
   * Revokes a device; the server refuses it from then on (SYN-7), hubs as soon as they hear of it (HUB-1). Revoking
   * again changes nothing.
   * @throws RequestRefusedError `device-unknown` (404)
   */
  revoke(deviceId: DeviceId): Promise<void> {
    return this.#change(deviceId, (device, at) => (device.revokedAt === null ? { ...device, revokedAt: at } : device));
  }

  /**
   * Takes a revocation back: the device may sync again with the credential it has.
   * @throws RequestRefusedError `device-unknown` (404)
   */
  reinstate(deviceId: DeviceId): Promise<void> {
    return this.#change(deviceId, (device, at) =>
      device.revokedAt === null ? device : { ...device, revokedAt: null, reinstatedAt: at },
    );
  }

  /** Tells hubs of every revocation there is: also of those from before hubs, and what an interrupted call left undone. */
  async publishRevocations(): Promise<void> {
    for (const { id, value } of await listDocuments(this.#options.database, 'device:', deviceDocumentSchema)) {
      if (value.revokedAt === null && value.reinstatedAt === null) continue;
      await this.#publish(deviceIdSchema.parse(id.slice('device:'.length)), value);
    }
  }

  async #change(deviceId: DeviceId, apply: (device: DeviceDocument, at: string) => DeviceDocument): Promise<void> {
    const { database, changes, now } = this.#options;
    for (let attempt = 0; attempt < CHANGE_ATTEMPTS; attempt += 1) {
      const stored = await readDocument(database, idOf(deviceId), deviceDocumentSchema);
      if (stored === undefined) throw new RequestRefusedError(404, 'device-unknown', 'there is no such device');
      const changed = apply(stored.value, new Date(now()).toISOString());
      if (changed !== stored.value && !(await replaceDocument(database, idOf(deviceId), stored.revision, changed))) {
        continue;
      }
      this.#forget();
      changes.nudge(DEVICES_DATABASE);
      await this.#publish(deviceId, changed);
      return;
    }
    throw new RequestRefusedError(409, 'conflict', 'the device is being changed by someone else');
  }

  #publish(deviceId: DeviceId, { revokedAt }: DeviceDocument): Promise<void> {
    const revoked = revokedAt !== null;
    return this.#options.facts.publish({
      id: `revoked-device:${deviceId}`,
      kind: 'revoked-device',
      deviceId,
      revoked,
    });
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
    const { deviceName, shelterId, enrolledAt, revokedAt, role } = document;
    const lastSeenAt = lastSeen === undefined ? null : new Date(lastSeen).toISOString();
    return { deviceId, deviceName, role, shelterId, enrolledAt, revokedAt, lastSeenAt };
  }

  #hashOf(code: string): string {
    return createHmac('sha256', this.#root()).update(`enrolment-code:${code}`).digest('hex');
  }

  #eventKeyOf(deviceId: DeviceId, { shelterId, keyedBy }: DeviceDocument): Uint8Array {
    const root = this.#root();
    return keyedBy === 'root' ? rootEventKeyOf(root, deviceId) : eventKeyOf(shelterKeyOf(root, shelterId), deviceId);
  }

  #root(): Uint8Array {
    return fromBase64url(this.#options.keyring.current().deviceRoot);
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
