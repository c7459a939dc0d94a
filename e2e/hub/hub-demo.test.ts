import { afterEach, describe, expect, it } from 'vitest';
import { isAllAtCity } from '../../kiosk/src/sync/sync-state.ts';
import type { KioskAtHub } from '../../testbed/hub/kiosk-at-hub.ts';
import { ShelterWithHub } from '../../testbed/hub/shelter-with-hub.ts';
import { eventually, PATIENCE_MS } from '../../testbed/patience/eventually.ts';

const IN_TURN = 10;
let place: ShelterWithHub | undefined;

afterEach(async () => {
  await place?.close();
  place = undefined;
});

const present = (kiosk: KioskAtHub) => kiosk.desk.view.snapshot().counts.present;
const atHub = (kiosk: KioskAtHub) =>
  kiosk.shows(
    (desk) => {
      const { peer, pending, trouble } = desk.view.snapshot().sync;
      return peer === 'hub' && pending === 0 && trouble === null;
    },
    PATIENCE_MS,
    'everything at the hub',
  );
const allAtCity = (kiosk: KioskAtHub) =>
  kiosk.shows((desk) => isAllAtCity(desk.view.snapshot().sync), PATIENCE_MS, 'everything at the city');
const sees = (kiosk: KioskAtHub, people: number) =>
  kiosk.shows(() => present(kiosk) === people, PATIENCE_MS, `${people} people at the other desk`);

describe('a hub and two kiosks', () => {
  it('without the city see each other at once; with it all are at HQ once, nothing pressed (HUB-1, SYN-8, SYN-9)', async () => {
    place = await ShelterWithHub.build(IN_TURN * 2);
    const first = await place.newKiosk();
    const hub = await place.newHub();
    await first.useHub(place.hubQr);
    await allAtCity(first);
    // A card that is revoked while the hub still hears the city.
    const revoked = await place.issueCard();
    await (await place.headquarters()).calls.revokeCard({ params: { cardId: revoked.cardId } });
    await place.factAtHub(first, `revoked-card:${revoked.cardId}`);
    await hub.stop();
    // Enrolled after the hub last spoke with the city.
    const second = await place.newKiosk();
    await place.cityOff();
    await place.hubOn();
    await second.useHub(place.hubQr);
    await Promise.all([atHub(first), atHub(second)]);

    const latencies: number[] = [];
    for (let turn = 0; turn < IN_TURN; turn += 1) {
      for (const [from, to] of [
        [first, second],
        [second, first],
      ] as const) {
        const before = present(to);
        await place.admit(from, 1);
        latencies.push(await sees(to, before + 1));
      }
    }
    latencies.sort((left, right) => left - right);
    const median = latencies[IN_TURN] ?? Number.NaN;
    console.log(
      `hub: from green at one kiosk to the other kiosk, ms: median ${Math.round(median)}, most ${Math.round(latencies.at(-1) ?? Number.NaN)} (${latencies.length} admissions)`,
    );
    expect(latencies).toHaveLength(IN_TURN * 2);
    await Promise.all([atHub(first), atHub(second)]);
    for (const { desk } of [first, second]) {
      expect(await desk.cards.scan(revoked.code, 'shelter')).toEqual({ kind: 'refused', refusal: 'revoked' });
      expect(desk.view.snapshot().sync).toMatchObject({ peer: 'hub', relay: { connected: false } });
      expect(isAllAtCity(desk.view.snapshot().sync)).toBe(false);
    }

    const back = performance.now();
    await place.cityOn();
    const everybody = place.everybodyShown();
    expect(await place.rosterOf(everybody.length)).toEqual(everybody);
    await Promise.all([allAtCity(first), allAtCity(second)]);
    console.log(
      `hub: all at HQ and said at both desks ${Math.round(performance.now() - back)} ms after the city's start`,
    );
    expect(await place.rosterOf(everybody.length)).toEqual(everybody);
  });

  it('a kiosk moves from hub to city and back by itself, and everybody is at HQ once (SYN-8, SYN-9)', async () => {
    place = await ShelterWithHub.build(9);
    const [first, second] = [await place.newKiosk(), await place.newKiosk()];
    const hub = await place.newHub();
    await first.useHub(place.hubQr);
    await place.admit(first, 3);
    await atHub(first);
    await hub.stop();
    const gone = performance.now();
    await place.admit(first, 3);
    await first.shows((desk) => desk.view.snapshot().sync.peer === 'city', PATIENCE_MS, 'the city in use');
    await allAtCity(first);
    await sees(second, 6);
    console.log(`hub gone: the other kiosk, at the city, saw all ${Math.round(performance.now() - gone)} ms later`);
    await place.hubOn();
    const there = performance.now();
    await atHub(first);
    console.log(`hub there again: in use ${Math.round(performance.now() - there)} ms after it listened`);
    await place.admit(first, 3);
    const everybody = place.everybodyShown();
    expect(await place.rosterOf(everybody.length)).toEqual(everybody);
    await sees(second, 9);
    await allAtCity(first);
    // The hub holds all that the city has, each once.
    await eventually(
      async () => ((await place?.hub.state())?.events === 9 ? true : undefined),
      PATIENCE_MS,
      '9 events',
    );
  });

  it('a blank hub in the place of the old one gets everything from the kiosks, and HQ has it once (SYN-5)', async () => {
    place = await ShelterWithHub.build(8);
    const [first, second] = [await place.newKiosk(), await place.newKiosk()];
    // Enrolled when there was a connection, and kept in a cupboard.
    await (await place.newHub()).stop();
    const old = await place.newHub();
    await place.cityOff();
    await Promise.all([first.useHub(place.hubQr), second.useHub(place.hubQr)]);
    await place.admit(first, 3);
    await place.admit(second, 2);
    await Promise.all([sees(first, 5), sees(second, 5), atHub(first), atHub(second)]);
    await old.kill();
    await place.admit(first, 3);
    const blank = await place.hubOn(0);
    expect(await blank.state()).toMatchObject({ events: 0 });
    expect(blank.certificateSha256).not.toBe(old.certificateSha256);
    await Promise.all([first.useHub(place.hubQr), second.useHub(place.hubQr)]);
    await Promise.all([sees(first, 8), sees(second, 8), atHub(first), atHub(second)]);
    expect((await place.hub.state()).events).toBe(8);
    await place.cityOn();
    const everybody = place.everybodyShown();
    expect(await place.rosterOf(everybody.length)).toEqual(everybody);
    await Promise.all([allAtCity(first), allAtCity(second)]);
  });
});

describe('a hub that is killed', () => {
  it('while kiosks push and while it relays loses nothing and doubles nothing (SYN-9, SYN-11)', async () => {
    place = await ShelterWithHub.build(80);
    const [first, second] = [await place.newKiosk(), await place.newKiosk()];
    const hub = await place.newHub();
    await place.cityOff();
    await place.admit(first, 40);
    await first.useHub(place.hubQr);
    await second.useHub(place.hubQr);
    // Both go on at work while the hub is shot three times, each time as soon as it holds something new.
    const work = Promise.all([place.admit(first, 20), place.admit(second, 20)]);
    for (let shots = 0, held = 0; shots < 3; shots += 1) {
      const now = held;
      held = await eventually(
        async () => {
          const { events } = (await place?.hub.state().catch(() => ({ events: 0 }))) ?? { events: 0 };
          return events > now || events === 80 ? events : undefined;
        },
        PATIENCE_MS,
        'something new at the hub',
      );
      await place.hub.kill();
      await place.hubOn();
    }
    await work;
    await Promise.all([sees(first, 80), sees(second, 80), atHub(first), atHub(second)]);
    // And once more in the middle of passing it on.
    await place.cityOn();
    await eventually(
      async () => {
        const state = await place?.hub.state();
        return state !== undefined && (state.relay.connected || (state.relay.pending ?? 80) < 80) ? true : undefined;
      },
      PATIENCE_MS,
      'the relay at work',
    );
    await place.hub.kill();
    await place.hubOn();
    const everybody = place.everybodyShown();
    expect(everybody).toHaveLength(80);
    expect(await place.rosterOf(80)).toEqual(everybody);
    await Promise.all([allAtCity(first), allAtCity(second)]);
    expect(hub.certificateSha256).toBe(place.hub.certificateSha256);
    expect((await place.hub.state()).events).toBe(80);
  });
});
