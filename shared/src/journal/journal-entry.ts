import * as z from 'zod';
import type { RandomBytes } from '../identifiers/identifiers.ts';
import { type EventId, eventIdSchema } from '../identifiers/identifiers.ts';
import { parseReceptionEvent, type ReceptionEvent } from '../reception/events.ts';
import { type DataKey, sealAtRest, unsealAtRest } from '../sealing/at-rest.ts';
import { base64urlSchema, fromBase64url, toBase64url } from '../sealing/base64url.ts';
import { type SealingKey, seal, unseal } from '../sealing/hpke.ts';

/**
 * One line of the kiosk's journal. The event is in it twice: sealed under the kiosk's own data key, so that an
 * unlocked kiosk can rebuild its store, and sealed to HQ's recovery key, so that HQ can read the journal of a
 * laptop that will never start again. Whoever steals the laptop reads neither (SEC-3).
 */
export const journalEntrySchema = z.strictObject({
  v: z.literal(1),
  id: eventIdSchema,
  /** nonce ‖ AES-256-GCM, base64url */
  kiosk: base64urlSchema.min(1),
  /** HPKE to the recovery key, base64url */
  hq: base64urlSchema.min(1),
});
export type JournalEntry = z.infer<typeof journalEntrySchema>;

const RECOVERY_PURPOSE = 'uketsuke journal 1';

/** An event sealed under the kiosk's data key, base64url; the form in which the kiosk stores it. */
export async function sealEventForKiosk(event: ReceptionEvent, key: DataKey, random: RandomBytes): Promise<string> {
  return toBase64url(await sealAtRest(key, event.id, bytesOf(event), random));
}

/**
 * Opens what `sealEventForKiosk` made.
 * @throws UnsealError, EventFormatError
 */
export async function unsealEventForKiosk(id: EventId, sealed: string, key: DataKey): Promise<ReceptionEvent> {
  return eventOf(await unsealAtRest(key, id, fromBase64url(sealed)));
}

/** The journal line of an event; `kiosk` is what `sealEventForKiosk` gave. */
export async function sealJournalEntry(
  event: ReceptionEvent,
  kiosk: string,
  recoveryKey: SealingKey,
): Promise<JournalEntry> {
  const associated = new TextEncoder().encode(event.id);
  const hq = toBase64url(await seal(recoveryKey, RECOVERY_PURPOSE, bytesOf(event), associated));
  return { v: 1, id: event.id, kiosk, hq };
}

/**
 * Opens a line with HQ's private recovery key.
 * @throws UnsealError, EventFormatError
 */
export async function openJournalEntry(entry: JournalEntry, recoveryKey: SealingKey): Promise<ReceptionEvent> {
  const associated = new TextEncoder().encode(entry.id);
  return eventOf(await unseal(recoveryKey, RECOVERY_PURPOSE, fromBase64url(entry.hq), associated));
}

function bytesOf(event: ReceptionEvent): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(event));
}

function eventOf(bytes: Uint8Array): ReceptionEvent {
  return parseReceptionEvent(JSON.parse(new TextDecoder().decode(bytes)));
}
