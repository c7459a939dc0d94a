import { CodedError } from '@uketsuke/shared/coded-error';
import { APPLICATIONS, type Application, maySelect } from './card-files.ts';
import { getResponse, INSTRUCTION, isExtended, withExpectedLength } from './commands.ts';
import { type CardConnection, CardRemoved, CardSilent } from './smart-card-service.ts';

export interface CardAnswer {
  readonly data: Uint8Array;
  /** SW1 and SW2 as one number, e.g. 0x9000. */
  readonly status: number;
}

export const STATUS_OK = 0x9000;
/** Some cards say so to the first command after they are powered up, and take it the second time. */
const STATUS_NO_DIAGNOSIS = 0x6f00;
/** No file that is read here is longer. */
const DATA_MAX_BYTES = 65_536;
const ANSWER_WITHIN_MS = 15_000;

/** A command that the kiosk never sends to a card (MNC-1): an error of the program, not of the card. */
export class ForbiddenCommand extends CodedError<'forbidden-command'> {
  override readonly name = 'ForbiddenCommand';
  constructor() {
    super('forbidden-command', 'a command that the kiosk must not send to a card');
  }
}

/** The card did not do what was asked; `status` is its status word. */
export class CardFault extends CodedError<'card-fault'> {
  override readonly name = 'CardFault';
  readonly status: number;
  constructor(status: number) {
    super('card-fault', `the card answered ${status.toString(16)}`);
    this.status = status;
  }
}

/**
 * One powered-up card: sends commands and gives whole answers, whatever pieces they came in (`61xx`, `6Cxx`). Lets only
 * those commands through that the kiosk has a use for: selecting the two applications and the listed files, reading the
 * selected file, showing a PIN of the card-surface application. Anything else throws before it reaches the card.
 */
export class ApduChannel {
  readonly #connection: CardConnection;
  /** What is selected as far as is known; null after a SELECT that failed. */
  #application: Application | null = null;
  #file: number | null = null;
  #isFirst = true;

  constructor(connection: CardConnection) {
    this.#connection = connection;
  }

  /**
   * @throws CardRemoved when the card has gone, CardSilent when it never answers, CardFault for an answer that does
   *   not end, ForbiddenCommand
   */
  async send(command: Uint8Array): Promise<CardAnswer> {
    this.#guard(command);
    let answer = await this.#transmit(command);
    if (this.#isFirst && answer.status === STATUS_NO_DIAGNOSIS) answer = await this.#transmit(command);
    this.#isFirst = false;
    const whole = await this.#whole(command, answer);
    this.#remember(command, whole.status);
    return whole;
  }

  /** Whether this file is the one selected now. */
  hasSelected(application: Application, file: number): boolean {
    return this.#application === application && this.#file === file;
  }

  /** Powers the card off, and with it whatever PIN it had verified. */
  powerOff(): Promise<void> {
    return this.#connection.powerOff();
  }

  async #whole(command: Uint8Array, first: CardAnswer): Promise<CardAnswer> {
    let answer = first;
    if (answer.status >> 8 === 0x6c) {
      const corrected = withExpectedLength(command, answer.status & 0xff);
      if (corrected !== null) answer = await this.#transmit(corrected);
    }
    const parts = [answer.data];
    let length = answer.data.length;
    while (answer.status >> 8 === 0x61) {
      const before = length;
      answer = await this.#transmit(getResponse(answer.status & 0xff));
      if (answer.status >> 8 === 0x6c) answer = await this.#transmit(getResponse(answer.status & 0xff));
      parts.push(answer.data);
      length += answer.data.length;
      if (length === before || length > DATA_MAX_BYTES) throw new CardFault(answer.status);
    }
    return { data: parts.length === 1 ? answer.data : Buffer.concat(parts), status: answer.status };
  }

  async #transmit(command: Uint8Array): Promise<CardAnswer> {
    const extended = isExtended(command);
    let bytes: Uint8Array;
    try {
      bytes = await withinTime(this.#connection.transmit(command));
    } catch (cause) {
      throw cause instanceof CardSilent ? cause : new CardRemoved({ cause, duringExtendedCommand: extended });
    }
    const [sw1, sw2] = bytes.subarray(-2);
    if (sw1 === undefined || sw2 === undefined) throw new CardRemoved({ duringExtendedCommand: extended });
    return { data: bytes.subarray(0, -2), status: (sw1 << 8) | sw2 };
  }

  #guard(command: Uint8Array): void {
    if (!this.#isAllowed(command)) throw new ForbiddenCommand();
  }

  #isAllowed(command: Uint8Array): boolean {
    const [cla, instruction, p1 = 0] = command;
    if (cla !== 0x00) return false;
    switch (instruction) {
      case INSTRUCTION.select:
        return applicationIn(command) !== null || this.#isAllowedFile(command);
      case INSTRUCTION.readBinary:
        // With the upper bit of P1 the command would name a file of its own.
        return this.#file !== null && p1 < 0x80 && (command.length === 5 || command.length === 7);
      case INSTRUCTION.verify:
        return this.#application === 'cardSurface' && this.#file !== null;
      default:
        return false;
    }
  }

  #isAllowedFile(command: Uint8Array): boolean {
    const file = fileIn(command);
    return file !== null && this.#application !== null && maySelect(this.#application, file);
  }

  #remember(command: Uint8Array, status: number): void {
    if (command[1] !== INSTRUCTION.select) return;
    const application = applicationIn(command);
    if (application !== null) this.#application = status === STATUS_OK ? application : null;
    this.#file = application === null && status === STATUS_OK ? fileIn(command) : null;
  }
}

/** The application that a SELECT by name names, if it is one of ours in whole. */
function applicationIn(command: Uint8Array): Application | null {
  const [, , p1, p2, length] = command;
  if (p1 !== 0x04 || p2 !== 0x0c || length !== command.length - 5) return null;
  const name = Buffer.from(command.subarray(5)).toString('hex');
  if (name === APPLICATIONS.jpki) return 'jpki';
  return name === APPLICATIONS.cardSurface ? 'cardSurface' : null;
}

function fileIn(command: Uint8Array): number | null {
  const [, , p1, p2, length, high, low] = command;
  if (p1 !== 0x02 || p2 !== 0x0c || length !== 2 || command.length !== 7) return null;
  return high === undefined || low === undefined ? null : (high << 8) | low;
}

function withinTime<Value>(promise: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new CardSilent()), ANSWER_WITHIN_MS);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
