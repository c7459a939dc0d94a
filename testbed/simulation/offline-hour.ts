import { HybridClock } from '@uketsuke/shared/clock';
import { secureRandomBytes } from '@uketsuke/shared/identifiers';
import { sealEventForKiosk } from '@uketsuke/shared/journal';
import type { Household } from '@uketsuke/shared/person';
import { type ReceptionEvent, recordEvent } from '@uketsuke/shared/reception';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { fromBase64url, importDataKey } from '@uketsuke/shared/sealing';
import type { KioskSecrets } from '../../kiosk/src/reception/kiosk-secrets.ts';
import type { StoredEvent } from '../../kiosk/src/store/documents.ts';

const HOUSEHOLDS_AT_ONCE = 2_000;
const MINUTE_MS = 60_000;

/** Different invented households of exactly `people` people together. */
export function householdsOf(people: number, seed: number): Household[] {
  const households: Household[] = [];
  for (let missing = people, round = 0; missing > 0; round += 1) {
    for (const { address, members } of sampleHouseholds(seed * 1_000_003 + round, HOUSEHOLDS_AT_ONCE)) {
      if (missing <= 0) break;
      households.push({ ...(address === undefined ? {} : { address }), members: members.slice(0, missing) });
      missing -= members.length;
    }
  }
  return households;
}

/** How many kiosks each shelter has: one at least, the rest by chance to few big ones, as the city's shelters are. */
export function kiosksPerShelter(shelters: number, kiosks: number, random: () => number): number[] {
  const counts = Array.from({ length: shelters }, () => 1);
  for (let left = kiosks - shelters; left > 0; left -= 1) {
    const shelter = Math.floor(random() ** 2 * shelters);
    counts[shelter] = (counts[shelter] ?? 0) + 1;
  }
  return counts;
}

/** What a kiosk recorded: as it lies in its store, and as the server will store it. */
export interface OfflineHour {
  readonly stored: readonly StoredEvent[];
  readonly events: readonly ReceptionEvent[];
}

/**
 * What a kiosk's store holds after it admitted the households without a network: real events with the hybrid
 * timestamps of that time and the device's own key, sealed for the store.
 */
export async function recordedOffline(
  secrets: KioskSecrets,
  households: readonly Household[],
  offlineMinutes: number,
): Promise<OfflineHour> {
  const { enrolment } = secrets;
  const begun = Date.now() - offlineMinutes * MINUTE_MS;
  let now = begun;
  const clock = new HybridClock(enrolment.deviceId, () => now);
  const desk = {
    shelterId: enrolment.shelter.shelterId,
    deviceId: enrolment.deviceId,
    eventKey: fromBase64url(enrolment.eventKey),
  };
  const key = await importDataKey(fromBase64url(secrets.dataKey));
  const body = { stay: 'shelter', method: 'card-qr', assurance: 'card-presented' } as const;
  const stored: StoredEvent[] = [];
  const events: ReceptionEvent[] = [];
  for (const [at, household] of households.entries()) {
    now = begun + Math.floor((at / households.length) * offlineMinutes * MINUTE_MS);
    const event = recordEvent(desk, clock, now, 'admitted', { ...body, household });
    events.push(event);
    const sealed = await sealEventForKiosk(event, key, secureRandomBytes);
    stored.push({ id: event.id, deviceId: event.deviceId, sealed, cityGeneration: 0 });
  }
  return { stored, events };
}
