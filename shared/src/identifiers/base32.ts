import { CodedError } from '../coded-error/coded-error.ts';

/** Base32 of RFC 4648 §6 (A–Z2–7), without padding: every character is in QR's alphanumeric set and on every keyboard. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const VALUES = new Map([...ALPHABET].map((character, value) => [character, value]));

/** The text is not canonical unpadded base32. */
export class Base32Error extends CodedError<'base32'> {
  override readonly name = 'Base32Error';
  constructor(reason: string) {
    super('base32', `not base32: ${reason}`);
  }
}

/** Bytes to unpadded base32. */
export function encodeBase32(bytes: Uint8Array): string {
  let text = '';
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(buffer >> bits) & 31];
    }
    buffer &= (1 << bits) - 1;
  }
  if (bits > 0) text += ALPHABET[(buffer << (5 - bits)) & 31];
  return text;
}

/**
 * Unpadded upper-case base32 to bytes. One text per byte string: stray bits are refused, so a
 * code cannot be altered and still mean the same.
 * @throws Base32Error
 */
export function decodeBase32(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let buffer = 0;
  let bits = 0;
  let at = 0;
  for (const character of text) {
    const value = VALUES.get(character);
    if (value === undefined) throw new Base32Error('a character is outside A–Z2–7');
    buffer = (buffer << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at] = (buffer >> bits) & 0xff;
      at += 1;
      buffer &= (1 << bits) - 1;
    }
  }
  if (bits >= 5) throw new Base32Error('impossible length');
  if (buffer !== 0) throw new Base32Error('stray bits at the end');
  return bytes;
}
