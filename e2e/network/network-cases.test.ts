import type { LookupFunction } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { CityOnTheNetwork, eventually, RECOVERY_MS, synced } from '../../testbed/rough-network/city-on-the-network.ts';
import type { Direction } from '../../testbed/rough-network/rough-proxy.ts';
import { TlsFront } from '../../testbed/rough-network/tls-front.ts';

let city: CityOnTheNetwork;
afterEach(async () => {
  await city.close();
});

/** Says what was measured; the requirement is RECOVERY_MS (SYN-11). */
function tell(what: string, ms: number): void {
  console.log(`recovered in ${(ms / 1_000).toFixed(1)} s: ${what}`);
}

describe('the kiosk recovers by itself within 15 s (SYN-11)', () => {
  it('when the server was killed in the middle of a push and started again', async () => {
    let killed: Promise<void> | null = null;
    let bytes = 0;
    const onBytes = (direction: Direction, chunk: Buffer) => {
      if (direction === 'up') bytes += chunk.length;
      if (bytes > 5_000) killed ??= city.server.kill();
    };
    city = await CityOnTheNetwork.build({ cards: 100, onBytes, treat: () => ({ bytesPerSecond: 20_000 }) });
    city.proxy.way = 'refused';
    const { desk } = await city.openKiosk();
    await city.admit(desk, 100);
    city.proxy.way = 'open';
    await eventually(() => (killed === null ? undefined : true), RECOVERY_MS, 'the kill');
    await killed;
    await city.restartServer();
    tell('server killed mid-push', await synced(desk));
    expect(await city.everybodyAtHeadquarters()).toBe(city.admittedPeople);
  });

  it.each([
    ['soon', 2_000],
    ['after the kiosk had noticed', 14_000],
  ])('when the connection was a black hole and came back %s', async (when, outageMs) => {
    city = await CityOnTheNetwork.build();
    const { desk } = await city.openKiosk();
    await city.admit(desk, 2);
    await synced(desk);
    city.proxy.way = 'silent';
    await city.admit(desk, 3);
    await pause(outageMs);
    expect(desk.view.snapshot().sync.pending).toBe(3);
    city.proxy.way = 'open';
    tell(`black hole, back ${when}`, await synced(desk));
    expect(await city.everybodyAtHeadquarters()).toBe(city.admittedPeople);
  });

  it('when connections were refused', async () => {
    city = await CityOnTheNetwork.build();
    const { desk } = await city.openKiosk();
    await synced(desk);
    city.proxy.way = 'refused';
    await city.admit(desk, 3);
    await eventually(() => desk.view.snapshot().sync.trouble ?? undefined, RECOVERY_MS, 'trouble on the screen');
    await pause(8_000);
    city.proxy.way = 'open';
    tell('refused', await synced(desk));
    expect(await city.everybodyAtHeadquarters()).toBe(city.admittedPeople);
  });

  it('when a proxy that ends TLS answered every request with 502 and a page of HTML', async () => {
    city = await CityOnTheNetwork.build();
    const front = await TlsFront.start(() => city.server.port);
    try {
      const { desk } = await city.openKiosk(0, { serverUrl: front.url, certificate: front.certificate });
      await city.admit(desk, 1);
      await synced(desk);
      front.isFailing = true;
      front.endConnections();
      await city.admit(desk, 3);
      const isStrange = () => (desk.view.snapshot().sync.trouble === 'answers-strangely' ? true : undefined);
      await eventually(isStrange, RECOVERY_MS, 'the strange answers on the screen');
      await pause(6_000);
      expect(desk.view.snapshot().sync.pending).toBe(3);
      front.isFailing = false;
      tell('TLS proxy with HTML 502', await synced(desk));
      expect(await city.everybodyAtHeadquarters()).toBe(city.admittedPeople);
    } finally {
      await front.stop();
    }
  });

  it('when the name could not be resolved at start', async () => {
    let isResolving = false;
    const lookup: LookupFunction = (_hostname, options, answer) => {
      if (!isResolving) answer(Object.assign(new Error('ENOTFOUND'), { code: 'ENOTFOUND' }), '', 4);
      else if (options.all === true) answer(null, [{ address: '127.0.0.1', family: 4 }]);
      else answer(null, '127.0.0.1', 4);
    };
    city = await CityOnTheNetwork.build();
    const serverUrl = `http://uketsuke.city.test:${city.proxy.port}`;
    const { desk } = await city.openKiosk(0, { lookup, serverUrl });
    await city.admit(desk, 3);
    await pause(8_000);
    expect(desk.view.snapshot().sync).toMatchObject({ pending: 3, trouble: 'server-unreachable' });
    isResolving = true;
    tell('no DNS at start', await synced(desk));
    expect(await city.everybodyAtHeadquarters()).toBe(city.admittedPeople);
  });

  it('when the device was revoked and reinstated (SYN-7)', async () => {
    city = await CityOnTheNetwork.build();
    const { desk, kiosk } = await city.openKiosk();
    await city.admit(desk, 1);
    await synced(desk);
    const hq = await city.headquarters();
    const { deviceId } = kiosk.secrets.enrolment;
    await hq.revokeDevice(deviceId);
    await city.admit(desk, 3);
    const isRevoked = () => (desk.view.snapshot().sync.trouble === 'device-revoked' ? true : undefined);
    await eventually(isRevoked, RECOVERY_MS, 'the revocation on the screen');
    await pause(3_000);
    expect(desk.view.snapshot().sync.pending).toBe(3);
    await hq.reinstateDevice(deviceId);
    tell('revoked and reinstated', await synced(desk));
    expect(await city.everybodyAtHeadquarters()).toBe(city.admittedPeople);
  });

  it('when the first live connection delivered nothing before the outage: what was written meanwhile arrives', async () => {
    let isHeld = true;
    const isUnanswered = (chunk: Buffer) => isHeld && chunk.subarray(0, 40).includes('GET /sync/v1/live');
    city = await CityOnTheNetwork.build({ kiosks: 2, isUnanswered });
    const near = await city.openKiosk(0, { serverUrl: city.server.url });
    const far = await city.openKiosk(1);
    await city.admit(near.desk, 1);
    await synced(far.desk);
    city.proxy.way = 'silent';
    isHeld = false;
    await city.admit(near.desk, 4);
    await synced(near.desk);
    await pause(5_000);
    city.proxy.way = 'open';
    const healedAt = performance.now();
    const arrived = () => (far.desk.view.snapshot().counts.admitted === 5 ? true : undefined);
    await eventually(arrived, RECOVERY_MS, 'the other desk’s admissions');
    tell('first live connection delivered nothing', performance.now() - healedAt);
  });
});

describe('a link so slow that a full batch cannot pass', () => {
  it('is worked through in smaller batches', async () => {
    const requestTimeoutMs = 1_500;
    city = await CityOnTheNetwork.build({ cards: 120, treat: () => ({ bytesPerSecond: 12_000 }) });
    city.proxy.way = 'refused';
    const { desk } = await city.openKiosk(0, { requestTimeoutMs });
    await city.admit(desk, 120);
    city.proxy.way = 'open';
    tell('slow link, 120 admissions', await synced(desk, 120_000));
    expect(await city.everybodyAtHeadquarters()).toBe(city.admittedPeople);
  });
});
