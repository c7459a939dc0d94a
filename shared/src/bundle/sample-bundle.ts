import { HybridClock } from '../clock/hybrid-clock.ts';
import { type DeviceId, deviceIdSchema, shelterIdSchema } from '../identifiers/identifiers.ts';
import type { ReceptionEvent } from '../reception/events.ts';
import { recordEvent } from '../reception/record-event.ts';
import { sampleHouseholds, seededBytes } from '../sample-households/sample-households.ts';
import type { BundleSource } from './open-bundle.ts';

/** 2026-11-22 12:00 in Japan. */
export const BUNDLED_AT = Date.UTC(2026, 10, 22, 3);

/** A device of the shelter `school-1`; its event key comes from the name. */
export function sampleRecorder(name = 'desk1') {
  const eventKey = seededBytes([...name].reduce((sum, each) => sum * 31 + (each.codePointAt(0) ?? 0), 7))(32);
  return { shelterId: shelterIdSchema.parse('school-1'), deviceId: deviceIdSchema.parse(name), eventKey };
}

/** Admissions it records, always the same ones. */
export function sampleAdmissions(
  count: number,
  recorder: ReturnType<typeof sampleRecorder> = sampleRecorder(),
): ReceptionEvent[] {
  const clock = new HybridClock(recorder.deviceId satisfies DeviceId, () => BUNDLED_AT);
  return sampleHouseholds(31, count).map((household) =>
    recordEvent(recorder, clock, BUNDLED_AT, 'admitted', {
      stay: 'shelter',
      method: 'desk',
      assurance: 'self-declared',
      household,
    }),
  );
}

/** All bytes of a bundle. */
export async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A source of the bytes in pieces of `size`. */
export function sourceOf(bytes: Uint8Array, size = 65_536): BundleSource {
  return async function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };
}
