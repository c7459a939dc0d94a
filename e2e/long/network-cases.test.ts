import type { LookupFunction } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually, PATIENCE_MS } from '../../testbed/patience/eventually.ts';
import { CityOnTheNetwork, synced } from '../../testbed/rough-network/city-on-the-network.ts';
import type { Direction } from '../../testbed/rough-network/rough-proxy.ts';
import { TlsFront } from '../../testbed/rough-network/tls-front.ts';

let city: CityOnTheNetwork;
afterEach(async () => {
  await city.close();
});

/** Says what was measured; SYN-11 allows 15 s, on a machine that is not busy with other things. */
function tell(what: string, ms: number): void {
  console.log(`recovered in ${(ms / 1_000).toFixed(1)} s: ${what}`);
}

describe('the kiosk recovers by itself (SYN-11)', () => {
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
    await eventually(() => (killed === null ? undefined : true), PATIENCE_MS, 'the kill');
    await killed;
    await city.restartServer();
    tell('server killed mid-push', await synced(desk));
    expect(await city.everybodyAtHeadquarters()).toBe(city.admittedPeople);
  });

  it('when the connection was a black hole and came back before the kiosk noticed', async () => {
    city = await CityOnTheNetwork.build();
    const { desk, tries } = await city.openKiosk();
    await city.admit(desk, 2);
    await synced(desk);
    city.proxy.way = 'silent';
    await Promise.all([tries(1), city.admit(desk, 3)]);
    expect(desk.view.snapshot().sync.pending).toBe(3);
    city.proxy.way = 'open';
    tell('black hole, back before the kiosk noticed', await synced(desk));
    expect(await city.everybodyAtHeadquarters()).toBe(city.admittedPeople);
  });

  it('when the connection was a black hole and came back after the kiosk had noticed', async () => {
    city = await CityOnTheNetwork.build();
    const { desk, tries } = await city.openKiosk();
    await city.admit(desk, 2);
    await synced(desk);
    city.proxy.way = 'silent';
    await city.admit(desk, 3);
    await eventually(() => desk.view.snapshot().sync.trouble ?? undefined, PATIENCE_MS, 'trouble on the screen');
    await tries(1);
    expect(desk.view.snapshot().sync.pending).toBe(3);
    city.proxy.way = 'open';
    tell('black hole, back after the kiosk had noticed', await synced(desk));
    expect(await city.everybodyAtHeadquarters()).toBe(city.admittedPeople);
  });

  it('when connections were refused', async () => {
    city = await CityOnTheNetwork.build();
    const { desk, tries } = await city.openKiosk();
    await synced(desk);
    city.proxy.way = 'refused';
    await city.admit(desk, 3);
    await eventually(() => desk.view.snapshot().sync.trouble ?? undefined, PATIENCE_MS, 'trouble on the screen');
    await tries(3);
    expect(desk.view.snapshot().sync.pending).toBe(3);
    city.proxy.way = 'open';
    tell('refused', await synced(desk));
    expect(await city.everybodyAtHeadquarters()).toBe(city.admittedPeople);
  });

  it('when a proxy that ends TLS answered every request with 502 and a page of HTML', async () => {
    city = await CityOnTheNetwork.build();
    const front = await TlsFront.start(() => city.server.port);
    try {
      const { desk, tries } = await city.openKiosk(0, { serverUrl: front.url, certificate: front.certificate });
      await city.admit(desk, 1);
      await synced(desk);
      front.isFailing = true;
      front.endConnections();
      await city.admit(desk, 3);
      const isStrange = () => (desk.view.snapshot().sync.trouble === 'answers-strangely' ? true : undefined);
      await eventually(isStrange, PATIENCE_MS, 'the strange answers on the screen');
      await tries(3);
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
    const { desk, tries } = await city.openKiosk(0, { lookup, serverUrl });
    await city.admit(desk, 3);
    await tries(3);
    const isUnreachable = () => (desk.view.snapshot().sync.trouble === 'server-unreachable' ? true : undefined);
    await eventually(isUnreachable, PATIENCE_MS, 'the trouble on the screen');
    expect(desk.view.snapshot().sync.pending).toBe(3);
    isResolving = true;
    tell('no DNS at start', await synced(desk));
    expect(await city.everybodyAtHeadquarters()).toBe(city.admittedPeople);
  });

  it('when the device was revoked and reinstated (SYN-7)', async () => {
    city = await CityOnTheNetwork.build();
    const { desk, kiosk, tries } = await city.openKiosk();
    await city.admit(desk, 1);
    await synced(desk);
    const hq = await city.headquarters();
    const { deviceId } = kiosk.secrets.enrolment;
    await hq.calls.revokeDevice({ params: { deviceId } });
    await city.admit(desk, 3);
    const isRevoked = () => (desk.view.snapshot().sync.trouble === 'device-revoked' ? true : undefined);
    await eventually(isRevoked, PATIENCE_MS, 'the revocation on the screen');
    await tries(1);
    expect(desk.view.snapshot().sync).toMatchObject({ pending: 3, trouble: 'device-revoked' });
    await hq.calls.reinstateDevice({ params: { deviceId } });
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
    // The far kiosk notices by itself that it hears nothing, and tries anew.
    await far.tries(1);
    city.proxy.way = 'open';
    const healedAt = performance.now();
    const arrived = () => (far.desk.view.snapshot().counts.admitted === 5 ? true : undefined);
    await eventually(arrived, PATIENCE_MS, 'the other desk’s admissions');
    tell('first live connection delivered nothing', performance.now() - healedAt);
  });
});
