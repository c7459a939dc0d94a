import { createHmac } from 'node:crypto';
import type { QuarantineReason } from '@uketsuke/shared/errors';
import type { DeviceId, EventId } from '@uketsuke/shared/identifiers';
import {
  authenticText,
  EventFormatError,
  type EventMacFunction,
  isSameMac,
  parseReceptionEvent,
  type ReceptionEvent,
} from '@uketsuke/shared/reception';
import type { AuthenticatedDevice, DeviceDirectory } from '../identity/device-directory.ts';
import { contentOf, type SentDocument } from './push-body.ts';

/** What the server makes of one sent document, before it asks the database. */
export type Verdict =
  | {
      readonly kind: 'acceptable';
      readonly id: EventId;
      /** The event as a JSON object in UTF-8: its bytes as they came, where they were canonical. */
      readonly json: Buffer;
      /** Its device is revoked: it may be in the log already, and comes into it no more (SYN-7). */
      readonly revoked: boolean;
    }
  | { readonly kind: 'refused'; readonly reason: QuarantineReason; readonly document: unknown };

type FoundDevice = Awaited<ReturnType<DeviceDirectory['find']>>;

const nativeHmac: EventMacFunction = (key, text) => createHmac('sha256', key).update(text).digest('base64url');

/**
 * Judges documents, each by itself: shape, shelter, device, HMAC (RCP-6). Whoever carries them: another kiosk of the
 * shelter may. Their time and order do not matter. A device is looked up once, as finding it derives its key.
 */
export async function judgeEvents(
  documents: readonly SentDocument[],
  carrier: AuthenticatedDevice,
  devices: Pick<DeviceDirectory, 'find'>,
): Promise<Verdict[]> {
  const known = new Map<DeviceId, FoundDevice>();
  const verdicts: Verdict[] = [];
  // One after another, so that what was parsed of one is gone before the next.
  for (const document of documents) {
    const value = contentOf(document);
    const event = parsed(value);
    if (typeof event !== 'string' && !known.has(event.deviceId)) {
      known.set(event.deviceId, await devices.find(event.deviceId));
    }
    const judged = typeof event === 'string' ? event : judge(event, document, carrier, known.get(event.deviceId));
    verdicts.push(typeof judged === 'string' ? { kind: 'refused', reason: judged, document: value } : judged);
  }
  return verdicts;
}

function judge(
  event: ReceptionEvent,
  document: SentDocument,
  carrier: AuthenticatedDevice,
  device: FoundDevice,
): QuarantineReason | Verdict {
  if (event.shelterId !== carrier.shelterId) return 'wrong-shelter';
  if (device === undefined || device.shelterId !== event.shelterId) return 'unknown-device';
  const json = authenticJson(event, document, device.eventKey);
  return json === null ? 'not-authentic' : { kind: 'acceptable', id: event.id, json, revoked: device.revoked };
}

/** The event's JSON, if it was made with this key and not altered since; else null. */
function authenticJson(event: ReceptionEvent, document: SentDocument, key: Uint8Array): Buffer | null {
  if ('received' in document) {
    const { json, macStart, macEnd } = document.received;
    const hmac = createHmac('sha256', key).update(json.subarray(0, macStart)).update(json.subarray(macEnd));
    if (isSameMac(event.mac, hmac.digest('base64url'))) return json;
  }
  const text = authenticText(event, key, nativeHmac);
  // An HMAC holds no character that JSON would escape: its schema sees to that.
  return text === null ? null : Buffer.from(`{"mac":"${event.mac}",${text.slice(1)}`);
}

function parsed(document: unknown): ReceptionEvent | QuarantineReason {
  try {
    return parseReceptionEvent(document);
  } catch (error) {
    if (error instanceof EventFormatError) return error.code;
    throw error;
  }
}
