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
import type { IssueCardRequest, IssuedCard } from '@uketsuke/shared/contracts';
import { type CardId, newCardId, newResidentId, type RandomBytes } from '@uketsuke/shared/identifiers';
import { type DeclaredHousehold, type Household, householdSchema, normalizeKana } from '@uketsuke/shared/person';
import { fromBase64url, importSealingPublicKey } from '@uketsuke/shared/sealing';
import { createDocument, type Documents, readDocument, replaceDocument, type Stored } from '../couch/documents.ts';
import type { FactBoard } from '../facts/fact-board.ts';
import { RequestRefusedError } from '../http/request-refused.ts';
import { activeIssuerKey, type Keyring } from '../identity/keyring.ts';
import type { KeyringStore } from '../identity/keyring-store.ts';
import { newToken } from '../identity/one-time-secrets.ts';
import {
  type CardRecord,
  cardRecordSchema,
  isMemberOf,
  isTokenOf,
  nextReissue,
  recordOf,
  revocationFact,
  wasIssuedFor,
} from './card-record.ts';
import { type CardRandomness, randomnessOfRequest } from './request-randomness.ts';

export const CARDS_DATABASE = 'cards';

/** What is asked for: a household as declared, and the id under which the request may be repeated. */
export type CardRequest = Pick<IssueCardRequest, 'household' | 'requestId'>;

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
   * A first card for a household as declared, unverified; resident ids are given here. The same request again gets the
   * same card (CRD-10).
   * @throws RequestRefusedError `malformed-request`, `card-too-large`, `request-id-taken`
   */
  async issue(request: CardRequest): Promise<IssuedCard> {
    if (request.household.members.some((member) => member.residentId !== undefined)) {
      throw new RequestRefusedError(400, 'malformed-request', 'household.members: a first card has no resident ids');
    }
    return this.#issueOnce(request, 'first card');
  }

  /** A card for a household whose residents have ids already. */
  async issueFor(household: Household): Promise<IssuedCard> {
    const keyring = await this.#options.keyring.refresh();
    const { random } = this.#options;
    const draft = { household, managementToken: newToken(random) };
    for (;;) {
      const card = await this.#make(keyring, draft, newCardId(random));
      if (await createDocument(this.#options.database, idOf(card.cardId), recordOf(card))) return card;
    }
  }

  /**
   * A new card in place of an old one, which is revoked. Resident ids given must be those of the old card. The same
   * request again gets the same card (CRD-10).
   * @throws RequestRefusedError `card-unknown`, `card-revoked`, `malformed-request`, `card-too-large`,
   *   `request-id-taken`, `too-many-attempts`
   */
  async reissue(cardId: CardId, token: string, request: CardRequest): Promise<IssuedCard> {
    const old = await this.#authorised(cardId, token);
    const isForeign = ({ residentId }: DeclaredHousehold['members'][number]) =>
      residentId !== undefined && !isMemberOf(old.value, token, residentId);
    if (request.household.members.some(isForeign)) {
      throw new RequestRefusedError(400, 'malformed-request', 'household.members: not a resident id of this card');
    }
    if (old.value.revokedAt !== null && old.value.replacedBy === undefined) throw revoked();
    const card = await this.#issueOnce(request, cardId, old.value);
    await this.#replace(cardId, card.cardId);
    // Should this fail, the request can be repeated; until then the old card, which the family has, still admits.
    await this.#announceReplaced(cardId);
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
      const stored = await this.#read(cardId);
      const revokedAt = stored.value.revokedAt ?? this.#nowIso();
      const record: CardRecord = { ...stored.value, revokedAt, withdrawn: true };
      // The kiosks are told first: should the next step fail, the card is refused and revoking can be repeated.
      await this.#publish(cardId, record);
      done = stored.value.withdrawn === true || (await this.#write(cardId, stored.revision, record));
    }
  }

  /** @throws RequestRefusedError `card-unknown` */
  async state(cardId: CardId, token: string): Promise<'valid' | 'expired' | 'revoked'> {
    const { value } = await this.#authorised(cardId, token);
    if (value.revokedAt !== null) return 'revoked';
    return this.#options.now() >= Date.parse(value.expiresAt) ? 'expired' : 'valid';
  }

  /**
   * The card of a request: made now, or made anew as it was when the request came before.
   * @param subject what the request is for: another subject is another request
   * @param old the card in whose place it comes; where it has been replaced, no other card may come of the request
   */
  async #issueOnce({ household: declared, requestId }: CardRequest, subject: string, old?: CardRecord) {
    const only = old?.replacedBy;
    const keyring = await this.#options.keyring.refresh();
    const { random } = this.#options;
    const randomness: CardRandomness =
      requestId === undefined ? { card: random, residents: random } : randomnessOfRequest(keyring, requestId, subject);
    const managementToken = newToken(randomness.card);
    const household = householdOf(declared, randomness.residents);
    const draft = { household, managementToken, ephemeralOf: randomness.ephemeralOf };
    for (;;) {
      const cardId = newCardId(randomness.card);
      const known = await readDocument(this.#options.database, idOf(cardId), cardRecordSchema);
      const isOwn = known !== undefined && isTokenOf(known.value, cardId, managementToken);
      if (isOwn && !wasIssuedFor(known.value, managementToken, declared)) throw requestIdTaken();
      if (only !== undefined && !(isOwn && cardId === only)) throw revoked();
      if (isOwn) return this.#make(keyring, draft, cardId, known.value);
      if (known !== undefined) continue;
      const card = await this.#make(keyring, draft, cardId);
      const reissues = old && nextReissue(old.reissues, this.#options.now());
      const record = { ...recordOf(card, requestId === undefined ? undefined : declared), reissues };
      if (await createDocument(this.#options.database, idOf(cardId), record)) return card;
      // Taken meanwhile: by the same request, sent twice, or by another card.
      const taken = await this.#read(cardId);
      if (!isTokenOf(taken.value, cardId, managementToken)) continue;
      if (!wasIssuedFor(taken.value, managementToken, declared)) throw requestIdTaken();
      return this.#make(keyring, draft, cardId, taken.value);
    }
  }

  /** Signs and seals a card, with the dates of its record where there is one. */
  async #make(keyring: Keyring, draft: CardToMake, cardId: CardId, record?: CardRecord): Promise<IssuedCard> {
    const { household, managementToken, ephemeralOf } = draft;
    const [reception] = keyring.receptionKeys;
    if (reception === undefined) throw new Error('the city has no reception key');
    const { keyId, privateKey } = activeIssuerKey(keyring);
    const issuer = issuerFromPrivateKey(keyId, privateKey);
    const receptionKey = await importSealingPublicKey(fromBase64url(reception.publicKey));
    const claims = { ...this.#dates(record), cardId, household };
    const code = await issueCard(claims, issuer, receptionKey, ephemeralOf).catch(refuseTooLarge);
    return {
      cardId,
      code,
      residentIds: household.members.map((member) => member.residentId),
      issuedAt: new Date(issuedAtMs(claims)).toISOString(),
      expiresAt: new Date(expiresAtMs(claims)).toISOString(),
      managementToken,
    };
  }

  #dates(record: CardRecord | undefined): Pick<CardClaims, 'issuedDay' | 'validYears'> {
    if (record === undefined) return { issuedDay: issueDayOf(this.#options.now()), validYears: CARD_VALIDITY_YEARS };
    const [from, to] = [new Date(record.issuedAt), new Date(record.expiresAt)];
    return { issuedDay: issueDayOf(from.getTime()), validYears: to.getUTCFullYear() - from.getUTCFullYear() };
  }

  /**
   * Writes down which card replaced the old one. Of two re-issues at once the first one counts, and the other's card
   * is revoked.
   */
  async #replace(cardId: CardId, replacedBy: CardId): Promise<void> {
    for (;;) {
      const old = await this.#read(cardId);
      if (old.value.replacedBy === replacedBy) return;
      if (old.value.revokedAt !== null) {
        await this.revokeByHeadquarters(replacedBy);
        throw revoked();
      }
      const record: CardRecord = { ...old.value, revokedAt: this.#nowIso(), replacedBy };
      if (await this.#write(cardId, old.revision, record)) return;
    }
  }

  /** Tells the kiosks what became of the card; again when somebody revoked it meanwhile, which counts for more. */
  async #announceReplaced(cardId: CardId): Promise<void> {
    for (let told: string | undefined; ; ) {
      const { revision, value } = await this.#read(cardId);
      if (revision === told) return;
      await this.#publish(cardId, value);
      told = revision;
    }
  }

  async #authorised(cardId: CardId, token: string): Promise<Stored<CardRecord>> {
    const stored = await this.#read(cardId);
    if (!isTokenOf(stored.value, cardId, token)) throw unknown();
    return stored;
  }

  async #read(cardId: CardId): Promise<Stored<CardRecord>> {
    const stored = await readDocument(this.#options.database, idOf(cardId), cardRecordSchema);
    if (stored === undefined) throw unknown();
    return stored;
  }

  #write(cardId: CardId, revision: string, record: CardRecord): Promise<boolean> {
    return replaceDocument(this.#options.database, idOf(cardId), revision, record);
  }

  /** Of a card that has expired nobody is told: it can be shown no more as what it was (SYN-14). */
  async #publish(cardId: CardId, record: CardRecord): Promise<void> {
    if (Date.parse(record.expiresAt) <= this.#options.now()) return;
    await this.#options.facts.publish(revocationFact(cardId, record));
  }

  #nowIso(): string {
    return new Date(this.#options.now()).toISOString();
  }
}

/** What of a card is settled before its id is. */
interface CardToMake {
  readonly household: Household;
  readonly managementToken: string;
  readonly ephemeralOf?: CardRandomness['ephemeralOf'] | undefined;
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

function requestIdTaken(): RequestRefusedError {
  return new RequestRefusedError(409, 'request-id-taken', 'requestId: was used for another household');
}
