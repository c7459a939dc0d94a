import type { Fact } from '@uketsuke/shared/contracts';
import type { HubRefusal } from '@uketsuke/shared/errors';
import { carriesTrust, proveFact } from '@uketsuke/shared/facts';
import { deviceIdSchema, shelterIdSchema } from '@uketsuke/shared/identifiers';
import { seededBytes } from '@uketsuke/shared/sample-households';
import { fromBase64url, toBase64url } from '@uketsuke/shared/sealing';
import type { FoundHub, HubInUse } from '../../host/hub/hub-in-use.ts';
import { KioskHostError } from '../../host/kiosk-host-error.ts';
import { GALLERY_SHELTER } from './city.ts';

export const HUB_ORIGIN = 'https://192.168.1.20:8443';
export const HUB_ID = deviceIdSchema.parse('hub1');
/** Headquarters withdraws this one (`revoked-device`) when a state asks for it. */
export const WITHDRAWN_HUB_ID = deviceIdSchema.parse('hub2');
const CERTIFICATE = toBase64url(seededBytes(8)(32));
const OTHER_CERTIFICATE = toBase64url(seededBytes(9)(32));

/** What answers when a hub is looked for; `pending` is never answered. */
export type HubAnswer = 'hub' | 'pending' | 'hub-unreachable' | HubRefusal;

/** Hubs on the shelter's network, with credentials that the city really signed, or did not. */
export class GalleryHubs {
  /** What the next look-up finds; a hub after that. */
  next: HubAnswer = 'hub';
  /** The city's Ed25519 key, 32 bytes, base64url. */
  readonly credentialPublicKey: string;
  /** Of the hub's TLS certificate, base64url. */
  readonly certificateSha256 = CERTIFICATE;
  readonly #city: CryptoKey;
  readonly #stranger: CryptoKey;
  /** The city's private key, 32 bytes. */
  readonly #cityBytes: Uint8Array;

  private constructor(credentialPublicKey: string, city: CryptoKey, cityBytes: Uint8Array, stranger: CryptoKey) {
    this.credentialPublicKey = credentialPublicKey;
    this.#city = city;
    this.#cityBytes = cityBytes;
    this.#stranger = stranger;
  }

  static async build(): Promise<GalleryHubs> {
    const [city, stranger] = await Promise.all([newSigningKeys(), newSigningKeys()]);
    const { x = '', d = '' } = await crypto.subtle.exportKey('jwk', city.privateKey);
    return new GalleryHubs(x, city.privateKey, fromBase64url(d), stranger.privateKey);
  }

  /** The fact as the city signs it (FCT-1). @param at ms since 1970 UTC */
  proven(fact: Fact, at: number): Fact {
    return carriesTrust(fact) ? proveFact(fact, at, this.#cityBytes) : fact;
  }

  /** The hub that a kiosk has used since before it was started. */
  async inUse(): Promise<HubInUse> {
    const credential = await this.#credential('hub');
    return { origin: HUB_ORIGIN, certificateSha256: CERTIFICATE, deviceId: HUB_ID, credential };
  }

  /** @throws KioskHostError hub-unreachable */
  async lookUp(origin: string): Promise<FoundHub> {
    const found = this.next;
    this.next = 'hub';
    if (found === 'pending') return new Promise(() => undefined);
    if (found === 'hub-unreachable') throw new KioskHostError('hub-unreachable');
    const shelterName = found === 'other-shelter' ? '城東小学校' : GALLERY_SHELTER.name;
    return { origin, certificateSha256: CERTIFICATE, credential: await this.#credential(found), shelterName };
  }

  async #credential(found: HubAnswer): Promise<string> {
    if (found === 'malformed') return 'no-credential';
    const claims = {
      iss: 'uketsuke',
      aud: 'uketsuke-sync',
      sub: found === 'withdrawn' ? WITHDRAWN_HUB_ID : HUB_ID,
      shelterId: found === 'other-shelter' ? shelterIdSchema.parse('joto') : GALLERY_SHELTER.shelterId,
      role: found === 'not-a-hub' ? 'kiosk' : 'hub',
      certificateSha256: found === 'other-certificate' ? OTHER_CERTIFICATE : CERTIFICATE,
    };
    const signed = `${jsonPart({ alg: 'EdDSA', typ: 'JWT' })}.${jsonPart(claims)}`;
    const key = found === 'bad-signature' ? this.#stranger : this.#city;
    const signature = await crypto.subtle.sign('Ed25519', key, new TextEncoder().encode(signed));
    return `${signed}.${toBase64url(new Uint8Array(signature))}`;
  }
}

async function newSigningKeys(): Promise<CryptoKeyPair> {
  const keys = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  if (!('privateKey' in keys)) throw new TypeError('Ed25519 gives a key pair');
  return keys;
}

function jsonPart(value: object): string {
  return toBase64url(new TextEncoder().encode(JSON.stringify(value)));
}
