import { createHmac } from 'node:crypto';
import type { QuarantineReason } from '@uketsuke/shared/protocol';
import {
  authenticText,
  EventFormatError,
  type EventMacFunction,
  parseReceptionEvent,
  type ReceptionEvent,
} from '@uketsuke/shared/reception';
import type { AuthenticatedDevice, DeviceDirectory } from './device-directory.ts';

/** What the server makes of one sent document, before it asks the database. */
export type Verdict =
  | {
      readonly kind: 'acceptable';
      readonly event: ReceptionEvent;
      /** The event without its HMAC, in canonical JSON: made to check the HMAC, and good for storing too. */
      readonly text: string;
    }
  | { readonly kind: 'refused'; readonly reason: QuarantineReason };

const nativeHmac: EventMacFunction = (key, text) => createHmac('sha256', key).update(text).digest('base64url');

/**
 * Judges documents, each by itself: shape, shelter, device, HMAC (RCP-6). Whoever carries them: another kiosk of the
 * shelter may. Their time and order do not matter. A device is looked up once, as finding it derives its key.
 */
export async function judgeEvents(
  documents: readonly unknown[],
  carrier: AuthenticatedDevice,
  devices: Pick<DeviceDirectory, 'find'>,
): Promise<Verdict[]> {
  const events = documents.map(parsed);
  const ids = new Set(events.flatMap((event) => (typeof event === 'string' ? [] : [event.deviceId])));
  const found = await Promise.all([...ids].map(async (id) => [id, await devices.find(id)] as const));
  const known = new Map(found);
  return events.map((event) =>
    typeof event === 'string' ? { kind: 'refused', reason: event } : judge(event, carrier, known.get(event.deviceId)),
  );
}

function judge(
  event: ReceptionEvent,
  carrier: AuthenticatedDevice,
  device: Awaited<ReturnType<DeviceDirectory['find']>>,
): Verdict {
  if (event.shelterId !== carrier.shelterId) return { kind: 'refused', reason: 'wrong-shelter' };
  if (device === undefined || device.shelterId !== event.shelterId) {
    return { kind: 'refused', reason: 'unknown-device' };
  }
  const text = authenticText(event, device.eventKey, nativeHmac);
  return text === null ? { kind: 'refused', reason: 'not-authentic' } : { kind: 'acceptable', event, text };
}

function parsed(document: unknown): ReceptionEvent | QuarantineReason {
  try {
    return parseReceptionEvent(document);
  } catch (error) {
    if (error instanceof EventFormatError) return error.code;
    throw error;
  }
}
