import type { CardRefusal } from '../errors/error-codes.ts';

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
