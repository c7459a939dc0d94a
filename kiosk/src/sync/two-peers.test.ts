import { issuerPublicKey } from '@uketsuke/shared/card';
import { deviceIdSchema } from '@uketsuke/shared/identifiers';
import { seededBytes } from '@uketsuke/shared/sample-households';
import { toBase64url } from '@uketsuke/shared/sealing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CityKeys, householdOf } from '../../../testbed/test-kiosk/city-keys.ts';
import { admit, eventsOfAnotherDesk } from '../../../testbed/test-kiosk/desk-steps.ts';
import { PassingTime } from '../../../testbed/test-kiosk/passing-time.ts';
import { TestKiosk } from '../../../testbed/test-kiosk/test-kiosk.ts';
import { TestSyncServer } from '../../../testbed/test-kiosk/test-sync-server.ts';
import type { Desk } from '../desk/desk.ts';
import { isAllAtCity } from './sync-state.ts';

const now = () => Date.now();
const [HUB_1, HUB_2] = [deviceIdSchema.parse('hub1'), deviceIdSchema.parse('hub2')];
const PASSED_ON = { connected: true, pending: 0, oldestPendingAt: null, lastExchangeAt: null };
const CUT_OFF = { connected: false, pending: null, oldestPendingAt: null, lastExchangeAt: null };

let time: PassingTime;
let city: CityKeys;
let kiosk: TestKiosk;
let headquarters: TestSyncServer;
let hub: TestSyncServer;

beforeEach(async () => {
  time = new PassingTime();
  city = await CityKeys.build(9);
  kiosk = await TestKiosk.build(city.secrets('desk1'));
  headquarters = new TestSyncServer(now);
  hub = new TestSyncServer(now);
  hub.epoch = 'hub-1';
  hub.relay = PASSED_ON;
  time.watch(headquarters);
  time.watch(hub);
  await Promise.all([headquarters.start(), hub.start()]);
  kiosk.serverUrl = headquarters.url;
});
afterEach(async () => {
  await kiosk.remove();
  await Promise.all([headquarters.stop(), hub.stop()]);
});

const open = () => kiosk.open({ now, hubUrl: hub.url, ...time.options });

describe('a kiosk with a hub (SYN-8)', () => {
  it('uses the hub alone while it answers, and takes its word for no more than it said', async () => {
    const desk = await open();
    await time.until(() => expect(desk.view.snapshot().sync).toMatchObject({ peer: 'hub', relay: PASSED_ON }));
    hub.relay = { ...PASSED_ON, pending: 2 };
    await admit(desk, city, 2);
    await time.until(() => expect(desk.view.snapshot().sync).toMatchObject({ peer: 'hub', pending: 0 }));
    expect(hub.events.size).toBe(2);
    expect(headquarters.events.size).toBe(0);
    expect(desk.view.snapshot().sync).toMatchObject({ pendingAtCity: 2, relay: { pending: 2 }, trouble: null });
    expect(isAllAtCity(desk.view.snapshot().sync)).toBe(false);
    hub.relay = PASSED_ON;
    hub.nudge();
    await time.until(() => expect(isAllAtCity(desk.view.snapshot().sync)).toBe(true));
  });

  it('goes to the city by itself when the hub is gone, and back when it returns', async () => {
    const desk = await open();
    await admit(desk, city, 1);
    await time.until(() => expect(desk.view.snapshot().sync).toMatchObject({ peer: 'hub', pending: 0 }));
    await hub.stop();
    await admit(desk, city, 1, 200);
    await time.until(() =>
      expect(desk.view.snapshot().sync).toMatchObject({ peer: 'city', pending: 0, hubTrouble: 'server-unreachable' }),
    );
    expect(headquarters.events.size).toBe(2);
    expect(desk.view.snapshot().sync).toMatchObject({ pendingAtCity: 0, relay: null, trouble: null });
    await hub.start();
    await time.until(() =>
      expect(desk.view.snapshot().sync).toMatchObject({ peer: 'hub', pending: 0, hubTrouble: null }),
    );
    expect(hub.events.size).toBe(2);
  });

  it('goes to the city while the hub says that its database is away (SYN-8, SYN-11)', async () => {
    const desk = await open();
    await admit(desk, city, 1);
    await time.until(() => expect(desk.view.snapshot().sync).toMatchObject({ peer: 'hub', pending: 0 }));
    hub.refusesPushes = { status: 503, code: 'database-unavailable', retryAfter: '1' };
    await admit(desk, city, 2, 200);
    await time.until(() => expect(desk.view.snapshot().sync).toMatchObject({ peer: 'city', pendingAtCity: 0 }));
    expect(headquarters.events.size).toBe(3);
    hub.refusesPushes = null;
    await time.until(() => expect(desk.view.snapshot().sync).toMatchObject({ peer: 'hub', pending: 0 }));
    expect(hub.events.size).toBe(3);
  });

  it('asks the city too while the hub says that it has no way there, and then no more', async () => {
    hub.relay = CUT_OFF;
    const desk = await open();
    await admit(desk, city, 2);
    await time.until(() => expect(desk.view.snapshot().sync).toMatchObject({ peer: 'hub', pendingAtCity: 0 }));
    expect(isAllAtCity(desk.view.snapshot().sync)).toBe(true);
    expect([hub.events.size, headquarters.events.size]).toEqual([2, 2]);
    hub.relay = PASSED_ON;
    hub.nudge();
    await time.until(() => expect(desk.view.snapshot().sync.relay).toEqual(PASSED_ON));
    await time.until(() => expect(headquarters.liveConnections).toBe(0));
    await admit(desk, city, 1, 200);
    await time.until(() => expect(desk.view.snapshot().sync).toMatchObject({ pending: 0, pendingAtCity: 1 }));
    expect(headquarters.events.size).toBe(2);
  });

  it('brings to the city itself what the hub has put aside, and then asks it no more (SYN-2)', async () => {
    let putAside: string | undefined;
    hub.quarantine = ({ id }) => {
      putAside ??= id;
      return id === putAside;
    };
    const desk = await open();
    await admit(desk, city, 2);
    await time.until(() =>
      expect(desk.view.snapshot().sync).toMatchObject({
        peer: 'hub',
        pending: 0,
        quarantined: 1,
        quarantinedAtCity: 0,
      }),
    );
    await time.until(() => expect(headquarters.events.has(putAside ?? '')).toBe(true));
    await time.until(() => expect(headquarters.liveConnections).toBe(0));
    const atCity = headquarters.events.size;
    await admit(desk, city, 1, 200);
    await time.until(() => expect(hub.events.size).toBe(2));
    expect(headquarters.events.size).toBe(atCity);
  });

  it('goes on saying what the city has put aside while the hub is in use (DSK-1)', async () => {
    hub.relay = CUT_OFF;
    hub.quarantine = () => true;
    headquarters.quarantine = () => true;
    const desk = await open();
    await admit(desk, city, 1);
    await time.until(() => expect(desk.view.snapshot().sync).toMatchObject({ peer: 'hub', quarantinedAtCity: 1 }));
    expect(isAllAtCity(desk.view.snapshot().sync)).toBe(false);
  });

  it('counts an event that comes by both ways once, and carries others’ events to the peer that lacks them (SYN-9)', async () => {
    hub.relay = CUT_OFF;
    const [both, hubOnly, cityOnly] = eventsOfAnotherDesk(city, 3);
    if (both === undefined || hubOnly === undefined || cityOnly === undefined) throw new Error('three events');
    hub.put(both, hubOnly);
    headquarters.put(both, cityOnly);
    const desk = await open();
    await time.until(() => expect(desk.view.snapshot().counts.admitted).toBe(3));
    await time.until(() => expect([hub.events.size, headquarters.events.size]).toEqual([3, 3]));
    expect(desk.view.snapshot().counts.admitted).toBe(3);
  });

  it('is the way from a hub that has none to the city, and back, at once', async () => {
    hub.relay = CUT_OFF;
    const desk = await open();
    await time.until(() => expect([hub.liveConnections, headquarters.liveConnections]).toEqual([1, 1]));
    await time.until(() => expect(desk.view.snapshot().sync.lastExchangeAt).not.toBeNull());
    const [fromHub, fromCity] = eventsOfAnotherDesk(city, 2);
    if (fromHub === undefined || fromCity === undefined) throw new Error('two events');
    hub.put(fromHub);
    await time.until(() => expect(headquarters.events.has(fromHub.id)).toBe(true));
    headquarters.put(fromCity);
    await time.until(() => expect(hub.events.has(fromCity.id)).toBe(true));
  });

  it('keeps what each acknowledged over a restart, and offers neither anything again', async () => {
    hub.relay = CUT_OFF;
    hub.put(...eventsOfAnotherDesk(city, 2));
    await admit(await open(), city, 3);
    await time.until(() => expect([hub.events.size, headquarters.events.size]).toEqual([5, 5]));
    await time.pass(1_000);
    await kiosk.close();
    const pushes = [hub.pushes.length, headquarters.pushes.length];
    const desk = await open();
    await time.until(() => expect(desk.view.snapshot().sync.peer).toBe('hub'));
    await time.until(() => expect(desk.view.snapshot().sync.lastExchangeAt).not.toBeNull());
    expect(desk.view.snapshot()).toMatchObject({ counts: { admitted: 5 }, sync: { pending: 0, pendingAtCity: 0 } });
    expect([hub.pushes.length, headquarters.pushes.length]).toEqual(pushes);
  });

  it('offers everything again to a blank hub in the place of another, and nothing to the city (SYN-5)', async () => {
    hub.put(...eventsOfAnotherDesk(city, 2));
    const desk = await open();
    await admit(desk, city, 3);
    await time.until(() =>
      expect(desk.view.snapshot()).toMatchObject({ counts: { admitted: 5 }, sync: { pending: 0 } }),
    );
    await hub.stop();
    hub.events.clear();
    hub.epoch = 'hub-2';
    await hub.start();
    await time.until(() => expect(hub.events.size).toBe(5));
    await time.until(() => expect(desk.view.snapshot().sync).toMatchObject({ peer: 'hub', pending: 0 }));
  });

  it('can be given its hub and lose it while the desk is open', async () => {
    const desk = await kiosk.open({ now, ...time.options });
    await admit(desk, city, 2);
    await time.until(() => expect(desk.view.snapshot().sync).toMatchObject({ peer: 'city', pending: 0 }));
    await desk.peers.setHub(hub.url);
    await time.until(() => expect(desk.view.snapshot().sync).toMatchObject({ peer: 'hub', pending: 0 }));
    expect(hub.events.size).toBe(2);
    await desk.peers.setHub(null);
    expect(desk.view.snapshot().sync).toMatchObject({ peer: 'city', relay: null, hubTrouble: null });
    await admit(desk, city, 1, 200);
    await time.until(() => expect(headquarters.events.size).toBe(3));
    expect(hub.events.size).toBe(2);
    await desk.peers.setHub(hub.url);
    await time.until(() => expect(hub.events.size).toBe(3));
    expect(Math.max(...hub.pushes)).toBe(2);
  });

  it('brings no withdrawn issuer key back from a hub that has not heard (CRD-8)', async () => {
    const [key] = kiosk.secrets.enrolment.issuerKeys;
    if (key === undefined) throw new Error('no issuer key');
    headquarters.facts = [city.fact({ id: 'issuer:1', kind: 'issuer-key', key: { ...key, state: 'withdrawn' } }, 2)];
    hub.facts = [city.fact({ id: 'issuer:1', kind: 'issuer-key', key }, 1)];
    hub.relay = CUT_OFF;
    const desk = await kiosk.open({ now, ...time.options });
    await time.until(async () => expect((await scanCard(desk)).kind).toBe('refused'));
    await desk.peers.setHub(hub.url);
    await time.until(() => expect(hub.factPulls).toBeGreaterThan(0));
    await time.until(() => expect(desk.view.snapshot().sync.peer).toBe('hub'));
    expect(await scanCard(desk)).toMatchObject({ kind: 'refused' });
    expect(await scanCard(await open())).toMatchObject({ kind: 'refused' });
  });

  it('takes no key, withdrawal or revocation from a hub that was taken over; the city’s word always wins (FCT-1)', async () => {
    const strangerKey = seededBytes(77)(32);
    const stranger = { keyId: 999, publicKey: toBase64url(issuerPublicKey(strangerKey)), state: 'active' } as const;
    const [key] = kiosk.secrets.enrolment.issuerKeys;
    if (key === undefined) throw new Error('no issuer key');
    const impostor = await CityKeys.build(10);
    const card = await city.card(householdOf(901, 1), now());
    const before = await scanCard(await kiosk.open({ now, ...time.options }), card);
    if (before.kind !== 'admitted' || before.cardId === null) throw new Error('not admitted');
    const { cardId } = before;
    await kiosk.close();
    const old = city.fact({ id: `revoked-device:${HUB_2}`, kind: 'revoked-device', deviceId: HUB_2, revoked: true }, 5);
    hub.facts = [
      { id: 'issuer-key:999', kind: 'issuer-key', key: stranger },
      impostor.fact({ id: 'issuer-key:999', kind: 'issuer-key', key: stranger }, 99),
      { id: 'issuer-key:1', kind: 'issuer-key', key: { ...key, state: 'withdrawn' } },
      { id: 'issuer-key:1', kind: 'issuer-key', key: { ...stranger, keyId: 1 } },
      { id: `revoked-card:${cardId}`, kind: 'revoked-card', cardId },
      { id: `revoked-device:${HUB_1}`, kind: 'revoked-device', deviceId: HUB_1, revoked: true },
      // Once signed by the city, which has said otherwise since.
      old,
    ];
    headquarters.facts = [
      city.fact({ id: `revoked-device:${HUB_2}`, kind: 'revoked-device', deviceId: HUB_2, revoked: false }, 6),
    ];
    const forged = await city.card(householdOf(902, 1), now(), { issuer: strangerKey, issuerKeyId: 999 });
    const desk = await kiosk.open({ now, ...time.options });
    await time.until(() => expect(headquarters.factPulls).toBeGreaterThan(0));
    await desk.peers.setHub(hub.url);
    await time.until(() => expect(hub.factPulls).toBeGreaterThan(0));
    await time.until(() => expect(desk.view.snapshot().sync).toMatchObject({ peer: 'hub', trouble: null }));
    const asIs = async (opened: Desk) => {
      expect(await scanCard(opened, forged)).toEqual({ kind: 'refused', refusal: 'unknown-issuer' });
      expect(await scanCard(opened, card)).toMatchObject({ kind: 'already-admitted' });
      expect([HUB_1, HUB_2].map((id) => opened.withdrawnDevices.has(id))).toEqual([false, false]);
    };
    await asIs(desk);
    await kiosk.close();
    await hub.stop();
    await asIs(await kiosk.open({ now, ...time.options }));
  });
});

async function scanCard(desk: Desk, card?: string) {
  return desk.cards.scan(card ?? (await city.card(householdOf(900, 1), now())), 'shelter');
}
