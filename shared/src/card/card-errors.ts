/** Why a code is not taken. Each has its own words on the kiosk (`reception.refused.<code>`). */
export const CARD_REFUSALS = [
  /** Not a code of this system: a web address, a product code, random text. */
  'not-ours',
  /** One of ours by its beginning, but cut short or altered in reading. */
  'damaged',
  /** A well-formed card sealed to another city's key. */
  'foreign',
  /** Signed by a key that is not on the trust list. */
  'unknown-issuer',
  /** Opened, but the signature is wrong. */
  'forged',
  /** A card format newer than this program. */
  'too-new',
  /** The issuer took the card back. */
  'revoked',
] as const;
export type CardRefusal = (typeof CARD_REFUSALS)[number];

/** The code shown is refused; `code` says why. The message holds nothing of the card's content. */
export class CardRefusedError extends Error {
  readonly code: CardRefusal;
  constructor(code: CardRefusal, options?: ErrorOptions) {
    super(`card refused: ${code}`, options);
    this.name = 'CardRefusedError';
    this.code = code;
  }
}

/** The household does not fit on one card. */
export class CardTooLargeError extends Error {
  readonly code = 'card-too-large';
  readonly characters: number;
  constructor(characters: number) {
    super(`the code would have ${characters} characters`);
    this.name = 'CardTooLargeError';
    this.characters = characters;
  }
}
