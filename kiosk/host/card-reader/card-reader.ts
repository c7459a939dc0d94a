import { cardAttributesSchema } from '@uketsuke/shared/my-number-card';
import * as z from 'zod';

/**
 * The kiosk's card reader as the page sees it. A card lying on the reader is one presentation with a number of its
 * own: what is asked about a presentation that has ended is answered `removed`, never by another card.
 */
export const presentationSchema = z.int().min(1);

/**
 * - `good`: within its dates and signed by one of the configured trust anchors
 * - `unchecked`: within its dates, and this kiosk is configured to accept certificates without an anchor
 * - `untrusted`: not signed by any of the configured anchors
 * - `no-anchors`: no anchor is configured, so nothing can be said of it; to be treated as untrusted
 */
export const certificateValiditySchema = z.enum([
  'good',
  'unchecked',
  'expired',
  'not-yet-valid',
  'untrusted',
  'no-anchors',
]);
export type CertificateValidity = z.infer<typeof certificateValiditySchema>;

export const cardReaderStateSchema = z.discriminatedUnion('kind', [
  /** `no-pcsc`: the library is not on this machine; `service-stopped`: it is, and its service does not answer. */
  z.object({ kind: z.literal('unavailable'), reason: z.enum(['no-pcsc', 'service-stopped', 'no-reader']) }),
  z.object({ kind: z.literal('waiting') }),
  z.object({ kind: z.literal('reading') }),
  z.object({
    kind: z.literal('card'),
    presentation: presentationSchema,
    /** base64url of the SHA-256 of the user certificate's DER: never kept or logged (MNC-2). */
    certificateSha256: z.string().length(43),
    validity: certificateValiditySchema,
  }),
  /** The card in a smartphone, which gives its certificate only with a PIN. */
  z.object({ kind: z.literal('phone'), presentation: presentationSchema }),
  /** Not a My Number card: a transit card, a driving licence. */
  z.object({ kind: z.literal('other-card'), presentation: presentationSchema }),
  /** Taken away before it was read; the next card is awaited. */
  z.object({ kind: z.literal('removed-early') }),
  /** There is a card, and it does not answer as a My Number card should. */
  z.object({ kind: z.literal('unreadable'), presentation: presentationSchema }),
]);
export type CardReaderState = z.infer<typeof cardReaderStateSchema>;

/** Whether nothing has changed for whoever watches the reader. */
export function isSameReaderState(left: CardReaderState, right: CardReaderState): boolean {
  switch (left.kind) {
    case 'unavailable':
      return right.kind === 'unavailable' && right.reason === left.reason;
    case 'card':
      return (
        right.kind === 'card' &&
        right.presentation === left.presentation &&
        right.certificateSha256 === left.certificateSha256 &&
        right.validity === left.validity
      );
    case 'waiting':
    case 'reading':
    case 'removed-early':
      return right.kind === left.kind;
    case 'phone':
    case 'other-card':
    case 'unreadable':
      return right.kind === left.kind && right.presentation === left.presentation;
  }
}

/** `pin`: 4 digits. `pin-b`: the 14 digits made of birth date, expiry year and security code on the card's face. */
export const attributesRequestSchema = z.discriminatedUnion('way', [
  z.strictObject({ way: z.literal('pin'), pin: z.string().max(64) }),
  z.strictObject({ way: z.literal('pin-b'), code: z.string().max(64) }),
]);
export type AttributesRequest = z.infer<typeof attributesRequestSchema>;

export const attributesOutcomeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('read'), attributes: cardAttributesSchema }),
  /** `triesLeft` null: the card does not say how many. */
  z.object({ kind: z.literal('wrong'), triesLeft: z.int().min(1).nullable() }),
  z.object({ kind: z.literal('blocked') }),
  z.object({ kind: z.literal('removed') }),
  z.object({ kind: z.literal('unreadable') }),
  /** Not 4 (or 14) digits: the card was not asked, so no try is lost. */
  z.object({ kind: z.literal('malformed-pin') }),
]);
export type AttributesOutcome = z.infer<typeof attributesOutcomeSchema>;

export const triesLeftSchema = z.union([z.int().min(1), z.enum(['blocked', 'unknown'])]);
export type TriesLeft = z.infer<typeof triesLeftSchema>;

/** The card reader without the end of it: what a page gets. */
export type KioskCardReader = Omit<CardReader, 'close'>;

/** Reads My Number cards. No method rejects for what a card or a reader does; over a broken host they reject. */
export interface CardReader {
  /** The latest state known. */
  state(): CardReaderState;
  /** Calls the listener at every change from now on, and gives the function that ends it. */
  subscribe(listener: (state: CardReaderState) => void): () => void;
  /** Asks the card for name, address, birth date and sex. Uses up one of the card's tries when the PIN is wrong. */
  readAttributes(presentation: number, by: AttributesRequest): Promise<AttributesOutcome>;
  /** How many tries the card still gives, without using one up; `unknown` also when the card has gone. */
  triesLeft(presentation: number, way: AttributesRequest['way']): Promise<TriesLeft>;
  close(): Promise<void>;
}
