import { writeAttributesFile } from '../../shared/src/my-number-card/attributes-file.ts';
import type { Persona } from './persona.ts';

/** What lies on the reader: a My Number card, the JPKI application of a smartphone, or a card of another kind. */
export type VirtualCardKind = 'my-number-card' | 'phone' | 'transit-card';

/** How the card behaves where real cards and readers are known to differ. */
export interface CardBehaviour {
  readonly kind?: VirtualCardKind;
  /** Whether commands of extended length are understood; if not they are answered `6700`. */
  readonly extendedLength?: boolean;
  /** Answers come in pieces of this many bytes, fetched with GET RESPONSE (`61xx`). */
  readonly piecesOf?: number;
  /** READ BINARY past what is left is answered `6Cxx` with what is left. */
  readonly correctsLength?: boolean;
  /** What a read that ends behind the end of the file says: `9000`, or `6282`. */
  readonly endOfFile?: number;
  /** The first command after power-up is answered `6F00`. */
  readonly firstAnswerFails?: boolean;
  /** A card of 2023: two bytes before the attributes. */
  readonly prefix?: readonly number[];
  /** Length of the attributes' file with its filler. */
  readonly attributesLength?: number;
  readonly certificateLength?: number;
  readonly blockedStatus?: 0x6984 | 0x6983;
  readonly pinTries?: number;
  /** undefined: wrong PIN-Bs are not counted and answered `6300`. */
  readonly pinBTries?: number | undefined;
  /** Pulls itself out instead of answering the command of this number, from 0, counted since it was inserted. */
  readonly pulledAt?: number;
}

export interface VirtualCardOptions extends CardBehaviour {
  readonly persona: Persona;
  /** DER. */
  readonly certificate: Uint8Array;
}

const AID = { jpki: 'd392f000260100000001', cardSurface: 'd3921000310001010408' } as const;
const TOKEN = { card: 'JPKIAPICCTOKEN2', phone: 'JPKIAPGPSETOKEN' } as const;
const PIN_TRIES = 3;
const OK = 0x9000;
const NOT_FOUND = 0x6a82;
const NOT_VERIFIED = 0x6982;
/** What a virtual card says in place of an answer when it has pulled itself out. */
export const PULLED = Symbol('pulled out');

interface File {
  readonly bytes: Uint8Array;
  readonly isSecret?: boolean;
}
interface SecretCode {
  readonly digits: string;
  tries: number | undefined;
}

/**
 * A My Number card in software: the two applications that the kiosk uses, their PINs, and the file of the individual
 * number, which no test may ever see selected. Keeps a record of all commands it was given.
 */
export class VirtualCard {
  /** Every command since it was made, as it came. */
  readonly received: Uint8Array[] = [];
  readonly #options: VirtualCardOptions;
  readonly #pins: { readonly pin: SecretCode; readonly pinB: SecretCode };
  #application: keyof typeof AID | null = null;
  #file: number | null = null;
  #isVerified = false;
  #isFresh = true;
  #sinceInserted = 0;
  #rest: Uint8Array = new Uint8Array();

  constructor(options: VirtualCardOptions) {
    this.#options = options;
    this.#pins = {
      pin: { digits: options.persona.pin, tries: options.pinTries ?? PIN_TRIES },
      pinB: { digits: options.persona.pinB, tries: options.pinBTries },
    };
  }

  /** Whether a PIN was shown right and the card not powered off since. */
  get isVerified(): boolean {
    return this.#isVerified;
  }

  inserted(): void {
    this.#sinceInserted = 0;
    this.powerOff();
  }

  /** Forgets what was selected and verified; the tries stay. */
  powerOff(): void {
    this.#application = null;
    this.#file = null;
    this.#isVerified = false;
    this.#isFresh = true;
    this.#rest = new Uint8Array();
  }

  /** Answers one command, with data and status; PULLED when the card pulls itself out instead. */
  answer(command: Uint8Array): Uint8Array | typeof PULLED {
    if (this.#options.pulledAt === this.#sinceInserted) return PULLED;
    this.#sinceInserted += 1;
    this.received.push(Uint8Array.from(command));
    const isFirst = this.#isFresh;
    this.#isFresh = false;
    if (isFirst && this.#options.firstAnswerFails === true) return withStatus([], 0x6f00);
    if (command[1] === 0xc0) return this.#piece(this.#rest, command[4] ?? 0);
    const [data, status] = this.#carryOut(command);
    return status === OK && this.#options.piecesOf !== undefined && data.length > this.#options.piecesOf
      ? this.#piece(data, this.#options.piecesOf)
      : withStatus(data, status);
  }

  #carryOut(command: Uint8Array): readonly [data: Uint8Array | readonly number[], status: number] {
    if (command[0] !== 0x00) return [[], 0x6e00];
    switch (command[1]) {
      case 0xa4:
        return [[], this.#select(command)];
      case 0xb0:
        return this.#read(command);
      case 0x20:
        return [[], this.#verify(command)];
      default:
        return [[], 0x6d00];
    }
  }

  #select(command: Uint8Array): number {
    const name = Buffer.from(command.subarray(5, 5 + (command[4] ?? 0))).toString('hex');
    if (command[2] === 0x04) {
      this.#application = this.#has('jpki', name) ? 'jpki' : this.#has('cardSurface', name) ? 'cardSurface' : null;
      this.#file = null;
      return this.#application === null ? NOT_FOUND : OK;
    }
    const file = Number.parseInt(name, 16);
    const isThere = this.#fileOf(file) !== null || this.#codeOf(file) !== null;
    this.#file = isThere ? file : null;
    return isThere ? OK : NOT_FOUND;
  }

  #has(application: keyof typeof AID, name: string): boolean {
    const { kind = 'my-number-card' } = this.#options;
    const applies = kind === 'my-number-card' || (kind === 'phone' && application === 'jpki');
    return applies && name === AID[application];
  }

  #read(command: Uint8Array): readonly [Uint8Array | readonly number[], number] {
    const file = this.#file === null ? null : this.#fileOf(this.#file);
    if (file === null) return [[], 0x6986];
    if (file.isSecret === true && !this.#isVerified) return [[], NOT_VERIFIED];
    const isExtended = command.length === 7;
    if (isExtended && this.#options.extendedLength === false) return [[], 0x6700];
    const offset = ((command[2] ?? 0) << 8) | (command[3] ?? 0);
    const asked = isExtended ? ((command[5] ?? 0) << 8) | (command[6] ?? 0) || 65_536 : (command[4] ?? 0) || 256;
    const left = file.bytes.length - offset;
    if (left <= 0) return [[], 0x6b00];
    if (asked > left && this.#options.correctsLength === true && left <= 256) return [[], 0x6c00 | (left & 0xff)];
    const data = file.bytes.subarray(offset, offset + asked);
    return [data, asked > left && !isExtended ? (this.#options.endOfFile ?? OK) : OK];
  }

  #verify(command: Uint8Array): number {
    const code = this.#file === null ? null : this.#codeOf(this.#file);
    if (code === null) return 0x6985;
    const shown = command.length === 4 ? null : Buffer.from(command.subarray(5)).toString('latin1');
    if (code.tries === 0) return this.#options.blockedStatus ?? 0x6984;
    if (shown === null) return code.tries === undefined ? 0x6300 : 0x63c0 | code.tries;
    if (shown === code.digits) {
      this.#isVerified = true;
      if (code === this.#pins.pin) code.tries = this.#options.pinTries ?? PIN_TRIES;
      return OK;
    }
    if (code.tries === undefined) return 0x6300;
    code.tries -= 1;
    return 0x63c0 | code.tries;
  }

  #fileOf(file: number): File | null {
    const { persona, certificate, certificateLength = certificate.length, prefix, attributesLength } = this.#options;
    if (this.#application === 'jpki') {
      const isPhone = this.#options.kind === 'phone';
      if (file === 0x0006) return { bytes: padded(Buffer.from(isPhone ? TOKEN.phone : TOKEN.card), 32, 0x20) };
      if (file === 0x000a) return { bytes: padded(certificate, certificateLength, 0xff), isSecret: isPhone };
      return null;
    }
    if (this.#application !== 'cardSurface') return null;
    // The individual number: it is there, as on a real card, and stays unread (MNC-1).
    if (file === 0x0001) return { bytes: Buffer.from('\x10\x0c000000000000', 'latin1'), isSecret: true };
    return file === 0x0002
      ? { bytes: writeAttributesFile({ ...persona, prefix, fileLength: attributesLength }), isSecret: true }
      : null;
  }

  #codeOf(file: number): SecretCode | null {
    if (this.#application !== 'cardSurface') return null;
    if (file === 0x0011) return this.#pins.pin;
    return file === 0x0015 ? this.#pins.pinB : null;
  }

  #piece(of: Uint8Array | readonly number[], length: number): Uint8Array {
    const bytes = Uint8Array.from(of);
    const count = Math.min(length === 0 ? 256 : length, bytes.length, this.#options.piecesOf ?? 256);
    this.#rest = bytes.subarray(count);
    const status = this.#rest.length === 0 ? OK : 0x6100 | (this.#rest.length > 0xff ? 0 : this.#rest.length);
    return withStatus(bytes.subarray(0, count), status);
  }
}

function withStatus(data: Uint8Array | readonly number[], status: number): Uint8Array {
  return Uint8Array.from([...data, status >> 8, status & 0xff]);
}

function padded(bytes: Uint8Array, length: number, filler: number): Uint8Array {
  const whole = new Uint8Array(Math.max(length, bytes.length)).fill(filler);
  whole.set(bytes);
  return whole;
}
