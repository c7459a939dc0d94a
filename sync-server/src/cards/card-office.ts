import { createHash } from 'node:crypto';
import {
  CARD_VALIDITY_YEARS,
  type CardClaims,
  CardTooLargeError,
  expiresAtMs,
  issueCard,
  issueDayOf,
  issuedAtMs,
  issuerFromPrivateKey,
} from '@uketsuke/shared/card';
import type { IssuedCard } from '@uketsuke/shared/contracts';
import { type CardId, newCardId, newResidentId, type RandomBytes, type ResidentId } from '@uketsuke/shared/identifiers';
import type { DeclaredHousehold } from '@uketsuke/shared/person';
import { type Household, householdSchema, normalizeKana } from '@uketsuke/shared/person';
import { fromBase64url, importSealingPublicKey } from '@uketsuke/shared/sealing';
import * as z from 'zod';
import { createDocument, type Documents, readDocument, replaceDocument, type Stored } from '../couch/documents.ts';
import type { FactBoard } from '../facts/fact-board.ts';
import { RequestRefusedError } from '../http/request-refused.ts';
import { activeIssuerKey } from '../identity/keyring.ts';
import type { KeyringStore } from '../identity/keyring-store.ts';
import { newToken } from '../identity/one-time-secrets.ts';

export const CARDS_DATABASE = 'cards';

/**
 * All that is kept of a card (CRD-9). The members are SHA-256 hashes over management token and resident id: with the
 * token, which the server does not keep, a re-issue can be checked; without it they say nothing.
 */
const cardDocumentSchema = z.object({
  issuedAt: z.string(),
  expiresAt: z.string(),
  revokedAt: z.string().nullable(),
  tokenHash: z.string(),
  memberHashes: z.array(z.string()),
});
type CardDocument = z.infer<typeof cardDocumentSchema>;

export interface CardOfficeOptions {
  readonly database: Documents;
  readonly facts: FactBoard;
  readonly keyring: KeyringStore;
  readonly random: RandomBytes;
  /** ms since 1970 UTC */
  readonly now: () => number;
}

/** Issues, re-issues and revokes cards. */
export class CardOffice {
  readonly #options: CardOfficeOptions;

  constructor(options: CardOfficeOptions) {
    this.#options = options;
  }

  /**
   * A first card for a household as declared, unverified; resident ids are given here.
   * @throws RequestRefusedError `malformed-request`, `card-too-large`
   */
  async issue(declared: DeclaredHousehold): Promise<IssuedCard> {
    if (declared.members.some((member) => member.residentId !== undefined)) {
      throw new RequestRefusedError(400, 'malformed-request', 'household.members: a first card has no resident ids');
    }
    return this.issueFor(householdOf(declared, this.#options.random));
  }

  /** A card for a household whose residents have ids already. */
  async issueFor(household: Household): Promise<IssuedCard> {
    const keyring = await this.#options.keyring.refresh();
    const [reception] = keyring.receptionKeys;
    if (reception === undefined) throw new Error('the city has no reception key');
    const { keyId, privateKey } = activeIssuerKey(keyring);
    const issuer = issuerFromPrivateKey(keyId, privateKey);
    const receptionKey = await importSealingPublicKey(fromBase64url(reception.publicKey));
    const dates = { issuedDay: issueDayOf(this.#options.now()), validYears: CARD_VALIDITY_YEARS };
    for (;;) {
      const claims = { ...dates, cardId: newCardId(this.#options.random), household };
      const code = await issueCard(claims, issuer, receptionKey).catch(refuseTooLarge);
      const card = this.#describe(claims, code);
      if (await createDocument(this.#options.database, idOf(card.cardId), documentOf(card))) return card;
    }
  }

  /**
   * A new card in place of an old one, which is revoked. Resident ids given must be those of the old card.
   * @throws RequestRefusedError `card-unknown`, `card-revoked`, `malformed-request`, `card-too-large`
   */
  async reissue(cardId: CardId, token: string, declared: DeclaredHousehold): Promise<IssuedCard> {
    const old = await this.#authorised(cardId, token);
    if (old.value.revokedAt !== null) throw revoked();
    const isForeign = (id: ResidentId | undefined) =>
      id !== undefined && !old.value.memberHashes.includes(hash(token, id));
    if (declared.members.some((member) => isForeign(member.residentId))) {
      throw new RequestRefusedError(400, 'malformed-request', 'household.members: not a resident id of this card');
    }
    const card = await this.issueFor(householdOf(declared, this.#options.random));
    // The kiosks are told first: should the next step fail, the old card is refused and the re-issue can be repeated.
    await this.#publishRevocation(cardId);
    if (!(await this.#markRevoked(cardId, old))) {
      await this.revokeByHeadquarters(card.cardId);
      throw revoked();
    }
    return card;
  }

  /** @throws RequestRefusedError `card-unknown` */
  async revoke(cardId: CardId, token: string): Promise<void> {
    await this.#authorised(cardId, token);
    await this.revokeByHeadquarters(cardId);
  }

  /**
   * Revokes whatever card has this id; revoking again changes nothing.
   * @throws RequestRefusedError `card-unknown`
   */
  async revokeByHeadquarters(cardId: CardId): Promise<void> {
    for (let done = false; !done; ) {
      const stored = await readDocument(this.#options.database, idOf(cardId), cardDocumentSchema);
      if (stored === undefined) throw unknown();
      await this.#publishRevocation(cardId);
      done = stored.value.revokedAt !== null || (await this.#markRevoked(cardId, stored));
    }
  }

  /** @throws RequestRefusedError `card-unknown` */
  async state(cardId: CardId, token: string): Promise<'valid' | 'expired' | 'revoked'> {
    const { value } = await this.#authorised(cardId, token);
    if (value.revokedAt !== null) return 'revoked';
    return this.#options.now() >= Date.parse(value.expiresAt) ? 'expired' : 'valid';
  }

  async #authorised(cardId: CardId, token: string): Promise<Stored<CardDocument>> {
    const stored = await readDocument(this.#options.database, idOf(cardId), cardDocumentSchema);
    if (stored === undefined || stored.value.tokenHash !== hash(token, cardId)) throw unknown();
    return stored;
  }

  #markRevoked(cardId: CardId, stored: Stored<CardDocument>): Promise<boolean> {
    const revokedAt = new Date(this.#options.now()).toISOString();
    return replaceDocument(this.#options.database, idOf(cardId), stored.revision, { ...stored.value, revokedAt });
  }

  #publishRevocation(cardId: CardId): Promise<void> {
    return this.#options.facts.publish({ id: `revoked-card:${cardId}`, kind: 'revoked-card', cardId });
  }

  #describe(claims: Omit<CardClaims, 'issuerKeyId'>, code: string): IssuedCard {
    return {
      cardId: claims.cardId,
      code,
      residentIds: claims.household.members.map((member) => member.residentId),
      issuedAt: new Date(issuedAtMs(claims)).toISOString(),
      expiresAt: new Date(expiresAtMs(claims)).toISOString(),
      managementToken: newToken(this.#options.random),
    };
  }
}

function documentOf(card: IssuedCard): CardDocument {
  return {
    issuedAt: card.issuedAt,
    expiresAt: card.expiresAt,
    revokedAt: null,
    tokenHash: hash(card.managementToken, card.cardId),
    memberHashes: card.residentIds.map((residentId) => hash(card.managementToken, residentId)).sort(),
  };
}

/** The declared household with ids for those who have none, and readings in full-width katakana. */
function householdOf(declared: DeclaredHousehold, random: RandomBytes): Household {
  const members = declared.members.map((member) => {
    const { kana, written } = member.name;
    const name = kana === undefined ? { written } : { written, kana: normalizeKana(kana) };
    return { ...member, residentId: member.residentId ?? newResidentId(random), name };
  });
  const household = householdSchema.safeParse({ ...declared, members });
  if (!household.success) throw new RequestRefusedError(400, 'malformed-request', 'household.members: not acceptable');
  return household.data;
}

/** The token has 256 random bits: a plain hash cannot be reversed, and comparing hashes tells nothing of the token. */
function hash(token: string, id: CardId | ResidentId): string {
  return createHash('sha256').update(`${token}\n${id}`).digest('base64url');
}

function refuseTooLarge(error: unknown): never {
  if (error instanceof CardTooLargeError) {
    throw new RequestRefusedError(422, 'card-too-large', 'household: does not fit on one card', { cause: error });
  }
  throw error;
}

function idOf(cardId: CardId): string {
  return `card:${cardId}`;
}

function unknown(): RequestRefusedError {
  return new RequestRefusedError(404, 'card-unknown', 'no such card, or not its management token');
}

function revoked(): RequestRefusedError {
  return new RequestRefusedError(409, 'card-revoked', 'the card has been revoked');
}
