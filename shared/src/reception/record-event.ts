import type { HybridClock } from '../clock/hybrid-clock.ts';
import { type DeviceId, eventIdOf, type ShelterId } from '../identifiers/identifiers.ts';
import { authenticateEvent } from './authenticity.ts';
import { type EventKind, type EventOf, type ReceptionEvent, schemaVersionOf, type UnsealedEvent } from './events.ts';

/** The device that records events, and who is signed in at it. */
export interface Recorder {
  readonly shelterId: ShelterId;
  readonly deviceId: DeviceId;
  /** HMAC key of the device, EVENT_KEY_BYTES long. */
  readonly eventKey: Uint8Array;
  readonly recordedBy?: string;
}

/** Makes a finished event of the given kind: stamped by the clock, timed by `now` (ms since 1970 UTC), authenticated. */
export function recordEvent<Kind extends EventKind>(
  recorder: Recorder,
  clock: HybridClock,
  now: number,
  kind: Kind,
  body: EventOf<Kind>['body'],
): EventOf<Kind> {
  const hlc = clock.tick();
  const event = {
    schema: schemaVersionOf(kind),
    id: eventIdOf(hlc),
    shelterId: recorder.shelterId,
    deviceId: recorder.deviceId,
    hlc,
    occurredAt: new Date(now).toISOString(),
    ...(recorder.recordedBy === undefined ? {} : { recordedBy: recorder.recordedBy }),
    kind,
    body,
  };
  return authenticateEvent(event as UnsealedEvent, recorder.eventKey) as ReceptionEvent as EventOf<Kind>;
}
