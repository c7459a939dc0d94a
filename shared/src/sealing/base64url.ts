import * as z from 'zod';

/** Base64url of RFC 4648 §5, without padding. */
export const base64urlSchema = z.string().regex(/^[A-Za-z0-9_-]*$/);

/** Bytes to unpadded base64url. */
export function toBase64url(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/**
 * Unpadded base64url to bytes.
 * @throws DOMException (InvalidCharacterError) when the text is not base64url
 */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/** A base64url field of exactly `length` bytes, kept as text. */
export function base64urlOf(length: number) {
  return base64urlSchema.length(Math.ceil((length * 4) / 3));
}
