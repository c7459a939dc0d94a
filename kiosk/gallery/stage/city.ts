import { issueCard, issueDayOf, issuerFromPrivateKey, issuerPublicKey } from '@uketsuke/shared/card';
import type { EnrolmentResponse } from '@uketsuke/shared/contracts';
import { type CardId, deviceIdSchema, newCardId, shelterIdSchema } from '@uketsuke/shared/identifiers';
import type { Household } from '@uketsuke/shared/person';
import { seededBytes } from '@uketsuke/shared/sample-households';
import {
  fromBase64url,
  importSealingPublicKey,
  newSealingKeyPair,
  type SealingKey,
  toBase64url,
} from '@uketsuke/shared/sealing';

/** Keys of a gallery's city, as they stand in a page's address: a test's cards are then good at the page's desk. */
export interface CityKeys {
  /** X25519, 32 bytes, base64url. */
  readonly receptionPrivateKey: string;
  readonly receptionPublicKey: string;
}

/** A card of the gallery's city. */
export interface IssuedCard {
  readonly text: string;
  readonly cardId: CardId;
}

/** Unusual circumstances of a card. */
export interface CardCircumstances {
  /** When it was issued; it is valid for five years. */
  readonly yearsAgo?: number;
  readonly from?: 'this-city' | 'unknown-issuer' | 'impostor' | 'other-city';
}

export const GALLERY_SHELTER = { shelterId: shelterIdSchema.parse('shirakawa'), name: '白川小学校' };

const ISSUER_KEY = seededBytes(1)(32);
const OTHER_ISSUER_KEY = seededBytes(2)(32);
const CARD_YEARS = 5;

/** An invented city that issues cards, and enrols the gallery's kiosk. */
export class GalleryCity {
  readonly keys: CityKeys;
  readonly #receptionKey: SealingKey;
  #cards = 0;

  private constructor(keys: CityKeys, receptionKey: SealingKey) {
    this.keys = keys;
    this.#receptionKey = receptionKey;
  }

  static async of(keys: CityKeys): Promise<GalleryCity> {
    return new GalleryCity(keys, await importSealingPublicKey(fromBase64url(keys.receptionPublicKey)));
  }

  static async found(): Promise<GalleryCity> {
    const pair = await newSealingKeyPair();
    return GalleryCity.of({
      receptionPrivateKey: toBase64url(pair.privateKey),
      receptionPublicKey: toBase64url(pair.publicKey),
    });
  }

  /** @param now ms since 1970 UTC */
  async issue(household: Household, now: number, circumstances: CardCircumstances = {}): Promise<IssuedCard> {
    const { yearsAgo = 0, from = 'this-city' } = circumstances;
    this.#cards += 1;
    const cardId = newCardId(seededBytes(100 + this.#cards));
    const issuedDay = issueDayOf(now) - yearsAgo * 366;
    const isImpostor = from === 'impostor' || from === 'unknown-issuer';
    const issuer = issuerFromPrivateKey(from === 'unknown-issuer' ? 9 : 1, isImpostor ? OTHER_ISSUER_KEY : ISSUER_KEY);
    const receptionKey = from === 'other-city' ? (await GalleryCity.found()).#receptionKey : this.#receptionKey;
    const text = await issueCard({ cardId, issuedDay, validYears: CARD_YEARS, household }, issuer, receptionKey);
    return { text, cardId };
  }

  /** What enrolment gives the gallery's kiosk. @param credentialPublicKey by which it knows hubs; without, it knows none */
  enrolment(credentialPublicKey?: string): EnrolmentResponse {
    return {
      deviceId: deviceIdSchema.parse('gallerydesk1'),
      deviceName: '受付1',
      credential: 'credential',
      eventKey: toBase64url(seededBytes(6)(32)),
      city: { name: '熊本市' },
      shelter: GALLERY_SHELTER,
      issuerKeys: [{ keyId: 1, publicKey: toBase64url(issuerPublicKey(ISSUER_KEY)), state: 'active' }],
      receptionKeys: [this.keys.receptionPrivateKey],
      recoveryPublicKey: this.keys.receptionPublicKey,
      bundlePublicKey: this.keys.receptionPublicKey,
      ...(credentialPublicKey === undefined ? {} : { credentialPublicKey }),
      cardDirectoryKeys: [{ keyId: 1, key: toBase64url(seededBytes(7)(32)) }],
    };
  }
}
