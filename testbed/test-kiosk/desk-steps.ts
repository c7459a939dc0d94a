import { HybridClock } from '@uketsuke/shared/clock';
import { type EventOf, recordEvent } from '@uketsuke/shared/reception';
import { fromBase64url } from '@uketsuke/shared/sealing';
import type { Desk } from '../../kiosk/src/desk/desk.ts';
import { type CityKeys, householdOf } from './city-keys.ts';

/** Admits `count` households of one at the desk. Throws when one is not admitted. */
export async function admit(desk: Desk, city: CityKeys, count: number, seed = 100): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    const outcome = await desk.cards.scan(await city.card(householdOf(seed + at, 1), Date.now()), 'shelter');
    if (outcome.kind !== 'admitted') throw new Error(`${outcome.kind} instead of admitted`);
  }
}

/** Admissions of one person each at another desk of the same shelter. */
export function eventsOfAnotherDesk(city: CityKeys, count: number, seed = 500): EventOf<'admitted'>[] {
  const { enrolment } = city.secrets('desk2');
  const clock = new HybridClock('desk2', Date.now);
  const desk = {
    shelterId: enrolment.shelter.shelterId,
    deviceId: enrolment.deviceId,
    eventKey: fromBase64url(enrolment.eventKey),
  };
  return Array.from({ length: count }, (_, at) =>
    recordEvent(desk, clock, Date.now(), 'admitted', {
      stay: 'shelter',
      method: 'desk',
      assurance: 'self-declared',
      household: householdOf(seed + at, 1),
    }),
  );
}
