import type { EnrolmentResponse } from '@uketsuke/shared/contracts';
import type { HubRefusal } from '@uketsuke/shared/errors';
import { readHubCode } from '@uketsuke/shared/hub';
import { newDeviceId } from '@uketsuke/shared/identifiers';
import { seededBytes } from '@uketsuke/shared/sample-households';
import { newSealingKeyPair, toBase64url } from '@uketsuke/shared/sealing';
import type { FoundHub } from '../host/hub/look-up-hub.ts';
import { KioskHostError } from '../host/kiosk-host-error.ts';
import { type HubChoice, HubRefusedError } from '../src/hub/hub-choice.ts';
import type { GalleryDesk } from './gallery-desk.ts';

/** A hub choice in memory, for the tests of the screens: finds whatever is asked for, unless told otherwise. */
export class GalleryHubChoice implements HubChoice {
  #inUse: { readonly origin: string } | null = null;
  #refusal: HubRefusal | 'hub-unreachable' | null = null;

  /** The next look-up comes to this. */
  refuse(refusal: HubRefusal | 'hub-unreachable'): void {
    this.#refusal = refusal;
  }

  async current(): Promise<{ readonly origin: string } | null> {
    return this.#inUse;
  }

  async find(address: string): Promise<FoundHub> {
    const refusal = this.#refusal;
    this.#refusal = null;
    if (refusal === 'hub-unreachable') throw new KioskHostError(refusal);
    if (refusal !== null) throw new HubRefusedError(refusal, '城東小学校');
    const origin = readHubCode(address)?.[0] ?? `https://${address}`;
    return { origin, certificateSha256: '', credential: '', shelterName: '白川小学校' };
  }

  async use(hub: FoundHub): Promise<void> {
    this.#inUse = { origin: hub.origin };
  }

  async forget(): Promise<void> {
    this.#inUse = null;
  }
}

/** An enrolment with which the gallery's desk's records can be exported. */
export async function galleryEnrolment(desk: GalleryDesk): Promise<EnrolmentResponse> {
  const { publicKey } = await newSealingKeyPair();
  const key = toBase64url(seededBytes(6)(32));
  return {
    deviceId: newDeviceId(seededBytes(5)),
    deviceName: desk.deviceName,
    credential: 'credential',
    eventKey: key,
    city: { name: '熊本市' },
    shelter: desk.shelter,
    issuerKeys: [],
    receptionKeys: [key],
    recoveryPublicKey: key,
    bundlePublicKey: toBase64url(publicKey),
  };
}
