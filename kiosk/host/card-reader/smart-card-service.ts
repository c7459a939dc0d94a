import { CodedError } from '@uketsuke/shared/coded-error';

/**
 * The smart-card service of the machine (PC/SC), as far as the kiosk needs it. The session and everything above it
 * know nothing of the library behind.
 */
export interface SmartCardService {
  /**
   * Starts telling the listener what is there and what changes, until the given function is called.
   * @throws SmartCardsUnavailable when there is no library or its service does not answer
   */
  watch(listener: SmartCardListener): Promise<() => Promise<void>>;
}

export interface SmartCardListener {
  /** A reader is there. `insertion` numbers the card in it and rises with each card; null when there is none. */
  slotChanged(slot: CardSlot, insertion: number | null): void;
  slotGone(name: string): void;
  /** The service has died; nothing more is told after this. */
  failed(): void;
}

/** One reader, or one of the slots of a reader. */
export interface CardSlot {
  readonly name: string;
  /**
   * Powers the card up, for this program alone.
   * @throws CardRemoved, CardSilent, CardBusy
   */
  connect(): Promise<CardConnection>;
}

export interface CardConnection {
  /**
   * Sends one command and gives the card's answer as it came: nothing at all (0 or 1 byte) when the card was pulled
   * meanwhile.
   * @throws CardRemoved when the reader could not carry it out
   */
  transmit(command: Uint8Array): Promise<Uint8Array>;
  /** Powers the card off: a PIN once verified holds until then. Never rejects: the card may have gone. */
  powerOff(): Promise<void>;
}

/** No PC/SC here (`no-pcsc`), its service does not run (`service-stopped`), or it says that there is no reader. */
export class SmartCardsUnavailable extends CodedError<'no-pcsc' | 'service-stopped' | 'no-reader'> {
  override readonly name = 'SmartCardsUnavailable';
  constructor(code: SmartCardsUnavailable['code'], options?: ErrorOptions) {
    super(code, `smart cards: ${code}`, options);
  }
}

/** The card has gone from the reader, or the reader lost it. */
export class CardRemoved extends CodedError<'card-removed'> {
  override readonly name = 'CardRemoved';
  /** The command that failed was one of extended length, which some readers cannot carry. */
  readonly duringExtendedCommand: boolean;
  constructor(options?: ErrorOptions & { duringExtendedCommand?: boolean }) {
    super('card-removed', 'the card was removed', options);
    this.duringExtendedCommand = options?.duringExtendedCommand ?? false;
  }
}

/** There is something on the reader, and it does not speak. */
export class CardSilent extends CodedError<'card-silent'> {
  override readonly name = 'CardSilent';
  constructor(options?: ErrorOptions) {
    super('card-silent', 'the card does not answer', options);
  }
}

/** Another program is using the card. */
export class CardBusy extends CodedError<'card-busy'> {
  override readonly name = 'CardBusy';
  constructor(options?: ErrorOptions) {
    super('card-busy', 'another program uses the card', options);
  }
}
