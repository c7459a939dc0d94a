import { HybridClock } from '@uketsuke/shared/clock';
import { type EventOf, recordEvent, type StayKind } from '@uketsuke/shared/reception';
import { allOthers } from '@uketsuke/shared/roster';
import { fromBase64url } from '@uketsuke/shared/sealing';
import type { Desk } from '../../kiosk/src/desk/desk.ts';
import type { PresentedOutcome } from '../../kiosk/src/reception/outcomes.ts';
import { type CityKeys, householdOf } from './city-keys.ts';

/** Shows a card of invented people; who looks like somebody who is here is said to be somebody else (FLD-4). */
export async function showCard(desk: Pick<Desk, 'cards'>, card: string, stay: StayKind): Promise<PresentedOutcome> {
  const outcome = await desk.cards.scan(card, stay);
  return outcome.kind === 'probably-here' ? desk.cards.scan(card, stay, allOthers(outcome.doubts)) : outcome;
}

/** Admits `count` households of one at the desk. Throws when one is not admitted. */
export async function admit(desk: Desk, city: CityKeys, count: number, seed = 100): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    const outcome = await showCard(desk, await city.card(householdOf(seed + at, 1), Date.now()), 'shelter');
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
