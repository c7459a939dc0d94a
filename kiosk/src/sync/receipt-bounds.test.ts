import { HybridClock } from '@uketsuke/shared/clock';
import { type EventKind, type EventOf, recordEvent } from '@uketsuke/shared/reception';
import { fromBase64url } from '@uketsuke/shared/sealing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { householdOf } from '../../../testbed/test-kiosk/city-keys.ts';
import { type KioskAtServer, kioskAtServer, now, WITHIN } from '../../../testbed/test-kiosk/kiosk-at-server.ts';
import type { Desk } from '../desk/desk.ts';

const YEARS = 2 * 365 * 86_400_000;

let at: KioskAtServer;
beforeEach(async () => {
  at = await kioskAtServer();
});
afterEach(() => at.close());

/** Another desk of the shelter, whose clock may be wrong. */
function anotherDesk(name: string, clockErrorMs: number) {
  const { enrolment } = at.city.secrets(name);
  const { deviceId, shelter, eventKey } = enrolment;
  const clock = new HybridClock(deviceId, () => now() + clockErrorMs);
  const recorder = { shelterId: shelter.shelterId, deviceId, eventKey: fromBase64url(eventKey) };
  return <Kind extends EventKind>(kind: Kind, body: EventOf<Kind>['body']) =>
    recordEvent(recorder, clock, now(), kind, body);
}

const admitted = (desk: Desk) => desk.view.snapshot().counts.admitted;

describe('what the city says of stamps that lie ahead (CLK-4)', () => {
  it('puts events into the same order at the kiosk as at the city, also when it comes later, and after a restart', async () => {
    const { kiosk, server } = at;
    const household = householdOf(31, 2);
    const residentIds = household.members.map(({ residentId }) => residentId);
    const admission = { stay: 'shelter', method: 'card-qr', assurance: 'card-presented', household } as const;
    const fast = anotherDesk('desk2', YEARS);
    const left = fast('departed', { residentIds });
    const back = anotherDesk('desk3', 0)('admitted', admission);
    // From a hub, say, which has not heard of the city's receipt.
    server.put(left, back);
    const desk = await kiosk.open({ now });
    await expect.poll(() => desk.view.snapshot().sync.lastExchangeAt, WITHIN).not.toBeNull();
    await expect.poll(() => server.pulls, WITHIN).toBeGreaterThan(0);
    server.bounds.set(left.id, now() - 60_000);
    server.put(anotherDesk('desk4', 0)('opened', {}));
    server.epoch = 'restored';
    await expect.poll(() => admitted(desk), WITHIN).toBe(2);
    server.bounds.clear();
    await server.stop();
    expect(admitted(await kiosk.open({ now }))).toBe(2);
  });
});
