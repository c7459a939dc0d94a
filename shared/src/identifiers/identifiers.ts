import * as z from 'zod';
import { encodeBase32 } from './base32.ts';

/** Source of random bytes, so that tests can seed it. */
export type RandomBytes = (length: number) => Uint8Array;

/** Random bytes from the platform's cryptographic generator. */
export const secureRandomBytes: RandomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));

const RESIDENT_ID_BYTES = 7;
/** Shorter than a resident id: the issuer takes a card id only once (CRD-2), so chance alone need not keep them apart. */
const CARD_ID_BYTES = 5;

/** 56 random bits in base32: names a resident across cards, says nothing about them. */
export const residentIdSchema = z
  .string()
  .regex(/^[A-Z2-7]{12}$/)
  .brand<'ResidentId'>();
export type ResidentId = z.infer<typeof residentIdSchema>;

/** 40 random bits in base32: names one issued card. */
export const cardIdSchema = z
  .string()
  .regex(/^[A-Z2-7]{8}$/)
  .brand<'CardId'>();
export type CardId = z.infer<typeof cardIdSchema>;

/** Lower-case letters, digits and hyphens; part of the shelter's database name. */
export const shelterIdSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/)
  .brand<'ShelterId'>();
export type ShelterId = z.infer<typeof shelterIdSchema>;

/** Lower-case letters and digits; part of every hybrid timestamp. */
export const deviceIdSchema = z
  .string()
  .regex(/^[a-z0-9]{4,32}$/)
  .brand<'DeviceId'>();
export type DeviceId = z.infer<typeof deviceIdSchema>;

/** `ev:` + the event's hybrid timestamp: unique per device, sorts by time (RCP-2). */
export const eventIdSchema = z
  .string()
  .regex(/^ev:[0-9a-f]{12}-[0-9a-f]{4}-[a-z0-9]{4,32}$/)
  .brand<'EventId'>();
export type EventId = z.infer<typeof eventIdSchema>;

/** A new random resident id. */
export function newResidentId(random: RandomBytes): ResidentId {
  return residentIdSchema.parse(encodeBase32(random(RESIDENT_ID_BYTES)));
}

/** A new random card id. */
export function newCardId(random: RandomBytes): CardId {
  return cardIdSchema.parse(encodeBase32(random(CARD_ID_BYTES)));
}

/** A new random device id (75 bits; starts with `d`). */
export function newDeviceId(random: RandomBytes): DeviceId {
  return deviceIdSchema.parse(`d${encodeBase32(random(10)).slice(0, 15).toLowerCase()}`);
}

/** A new random shelter id (starts with `s`). */
export function newShelterId(random: RandomBytes): ShelterId {
  return shelterIdSchema.parse(`s${encodeBase32(random(5)).toLowerCase()}`);
}

/** The id of the event stamped with `hlc`. */
export function eventIdOf(hlc: string): EventId {
  return eventIdSchema.parse(`ev:${hlc}`);
}
