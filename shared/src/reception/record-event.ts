import type { HybridClock } from '../clock/hybrid-clock.ts';
import { type DeviceId, eventIdOf, type ShelterId } from '../identifiers/identifiers.ts';
import { authenticateEvent } from './authenticity.ts';
import { type EventKind, type EventOf, type ReceptionEvent, schemaVersionOf, type UnsealedEvent } from './events.ts';

/** What an event needs to know about the desk that records it. */
export interface DeskIdentity {
  readonly shelterId: ShelterId;
  readonly deviceId: DeviceId;
  /** HMAC key of the device, EVENT_KEY_BYTES long. */
  readonly eventKey: Uint8Array;
  readonly recordedBy?: string;
}

/** Makes a finished event of the given kind: stamped by the clock, timed by `now` (ms since 1970 UTC), authenticated. */
export function recordEvent<Kind extends EventKind>(
  desk: DeskIdentity,
  clock: HybridClock,
  now: number,
  kind: Kind,
  body: EventOf<Kind>['body'],
): EventOf<Kind> {
  const hlc = clock.tick();
  const event = {
    schema: schemaVersionOf(kind),
    id: eventIdOf(hlc),
    shelterId: desk.shelterId,
    deviceId: desk.deviceId,
    hlc,
    occurredAt: new Date(now).toISOString(),
    ...(desk.recordedBy === undefined ? {} : { recordedBy: desk.recordedBy }),
    kind,
    body,
  };
  return authenticateEvent(event as UnsealedEvent, desk.eventKey) as ReceptionEvent as EventOf<Kind>;
}
