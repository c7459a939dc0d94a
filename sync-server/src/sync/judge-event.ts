import { createHmac } from 'node:crypto';
import type { QuarantineReason } from '@uketsuke/shared/protocol';
import {
  EventFormatError,
  type EventMacFunction,
  isAuthentic,
  parseReceptionEvent,
  type ReceptionEvent,
} from '@uketsuke/shared/reception';
import type { AuthenticatedDevice, DeviceDirectory } from './device-directory.ts';

/** What the server makes of one sent document, before it asks the database. */
export type Verdict =
  | { readonly kind: 'acceptable'; readonly event: ReceptionEvent }
  | { readonly kind: 'refused'; readonly reason: QuarantineReason };

const nativeHmac: EventMacFunction = (key, text) => createHmac('sha256', key).update(text).digest('base64url');

/**
 * Judges a document by itself: shape, shelter, device, HMAC (RCP-6). Whoever carries it: another kiosk of the
 * shelter may. Its time and its order do not matter.
 */
export async function judgeEvent(
  document: unknown,
  carrier: AuthenticatedDevice,
  devices: Pick<DeviceDirectory, 'find'>,
): Promise<Verdict> {
  const event = parsed(document);
  if (typeof event === 'string') return { kind: 'refused', reason: event };
  if (event.shelterId !== carrier.shelterId) return { kind: 'refused', reason: 'wrong-shelter' };
  const device = await devices.find(event.deviceId);
  if (device === undefined || device.shelterId !== event.shelterId) {
    return { kind: 'refused', reason: 'unknown-device' };
  }
  if (!isAuthentic(event, device.eventKey, nativeHmac)) return { kind: 'refused', reason: 'not-authentic' };
  return { kind: 'acceptable', event };
}

function parsed(document: unknown): ReceptionEvent | QuarantineReason {
  try {
    return parseReceptionEvent(document);
  } catch (error) {
    if (error instanceof EventFormatError) return error.code;
    throw error;
  }
}
