import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CountedCouch, openCountedCouch } from '../../testbed/test-server/counted-couch.ts';
import { newKiosk, newShelter } from '../../testbed/test-server/new-shelter.ts';
import { newHubCode, openTestHub, sendToHub } from '../../testbed/test-server/test-hub.ts';
import {
  BareKiosk,
  Console,
  eventually,
  openTestCity,
  send,
  type TestCity,
} from '../../testbed/test-server/test-server.ts';

const [household] = sampleHouseholds(7, 1);
let city: TestCity;
let counted: CountedCouch;

beforeEach(async () => {
  city = await openTestCity();
  counted = await openCountedCouch();
});
afterEach(async () => {
  await city.close();
  await counted.close();
});

function admission(kiosk: BareKiosk) {
  if (household === undefined) throw new Error('no sample');
  return kiosk.admission(household);
}

const once = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 1]));

it("a city's server opens each database once, whatever goes through it", async () => {
  const first = await city.start(counted.place);
  const hq = await Console.firstAdmin(first);
  const shelters = [await newShelter(hq, '一'), await newShelter(hq, '二')];
  const [shelter] = shelters;
  if (shelter === undefined) throw new Error('no shelter');
  const kiosk = await newKiosk(first.url, hq, shelter);
  await first.stop();
  counted.opened.clear();

  const server = await city.start(counted.place);
  await eventually(async () => {
    const { body } = await send(`${server.url}/healthz`, 'GET');
    return JSON.stringify(body).includes('"rosterComplete":true') ? true : undefined;
  });
  const at = new BareKiosk(server.url, kiosk.enrolment);
  await at.send('/events', 'POST', { events: [admission(at), { kind: 'nothing we know' }] });
  for (const path of ['/events?limit=500', '/facts?limit=500']) expect((await at.send(path, 'GET')).status).toBe(200);
  const again = new Console(server.url);
  again.cookie = hq.cookie;
  expect(await again.get(`/quarantine?shelterId=${shelter.shelterId}`)).toMatchObject({
    status: 200,
    body: { documents: [{ reason: 'event-malformed' }] },
  });
  expect((await again.post(`/shelters/${shelter.shelterId}/quarantine/release`)).status).toBe(200);
  expect((await again.get('/roster/shelters')).status).toBe(200);
  expect(Object.fromEntries(counted.opened)).toEqual(
    once([
      'unfinished-restore',
      'facts',
      'keys',
      'devices',
      'staff',
      'shelters',
      'cards',
      'quarantine',
      ...shelters.map(({ shelterId }) => `reception-${shelterId}`),
    ]),
  );
});

it('a hub opens each database once', async () => {
  const server = await city.start();
  const hq = await Console.firstAdmin(server);
  const shelter = await newShelter(hq, '一');
  const { enrolment } = await newKiosk(server.url, hq, shelter);
  const box = await openTestHub();
  try {
    const code = await newHubCode(hq, shelter);
    const first = await box.start({ ...counted.place, cityUrl: server.url, code, deviceName: 'ハブ1' });
    await first.stop();
    counted.opened.clear();
    const hub = await box.start(counted.place);
    const { credential } = enrolment;
    const events = [admission(new BareKiosk(hub.url, enrolment)), { kind: 'nothing we know' }];
    const answer = await sendToHub(hub, '/sync/v1/events', { json: { events }, credential });
    expect(answer).toMatchObject({ body: { outcomes: [{ outcome: 'stored' }, { outcome: 'quarantined' }] } });
    await eventually(async () => ((await hub.relayState()).pending === 0 ? true : undefined));
    expect((await sendToHub(hub, '/hub/v1/state')).status).toBe(200);
    expect(Object.fromEntries(counted.opened)).toEqual(
      once(['facts', 'relay', 'quarantine', `reception-${shelter.shelterId}`]),
    );
  } finally {
    await box.close();
  }
});
