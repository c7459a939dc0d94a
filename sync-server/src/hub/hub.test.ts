import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  hubIdentitySchema,
  hubStateSchema,
  pullEventsResponseSchema,
  pullFactsResponseSchema,
  pushResponseSchema,
  type ShelterFacts,
} from '@uketsuke/shared/contracts';
import { readHubCode, verifyHubCredential } from '@uketsuke/shared/hub';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newCode, newKiosk, newShelter } from '../../../testbed/test-server/new-shelter.ts';
import { newHubCode, openTestHub, sendToHub, type TestHub } from '../../../testbed/test-server/test-hub.ts';
import {
  BareKiosk,
  Console,
  eventually,
  openTestCity,
  type TestCity,
} from '../../../testbed/test-server/test-server.ts';
import type { RunningServer } from '../city/start-server.ts';
import { HubEnrolmentError } from './enrol-hub.ts';
import type { RunningHub } from './start-hub.ts';

const WAIT_MS = 30_000;
const households = sampleHouseholds(21, 60);
let city: TestCity;
let server: RunningServer;
let hq: Console;
let shelter: ShelterFacts;
let cleaning: (() => Promise<void>)[] = [];
let next = 0;

beforeAll(async () => {
  city = await openTestCity();
  server = await city.start();
  hq = await Console.firstAdmin(server);
});
afterEach(async () => {
  for (const clean of cleaning.reverse()) await clean();
  cleaning = [];
});
afterAll(() => city.close());

async function newHub(): Promise<{ box: TestHub; hub: RunningHub }> {
  shelter = await newShelter(hq, `健軍小学校${next}`);
  const box = await openTestHub();
  cleaning.push(() => box.close());
  const hub = await box.start({ cityUrl: server.url, code: await newHubCode(hq, shelter), deviceName: 'ハブ1' });
  return { box, hub };
}

function household() {
  next += 1;
  const found = households[next % households.length];
  if (found === undefined) throw new Error('no sample');
  return found;
}

const pushTo = async (hub: RunningHub, kiosk: BareKiosk, ...events: readonly unknown[]) =>
  pushResponseSchema.parse(
    (await sendToHub(hub, '/sync/v1/events', { json: { events }, credential: kiosk.enrolment.credential })).body,
  );
const eventsAt = async (hub: RunningHub, kiosk: BareKiosk) =>
  pullEventsResponseSchema.parse(
    (await sendToHub(hub, '/sync/v1/events?limit=500', { credential: kiosk.enrolment.credential })).body,
  );
const eventsAtCity = async (kiosk: BareKiosk) =>
  pullEventsResponseSchema.parse((await kiosk.send('/events?limit=500', 'GET')).body);
const stateOf = async (hub: RunningHub) => hubStateSchema.parse((await sendToHub(hub, '/hub/v1/state')).body);

describe('a hub', () => {
  it('shows who it is by a credential that names its certificate (HUB-2), and keeps its keys sealed', async () => {
    const { box, hub } = await newHub();
    const kiosk = await newKiosk(server.url, hq, shelter);
    const identity = hubIdentitySchema.parse((await sendToHub(hub, '/hub/v1/identity')).body);
    const { credentialPublicKey = '' } = kiosk.enrolment;
    const { shelterId } = shelter;
    const { certificateSha256 } = hub;
    expect(verifyHubCredential(identity.credential, { credentialPublicKey, shelterId, certificateSha256 })).toEqual({
      deviceId: expect.any(String),
    });
    expect(identity).toMatchObject({ shelter, addresses: [hub.url] });
    const file = join(box.dataDirectory, 'hub.sealed');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).not.toContain('PRIVATE');
  });

  it("takes kiosks by the city's signature without the city, and nobody else (HUB-1)", async () => {
    const { box, hub } = await newHub();
    const stranger = await newKiosk(server.url, hq, await newShelter(hq, '水前寺'));
    const before = await newKiosk(server.url, hq, shelter);
    await hub.stop();
    // Enrolled while the hub is off: it never hears of this kiosk.
    const kiosk = await newKiosk(server.url, hq, shelter);
    const alone = await box.start({ cityUrl: 'http://127.0.0.1:9' });
    for (const known of [before, kiosk]) {
      const event = known.admission(household());
      expect((await pushTo(alone, known, event)).outcomes).toEqual([{ id: event.id, outcome: 'stored' }]);
    }
    for (const credential of [stranger.enrolment.credential, 'x', undefined]) {
      const answer = await sendToHub(alone, '/sync/v1/events', credential === undefined ? {} : { credential });
      expect(answer).toMatchObject({ status: 401, code: 'device-unknown' });
    }
    const forged = { ...kiosk.admission(household()), mac: 'A'.repeat(43) };
    expect((await pushTo(alone, kiosk, forged)).outcomes).toMatchObject([
      { outcome: 'quarantined', reason: 'not-authentic' },
    ]);
    const { mark } = await eventsAt(alone, kiosk);
    expect(mark).toMatchObject({ events: 2, relay: { connected: false, pending: 2, lastExchangeAt: null } });
    expect(mark.relay?.oldestPendingAt).not.toBeNull();
  });

  it('passes events up and down, each once (SYN-9)', async () => {
    const { hub } = await newHub();
    const [below, above] = [await newKiosk(server.url, hq, shelter), await newKiosk(server.url, hq, shelter)];
    const [fromBelow, fromAbove] = [below.admission(household()), above.admission(household())];
    await pushTo(hub, below, fromBelow);
    await above.push(fromAbove);
    const ids = [fromBelow.id, fromAbove.id].sort();
    const found = await eventually(async () => {
      const [atCity, atHub] = [await eventsAtCity(above), await eventsAt(hub, below)];
      return atCity.events.length >= 2 && atHub.events.length >= 2 ? { atCity, atHub } : undefined;
    }, WAIT_MS);
    expect(found.atCity.events.map(({ id }) => id).sort()).toEqual(ids);
    expect(found.atHub.events.map(({ id }) => id).sort()).toEqual(ids);
    expect(found.atHub.events.find(({ id }) => id === fromAbove.id)).toEqual(fromAbove);
    await eventually(async () => ((await hub.relayState()).pending === 0 ? true : undefined), WAIT_MS);
    // The kiosk moves to the city with what the hub has passed on: nothing is stored twice.
    expect((await below.push(fromBelow)).body).toMatchObject({ outcomes: [{ outcome: 'already-had' }] });
  });

  it('refuses a device and what others bring of it from when it hears that it was revoked, until that is taken back (HUB-1, SYN-7)', async () => {
    const { hub } = await newHub();
    const kiosk = await newKiosk(server.url, hq, shelter);
    const other = await newKiosk(server.url, hq, shelter);
    const credential = kiosk.enrolment.credential;
    const asks = async () => sendToHub(hub, '/sync/v1/facts?limit=500', { credential });
    expect((await asks()).status).toBe(200);
    const had = kiosk.admission(household());
    await pushTo(hub, kiosk, had);
    await hq.post(`/devices/${kiosk.enrolment.deviceId}/revoke`);
    await eventually(async () => ((await asks()).code === 'device-revoked' ? true : undefined), WAIT_MS);
    const facts = pullFactsResponseSchema.parse(
      (await sendToHub(hub, '/sync/v1/facts?limit=500', { credential: other.enrolment.credential })).body,
    );
    expect(facts.facts.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['issuer-key', 'shelter']));
    const brought = await pushTo(hub, other, had, kiosk.record('closed', {}));
    expect(brought.outcomes.map(({ outcome }) => outcome)).toEqual(['already-had', 'quarantined']);
    await hq.post(`/devices/${kiosk.enrolment.deviceId}/reinstate`);
    await eventually(async () => ((await asks()).status === 200 ? true : undefined), WAIT_MS);
  });

  it('goes on serving when the city refuses it, and says so', async () => {
    const { hub } = await newHub();
    const kiosk = await newKiosk(server.url, hq, shelter);
    const hubId = verifyHubCredential(
      hubIdentitySchema.parse((await sendToHub(hub, '/hub/v1/identity')).body).credential,
      {
        credentialPublicKey: kiosk.enrolment.credentialPublicKey ?? '',
        shelterId: shelter.shelterId,
        certificateSha256: hub.certificateSha256,
      },
    ).deviceId;
    await hq.post(`/devices/${hubId}/revoke`);
    await eventually(async () => ((await stateOf(hub)).failure === 'revoked' ? true : undefined), WAIT_MS);
    const event = kiosk.admission(household());
    expect(await pushTo(hub, kiosk, event)).toMatchObject({
      outcomes: [{ outcome: 'stored' }],
      mark: { relay: { connected: false, pending: 1 } },
    });
    await hq.post(`/devices/${hubId}/reinstate`);
    await eventually(async () => ((await eventsAtCity(kiosk)).events.length === 1 ? true : undefined), WAIT_MS);
  }, 60_000);
});

it("a hub tells kiosks what the city's receipt bounds stamps to, also of events that it had first (CLK-4)", async () => {
  const { hub } = await newHub();
  const [fast, above] = [await newKiosk(server.url, hq, shelter), await newKiosk(server.url, hq, shelter)];
  fast.clockErrorMs = 2 * 365 * 24 * 60 * 60 * 1_000;
  const fromBelow = fast.record('closed', {});
  await pushTo(hub, fast, fromBelow);
  above.clockErrorMs = fast.clockErrorMs;
  const fromAbove = above.record('opened', {});
  await above.push(fromAbove);
  const told = await eventually(async () => {
    const { bounds = {} } = await eventsAt(hub, fast);
    return Object.keys(bounds).length === 2 ? bounds : undefined;
  }, WAIT_MS);
  const { bounds } = await eventsAtCity(above);
  expect(told).toEqual(bounds);
  expect(Object.keys(told).sort()).toEqual([fromBelow.id, fromAbove.id].sort());
});

it("a hub tells kiosks the city's time, whatever its own clock says", async () => {
  const { box, hub } = await newHub();
  const kiosk = await newKiosk(server.url, hq, shelter);
  await hub.stop();
  const wrong = await box.start({ now: () => Date.now() - 90 * 24 * 60 * 60 * 1_000 });
  const isRight = async () => {
    const answer = await pushTo(wrong, kiosk, kiosk.admission(household()));
    return Math.abs(Date.parse(answer.serverTime) - Date.now()) < 60_000 ? true : undefined;
  };
  await eventually(isRight, WAIT_MS);
});

describe('a hub that is started again', () => {
  it('needs nothing but its data, and passes on what it took in before', async () => {
    const { box, hub } = await newHub();
    const kiosk = await newKiosk(server.url, hq, shelter);
    await hub.stop();
    const alone = await box.start({ cityUrl: 'http://127.0.0.1:9' });
    const events = [kiosk.admission(household()), kiosk.admission(household())];
    await pushTo(alone, kiosk, ...events);
    const { certificateSha256 } = alone;
    await alone.stop();
    const again = await box.start({ cityUrl: server.url });
    expect(again.certificateSha256).toBe(certificateSha256);
    await eventually(async () => ((await eventsAtCity(kiosk)).events.length === 2 ? true : undefined), WAIT_MS);
    await eventually(async () => ((await again.relayState()).pending === 0 ? true : undefined), WAIT_MS);
    await again.stop();
    // Now the position is known: nothing is pending from the first moment.
    const later = await box.start({ cityUrl: 'http://127.0.0.1:9' });
    expect(await later.relayState()).toMatchObject({ pending: 0, connected: false });
  }, 60_000);

  it('offers everything again to a city that lost its data, also what had come from there (SYN-5)', async () => {
    const { hub } = await newHub();
    const [below, above] = [await newKiosk(server.url, hq, shelter), await newKiosk(server.url, hq, shelter)];
    await pushTo(hub, below, below.admission(household()));
    await above.push(above.admission(household()));
    await eventually(async () => {
      const held = (await eventsAt(hub, below)).events.length === 2 && (await hub.relayState()).pending === 0;
      return held ? true : undefined;
    }, WAIT_MS);
    const port = Number(new URL(server.url).port);
    await server.stop();
    await city.forgetLog(shelter.shelterId);
    server = await city.start({ port });
    const { events } = await eventually(async () => {
      const atCity = await eventsAtCity(above);
      return atCity.events.length === 2 ? atCity : undefined;
    }, WAIT_MS);
    expect(new Set(events.map(({ deviceId }) => deviceId))).toEqual(
      new Set([below.enrolment.deviceId, above.enrolment.deviceId]),
    );
    await eventually(async () => ((await hub.relayState()).pending === 0 ? true : undefined), WAIT_MS);
  }, 60_000);
});

describe('enrolling', () => {
  it('is refused with words that say what to do', async () => {
    const box = await openTestHub();
    cleaning.push(() => box.close());
    shelter = await newShelter(hq, '出水南');
    const refused = async (setting: Parameters<TestHub['start']>[0]) => {
      const error = await box.start(setting).catch((cause: unknown) => cause);
      if (!(error instanceof HubEnrolmentError)) throw new Error('the hub started', { cause: error });
      return error.code;
    };
    const deviceName = 'ハブ';
    expect(await refused({})).toBe('not-enrolled');
    expect(await refused({ cityUrl: 'city', code: 'x', deviceName })).toBe('wrong-details');
    expect(await refused({ cityUrl: server.url, code: 'x', deviceName })).toBe('wrong-details');
    for (const cityUrl of ['http://192.168.1.2:8080', 'http://city.example', 'http://127.0.0.1.example']) {
      expect(await refused({ cityUrl, code: '0123-4567-89AB', deviceName })).toBe('insecure-address');
    }
    expect(await refused({ cityUrl: 'http://127.0.0.1:9', code: '0123-4567-89AB', deviceName })).toBe(
      'city-unreachable',
    );
    const forKiosk = await newCode(hq, shelter);
    expect(await refused({ cityUrl: server.url, code: forKiosk, deviceName })).toBe('code-refused');
    expect(await BareKiosk.enrol(server.url, forKiosk)).toBeInstanceOf(BareKiosk);
  });
});

describe("the hub's page", () => {
  it('shows how to connect and how it stands, in both languages, and no data of people (SEC-5)', async () => {
    const { hub } = await newHub();
    const kiosk = await newKiosk(server.url, hq, shelter);
    const admitted = kiosk.admission(household());
    await pushTo(hub, kiosk, admitted);
    const [ja, en] = [await sendToHub(hub, '/'), await sendToHub(hub, '/?lang=en')];
    for (const page of [ja, en]) {
      expect(page.status).toBe(200);
      expect(page.body).toContain('<svg');
      expect(page.body).toContain(hub.url);
      expect(page.body).toContain(shelter.name);
      for (const { name } of admitted.body.household.members) expect(page.body).not.toContain(name.written);
    }
    expect(ja.body).toContain('ハブ');
    expect(en.body).toContain('Connect a kiosk');
    expect(readHubCode(`UKEHUB1 ${hub.addresses.join(' ')}`)).toEqual(hub.addresses);
    expect(JSON.stringify((await sendToHub(hub, '/hub/v1/state')).body)).not.toContain(kiosk.enrolment.deviceId);
    expect((await sendToHub(hub, '/healthz')).status).toBe(200);
    expect((await sendToHub(hub, '/metrics')).body).toContain('uketsuke_relay_connected');
    expect((await sendToHub(hub, '/hq/v1/me')).code).toBe('not-found');
  });
});
