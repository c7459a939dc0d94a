import { isUtf8 } from 'node:buffer';

/** One event of a push as its bytes came: its JSON object, and where its member `mac` lies in it, comma included. */
export interface CanonicalEvent {
  readonly json: Buffer;
  readonly macStart: number;
  readonly macEnd: number;
}

const OPENING = Buffer.from('{"events":[');
const CLOSING = Buffer.from(']}');
const MAC_KEY = Buffer.from('"mac":');
/** No event nests as deep; what does is read the long way. */
const DEEPEST = 32;
/** Longer numbers could have a shorter form as JSON. */
const LONGEST_NUMBER = 15;

const [QUOTE, COMMA, COLON, MINUS, ZERO, NINE] = [0x22, 0x2c, 0x3a, 0x2d, 0x30, 0x39];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY, BACKSLASH] = [0x7b, 0x7d, 0x5b, 0x5d, 0x5c];
const LITERALS = [Buffer.from('true'), Buffer.from('false'), Buffer.from('null')];

/**
 * Finds the events of a push body that is in canonical JSON (RFC 8785) throughout, as kiosks send it; null for any
 * other body, which says nothing against it. What was received can then be checked and stored byte for byte, and need
 * not be turned into JSON a second time. Canonical here is less than the RFC allows: strings that need a backslash,
 * strings with white space at either end (schemas cut it off), and numbers with a fraction or more than 15 digits are
 * left to the long way.
 */
export function sliceCanonicalEvents(bytes: Buffer): CanonicalEvent[] | null {
  if (!startsWith(bytes, 0, OPENING) || !isUtf8(bytes)) return null;
  const reader = new CanonicalReader(bytes, OPENING.length);
  const events: CanonicalEvent[] = [];
  for (;;) {
    const event = reader.event();
    if (event === null) return null;
    events.push(event);
    if (bytes[reader.at] !== COMMA) break;
    reader.at += 1;
  }
  return bytes.length === reader.at + CLOSING.length && startsWith(bytes, reader.at, CLOSING) ? events : null;
}

class CanonicalReader {
  readonly #bytes: Buffer;
  at: number;
  /** The member `mac` of the event that is being read. */
  #macStart = -1;
  #macEnd = -1;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  event(): CanonicalEvent | null {
    const start = this.at;
    this.#macStart = -1;
    if (this.#bytes[start] !== OPEN_OBJECT || !this.#object(1) || this.#macStart < 0) return null;
    const json = this.#bytes.subarray(start, this.at);
    return { json, macStart: this.#macStart - start, macEnd: this.#macEnd - start };
  }

  #value(depth: number): boolean {
    const first = this.#bytes[this.at] ?? 0;
    if (first === QUOTE) return this.#string();
    if (first === OPEN_OBJECT) return depth < DEEPEST && this.#object(depth + 1);
    if (first === OPEN_ARRAY) return depth < DEEPEST && this.#array(depth + 1);
    return first === MINUS || isDigit(first) ? this.#number() : this.#literal();
  }

  /** Members in strictly ascending order of their names' bytes, so none twice. */
  #object(depth: number): boolean {
    const bytes = this.#bytes;
    this.at += 1;
    if (bytes[this.at] === CLOSE_OBJECT) return this.#pass();
    for (let before = -1; ; ) {
      const name = this.at;
      if (bytes[name] !== QUOTE || !this.#name() || (before >= 0 && !ascends(bytes, before, name))) return false;
      if (bytes[this.at] !== COLON) return false;
      this.at += 1;
      if (!this.#value(depth)) return false;
      const next = bytes[this.at];
      // `mac` is neither the first nor the last member of an event: the comma after it goes with it.
      if (depth === 1 && startsWith(bytes, name, MAC_KEY)) {
        if (next !== COMMA) return false;
        this.#macStart = name;
        this.#macEnd = this.at + 1;
      }
      if (next === CLOSE_OBJECT) return this.#pass();
      if (next !== COMMA) return false;
      before = name;
      this.at += 1;
    }
  }

  #array(depth: number): boolean {
    this.at += 1;
    if (this.#bytes[this.at] === CLOSE_ARRAY) return this.#pass();
    for (;;) {
      if (!this.#value(depth)) return false;
      const next = this.#bytes[this.at];
      if (next === CLOSE_ARRAY) return this.#pass();
      if (next !== COMMA) return false;
      this.at += 1;
    }
  }

  /** Nothing in it that JSON writes with a backslash, no white space at its ends. */
  #string(): boolean {
    const bytes = this.#bytes;
    let at = this.at + 1;
    for (let byte = bytes[at] ?? 0; byte !== QUOTE; byte = bytes[at] ?? 0) {
      if (byte < 0x20 || byte === BACKSLASH) return false;
      at += 1;
    }
    const [first, end] = [this.at + 1, at];
    this.at = at + 1;
    return first === end || (!mayBeSpace(bytes, first) && !mayBeSpace(bytes, lastCharacter(bytes, end)));
  }

  /** A member's name: ASCII, of which the order of bytes is the order of characters. */
  #name(): boolean {
    const bytes = this.#bytes;
    let at = this.at + 1;
    for (let byte = bytes[at] ?? 0; byte !== QUOTE; byte = bytes[at] ?? 0) {
      if (byte < 0x20 || byte > 0x7e || byte === BACKSLASH) return false;
      at += 1;
    }
    this.at = at + 1;
    return true;
  }

  /** A whole number as JSON writes it: no leading zero, no minus zero. */
  #number(): boolean {
    const bytes = this.#bytes;
    const negative = bytes[this.at] === MINUS;
    const start = this.at + (negative ? 1 : 0);
    let at = start;
    while (isDigit(bytes[at] ?? 0)) at += 1;
    const digits = at - start;
    if (digits === 0 || digits > LONGEST_NUMBER) return false;
    if (bytes[start] === ZERO && (digits > 1 || negative)) return false;
    this.at = at;
    return true;
  }

  #literal(): boolean {
    const literal = LITERALS.find((each) => startsWith(this.#bytes, this.at, each));
    if (literal === undefined) return false;
    this.at += literal.length;
    return true;
  }

  #pass(): boolean {
    this.at += 1;
    return true;
  }
}

/** Whether the name that begins at `left` comes before the one at `right`; both with their quotes. */
function ascends(bytes: Buffer, left: number, right: number): boolean {
  for (let offset = 1; ; offset += 1) {
    const one = bytes[left + offset];
    const other = bytes[right + offset];
    // A quote ends a name, and a shorter name comes first.
    if (one === QUOTE) return other !== QUOTE;
    if (one !== other) return other !== QUOTE && (one ?? 0) < (other ?? 0);
  }
}

function startsWith(bytes: Buffer, at: number, text: Buffer): boolean {
  for (let offset = 0; offset < text.length; offset += 1) if (bytes[at + offset] !== text[offset]) return false;
  return true;
}

/**
 * Whether white space may begin here. Besides ASCII's, Unicode's has the first bytes C2, E1, E2, E3 80 80 and EF; of
 * the first three and the last, other characters are rare in names and addresses (half-width kana are EF BD and EF BE).
 */
function mayBeSpace(bytes: Buffer, at: number): boolean {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return first === 0x20;
  if (first === 0xe3) return bytes[at + 1] === 0x80 && bytes[at + 2] === 0x80;
  if (first === 0xef) return bytes[at + 1] === 0xbb;
  return first <= 0xe2;
}

/** Where the character begins that ends before `end`. */
function lastCharacter(bytes: Buffer, end: number): number {
  let at = end - 1;
  while (((bytes[at] ?? 0) & 0xc0) === 0x80) at -= 1;
  return at;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}
