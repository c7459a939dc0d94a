import { issueCard, issueDayOf, issuerFromPrivateKey, issuerPublicKey } from '@uketsuke/shared/card';
import { type EnrolmentResponse, enrolmentResponseSchema, type Fact } from '@uketsuke/shared/contracts';
import { proveFact, type TrustFact } from '@uketsuke/shared/facts';
import { deviceIdSchema, newCardId, type RandomBytes, shelterIdSchema } from '@uketsuke/shared/identifiers';
import type { Household } from '@uketsuke/shared/person';
import { sampleHouseholds, seededBytes } from '@uketsuke/shared/sample-households';
import {
  importSealingPublicKey,
  newSealingKeyPair,
  type SealingKey,
  type SealingKeyPair,
  toBase64url,
} from '@uketsuke/shared/sealing';
import type { KioskSecrets } from '../../kiosk/src/reception/kiosk-secrets.ts';

/** A city for tests: its keys, its cards, and the secrets of its kiosks. */
export class CityKeys {
  readonly random: RandomBytes;
  readonly recovery: SealingKeyPair;
  readonly #issuerKey: Uint8Array;
  readonly #reception: SealingKeyPair;
  readonly #receptionPublic: SealingKey;
  readonly #credentialKey: Uint8Array;

  private constructor(seed: number, reception: SealingKeyPair, recovery: SealingKeyPair, receptionPublic: SealingKey) {
    this.random = seededBytes(seed);
    this.#issuerKey = this.random(32);
    this.#reception = reception;
    this.recovery = recovery;
    this.#receptionPublic = receptionPublic;
    this.#credentialKey = seededBytes(seed + 1_000)(32);
  }

  static async build(seed: number): Promise<CityKeys> {
    const reception = await newSealingKeyPair();
    return new CityKeys(seed, reception, await newSealingKeyPair(), await importSealingPublicKey(reception.publicKey));
  }

  /** Secrets of a kiosk of `shelter`, as enrolment would make them. */
  secrets(device: string, shelter = 'school-1'): KioskSecrets {
    return { enrolment: this.enrolment(device, shelter), dataKey: toBase64url(this.random(32)) };
  }

  enrolment(device: string, shelter = 'school-1'): EnrolmentResponse {
    return enrolmentResponseSchema.parse({
      deviceId: deviceIdSchema.parse(device),
      deviceName: '受付1',
      credential: `credential-of-${device}`,
      eventKey: toBase64url(this.random(32)),
      city: { name: '熊本市' },
      shelter: { shelterId: shelterIdSchema.parse(shelter), name: '健軍小学校' },
      issuerKeys: [{ keyId: 1, publicKey: toBase64url(issuerPublicKey(this.#issuerKey)), state: 'active' }],
      receptionKeys: [toBase64url(this.#reception.privateKey)],
      recoveryPublicKey: toBase64url(this.recovery.publicKey),
      credentialPublicKey: toBase64url(issuerPublicKey(this.#credentialKey)),
    });
  }

  /** A fact with the city's signature (FCT-1). @param at when the city says it, ms since 1970 UTC */
  fact(fact: TrustFact, at = 1): Fact {
    return proveFact(fact, at, this.#credentialKey);
  }

  /** What the city signs of a hub, for kiosks (HUB-2). */
  async hubCredential(deviceId: string, certificateSha256: string, shelterId = 'school-1'): Promise<string> {
    const claims = { iss: 'uketsuke', aud: 'uketsuke-sync', sub: deviceId, shelterId, role: 'hub', certificateSha256 };
    const part = (value: object) => toBase64url(new TextEncoder().encode(JSON.stringify(value)));
    const signed = `${part({ alg: 'EdDSA', typ: 'JWT' })}.${part(claims)}`;
    const { sign } = issuerFromPrivateKey(1, this.#credentialKey);
    return `${signed}.${toBase64url(await sign(new TextEncoder().encode(signed)))}`;
  }

  /** A card's code for a household. */
  card(
    household: Household,
    nowMs: number,
    options: { validYears?: number; issuer?: Uint8Array; issuerKeyId?: number } = {},
  ): Promise<string> {
    const content = {
      cardId: newCardId(this.random),
      issuedDay: issueDayOf(nowMs),
      validYears: options.validYears ?? 5,
      household,
    };
    return issueCard(
      content,
      issuerFromPrivateKey(options.issuerKeyId ?? 1, options.issuer ?? this.#issuerKey),
      this.#receptionPublic,
    );
  }
}

/** Different invented households; throws when there are too few. */
export function householdOf(seed: number, members: number): Household {
  const [household] = sampleHouseholds(seed, 1, members);
  if (household === undefined) throw new Error('no sample');
  return household;
}
