import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CityKeys, householdOf } from '../../../testbed/test-kiosk/city-keys.ts';
import { PassingTime } from '../../../testbed/test-kiosk/passing-time.ts';
import { TestKiosk } from '../../../testbed/test-kiosk/test-kiosk.ts';
import { TestSyncServer } from '../../../testbed/test-kiosk/test-sync-server.ts';

/** Cards at a desk whose clock is wrong: nobody is told that a card has expired by a clock that is known to be wrong. */

const YEAR_MS = 366 * 86_400_000;
const today = () => Date.now();
const yearsAhead = () => Date.now() + 7 * YEAR_MS;

let time: PassingTime;
let city: CityKeys;
let kiosk: TestKiosk;
let server: TestSyncServer;

beforeEach(async () => {
  time = new PassingTime();
  city = await CityKeys.build(19);
  kiosk = await TestKiosk.build(city.secrets('desk1'));
  server = new TestSyncServer(today);
  time.watch(server);
});
afterEach(async () => {
  await kiosk.remove();
  await server.stop();
});

const newCard = (household: number) => city.card(householdOf(household, 1), today());
const oldCard = (household: number) => city.card(householdOf(household, 1), today() - 6 * YEAR_MS);

describe('a card’s expiry (CRD-5)', () => {
  it('is judged by the city’s time once that was heard, whatever the laptop’s clock says', async () => {
    await server.start();
    kiosk.serverUrl = server.url;
    for (const [now, state] of [
      [yearsAhead, 'ahead'],
      [() => today() - 7 * YEAR_MS, 'behind'],
    ] as const) {
      const desk = await kiosk.open({ now, ...time.options });
      await time.until(() => expect(desk.view.snapshot().clock).toBe(state));
      const from = state === 'ahead' ? 20 : 30;
      expect(await desk.cards.scan(await newCard(from), 'shelter')).toMatchObject({ kind: 'admitted', expired: false });
      const old = await desk.cards.scan(await oldCard(from + 1), 'shelter');
      expect(old).toMatchObject({ kind: 'admitted', expired: true });
    }
  });

  it('is not known while the clock is known to be wrong and the city was not heard; everybody is admitted', async () => {
    const before = await kiosk.open({ now: () => yearsAhead() + YEAR_MS });
    await before.cards.scan(await newCard(40), 'shelter');
    const desk = await kiosk.open({ now: yearsAhead });
    expect(desk.view.snapshot().clock).toBe('behind');
    const outcome = await desk.cards.scan(await newCard(41), 'shelter');
    expect(outcome).toMatchObject({ kind: 'admitted', expired: 'not-known' });
    expect(desk.view.snapshot().counts.admitted).toBe(2);
    const recorded: unknown[] = [];
    for await (const event of desk.exports.exportable('all')) {
      if (event.kind === 'admitted') recorded.push(event.body.card?.expired);
    }
    // The first was judged by a clock that nobody knew to be wrong.
    expect(recorded.sort()).toEqual([false, true]);
  });
});
