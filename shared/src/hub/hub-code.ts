import * as z from 'zod';

/** How the text of a hub's QR begins; the addresses follow, separated by spaces. */
export const HUB_CODE_PREFIX = 'UKEHUB1';
/** Any version of a hub's QR. */
const HUB_CODE = /^UKEHUB\d+(?: |$)/i;
const ADDRESSES_MAX = 8;

const originSchema = z
  .url({ protocol: /^https$/ })
  .transform((text) => new URL(text))
  .refine((url) => url.username === '' && url.password === '')
  .transform((url) => url.origin);

/**
 * The text of a hub's QR.
 * @param origins `https://host:port`, the likeliest first
 */
export function hubCode(origins: readonly string[]): string {
  return [HUB_CODE_PREFIX, ...origins].join(' ');
}

/** Whether a scanned text is a hub's QR, of this or a later version. */
export function isHubCode(text: string): boolean {
  return HUB_CODE.test(text.trim());
}

/**
 * The origins in a hub's QR; null when the text is none of this version. What is no https address is left out. A
 * scanner that types is understood too: it loses capitals, and its colon comes as `;` or `'`, by the keyboard's layout.
 */
export function readHubCode(text: string): readonly string[] | null {
  const [prefix, ...addresses] = text.trim().split(/\s+/);
  if (prefix?.toUpperCase() !== HUB_CODE_PREFIX) return null;
  return addresses.slice(0, ADDRESSES_MAX).flatMap((address) => {
    const origin = originSchema.safeParse(address.toLowerCase().replaceAll(/[;'](?=\/\/|\d)/g, ':'));
    return origin.success ? [origin.data] : [];
  });
}
