import { shelterIdSchema } from '@uketsuke/shared/identifiers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CityKeys } from '../../../testbed/test-kiosk/city-keys.ts';
import { admit, eventsOfAnotherDesk } from '../../../testbed/test-kiosk/desk-steps.ts';
import { PassingTime } from '../../../testbed/test-kiosk/passing-time.ts';
import { TestKiosk } from '../../../testbed/test-kiosk/test-kiosk.ts';
import { TestSyncServer } from '../../../testbed/test-kiosk/test-sync-server.ts';

const now = () => Date.now();

let time: PassingTime;
let city: CityKeys;
let kiosk: TestKiosk;
let server: TestSyncServer;

beforeEach(async () => {
  time = new PassingTime();
  city = await CityKeys.build(9);
  kiosk = await TestKiosk.build(city.secrets('desk1'));
  server = new TestSyncServer(now);
  time.watch(server);
  await server.start();
  kiosk.serverUrl = server.url;
});
afterEach(async () => {
  await kiosk.remove();
  await server.stop();
});

describe('recovery without a person (SYN-11)', () => {
  it('asks at once when the live connection is found dead: nothing that came meanwhile waits for a nudge', async () => {
    const desk = await kiosk.open({ now, ...time.options });
    await time.until(() => expect(server.liveConnections).toBe(1));
    await time.until(() => expect(desk.view.snapshot().sync.lastExchangeAt).not.toBeNull());
    server.silent = true;
    server.put(...eventsOfAnotherDesk(city, 2));
    await time.until(() => expect(desk.view.snapshot().sync.trouble).toBe('server-unreachable'));
    server.silent = false;
    await time.until(() => expect(desk.view.snapshot().counts.admitted).toBe(2));
    expect(desk.view.snapshot().sync.trouble).toBeNull();
  });

  it('finds the size that a network carries when it swallows large requests', async () => {
    await server.stop();
    const desk = await kiosk.open({ now, ...time.options });
    await admit(desk, city, 40);
    server.swallowsAbove = 3_500;
    await server.start();
    await time.until(() => expect(desk.view.snapshot().sync).toMatchObject({ pending: 0, trouble: null }));
    expect(server.events.size).toBe(40);
    expect(Math.max(...server.pushes)).toBeLessThan(40);
    expect(server.encodings).toContain('gzip');
  });

  it('takes its facts in smaller pages from such a network, and nothing waits behind them (SYN-11)', async () => {
    server.facts = [
      { id: 'shelter:s9', kind: 'shelter', shelter: { shelterId: shelterIdSchema.parse('s9'), name: '九' } },
    ];
    server.swallowsFactsAbove = 100;
    const desk = await kiosk.open({ now, ...time.options });
    await admit(desk, city, 1);
    await time.until(() => expect(server.factPulls).toBeGreaterThan(0));
    await time.until(() => expect(desk.view.snapshot().sync).toMatchObject({ pending: 0, trouble: null }));
  });

  it.each([
    ['a proxy’s error page', { status: 502, body: '<html>Bad Gateway</html>' }],
    ['a Wi-Fi sign-in page', { status: 200, body: '<html>ログイン</html>' }],
    ['an answer cut short', { status: 200, body: '{"mark":{"epoch":' }],
  ])('says that something else answers on %s, and goes on when it is gone', async (_, page) => {
    server.page = page;
    const desk = await kiosk.open({ now, ...time.options });
    await admit(desk, city, 1);
    await time.until(() => expect(desk.view.snapshot().sync.trouble).toBe('answers-strangely'));
    expect(desk.view.snapshot().sync).toMatchObject({ pending: 1, lastExchangeAt: null });
    server.page = null;
    await time.until(() => expect(desk.view.snapshot().sync).toMatchObject({ pending: 0, trouble: null }));
  });

  it('goes on when its device is reinstated (SYN-7)', async () => {
    server.revoked = true;
    const desk = await kiosk.open({ now, ...time.options });
    await admit(desk, city, 1);
    await time.until(() => expect(desk.view.snapshot().sync.trouble).toBe('device-revoked'));
    server.revoked = false;
    await time.until(() => expect(desk.view.snapshot().sync).toMatchObject({ pending: 0, trouble: null }));
  }, 30_000);

  it('tells a credential that the server does not know from a revoked one', async () => {
    server.refusals = Array.from({ length: 6 }, () => ({ status: 401, code: 'device-unknown' }));
    const desk = await kiosk.open({ now, ...time.options });
    await time.until(() => expect(desk.view.snapshot().sync.trouble).toBe('device-unknown'));
  });
});

it('lets one event that is too large for the server block no other (SYN-2)', async () => {
  await server.stop();
  const desk = await kiosk.open({ now, ...time.options });
  await admit(desk, city, 4);
  const [, tooLarge] = desk.view.snapshot().recent;
  server.tooLarge = (event) => event.id === tooLarge?.eventId;
  await server.start();
  await time.until(() => expect(server.events.size).toBe(3));
  await time.until(() => expect(desk.view.snapshot().sync).toMatchObject({ pending: 1, trouble: null }));
});
