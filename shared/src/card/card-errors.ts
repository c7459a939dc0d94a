import { CodedError } from '../coded-error/coded-error.ts';
import type { CardRefusal } from '../errors/error-codes.ts';

/** The code shown is refused; `code` says why. The message holds nothing of the card's content. */
export class CardRefusedError extends CodedError<CardRefusal> {
  override readonly name = 'CardRefusedError';
  constructor(code: CardRefusal, options?: ErrorOptions) {
    super(code, `card refused: ${code}`, options);
  }
}

/** The household does not fit on one card. */
export class CardTooLargeError extends CodedError<'card-too-large'> {
  override readonly name = 'CardTooLargeError';
  readonly characters: number;
  constructor(characters: number) {
    super('card-too-large', `the code would have ${characters} characters`);
    this.characters = characters;
  }
}
