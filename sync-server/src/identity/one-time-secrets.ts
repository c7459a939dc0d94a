import type { RandomBytes } from '@uketsuke/shared/identifiers';
import { toBase64url } from '@uketsuke/shared/sealing';

/** Crockford's base32: no I, L, O, U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_CHARACTERS = 12;
const PASSWORD_CHARACTERS = 20;
const TOKEN_BYTES = 32;

/** Twelve characters (60 random bits) that enrol a kiosk. */
export function newEnrolmentCode(random: RandomBytes): string {
  return characters(random, CODE_CHARACTERS);
}

/** A password to be changed at the first sign-in: 100 random bits in groups of five. */
export function newOneTimePassword(random: RandomBytes): string {
  return characters(random, PASSWORD_CHARACTERS).replaceAll(/(.{5})(?!$)/g, '$1-');
}

/** A bearer token: 32 random bytes, base64url. */
export function newToken(random: RandomBytes): string {
  return toBase64url(random(TOKEN_BYTES));
}

function characters(random: RandomBytes, length: number): string {
  return [...random(length)].map((byte) => ALPHABET[byte & 31]).join('');
}
