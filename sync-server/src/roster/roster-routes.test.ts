import {
  personDetailSchema,
  pullEventsResponseSchema,
  quarantineResponseSchema,
  rosterNudgeSchema,
  rosterPageSchema,
  type ShelterFacts,
  type ShelterSummary,
  shelterSummariesResponseSchema,
} from '@uketsuke/shared/contracts';
import type { Household } from '@uketsuke/shared/person';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKiosk, newShelter } from '../../../testbed/test-server/new-shelter.ts';
import {
  BareKiosk,
  Console,
  eventually,
  openTestCity,
  TEST_PASSWORD,
  type TestCity,
} from '../../../testbed/test-server/test-server.ts';
import type { RunningServer } from '../city/start-server.ts';

let city: TestCity;
let server: RunningServer;
let hq: Console;
let north: { shelter: ShelterFacts; kiosk: BareKiosk };
let south: { shelter: ShelterFacts; kiosk: BareKiosk };
const samples = sampleHouseholds(99, 30, 3).filter((household) => household.members.length === 3);

async function prepared(name: string) {
  const shelter = await newShelter(hq, name);
  return { shelter, kiosk: await newKiosk(server.url, hq, shelter) };
}

beforeAll(async () => {
  city = await openTestCity();
  server = await city.start();
  hq = await Console.firstAdmin(server);
  north = await prepared('北部');
  south = await prepared('南部');
});
afterAll(() => city.close());

function sample(at: number): Household {
  const household = samples[at];
  if (household === undefined) throw new Error('no sample');
  return household;
}

async function summaryOf(shelter: ShelterFacts, console = hq): Promise<ShelterSummary | undefined> {
  const answer = shelterSummariesResponseSchema.parse((await console.get('/roster/shelters')).body);
  return answer.shelters.find((each) => each.shelter.shelterId === shelter.shelterId);
}

/** The summary once it satisfies the condition. */
const summaryWhen = (shelter: ShelterFacts, condition: (summary: ShelterSummary) => boolean, withinMs = 10_000) =>
  eventually(async () => {
    const summary = await summaryOf(shelter);
    return summary !== undefined && condition(summary) ? summary : undefined;
  }, withinMs);

async function search(query: string, more = '') {
  return rosterPageSchema.parse((await hq.get(`/roster/search?q=${encodeURIComponent(query)}${more}`)).body);
}

describe('the roster, from push to headquarters', () => {
  it('does not know a shelter that never reported', async () => {
    expect(await summaryOf(await newShelter(hq, '未開設'))).toEqual({
      shelter: expect.objectContaining({ name: '未開設' }),
      state: 'unknown',
      counts: null,
      lastReportAt: null,
      duplicates: null,
      quarantined: 0,
    });
  });

  it('shows a push within a second, by nudge and by numbers', async () => {
    const live = await listen(hq);
    expect(live.events[0]).toMatchObject({ event: 'hello' });
    const event = north.kiosk.admission(sample(0));
    await north.kiosk.push(event);
    const pushed = Date.now();
    const summary = await summaryWhen(north.shelter, ({ counts }) => counts?.admitted === 3);
    await eventually(async () =>
      live.events.find(({ event, data }) => event === 'changed' && data.shelterIds.includes(north.shelter.shelterId)),
    );
    // An own CouchDB server is looked at once a second for what other processes wrote; own writes are known at once.
    expect(Date.now() - pushed).toBeLessThan(1_000);
    expect(summary).toMatchObject({ state: 'open', duplicates: 0, quarantined: 0 });
    expect(Math.abs(Date.parse(summary.lastReportAt ?? '') - pushed)).toBeLessThan(5_000);
    live.close();
  });

  it('counts once however often it is pushed, and takes back what is undone (RCP-4, RCP-5)', async () => {
    const event = south.kiosk.admission(sample(1));
    await south.kiosk.push(event);
    await south.kiosk.push(event, south.kiosk.admission(sample(1)));
    await summaryWhen(south.shelter, ({ counts }) => counts?.admitted === 3);
    // The second push says nothing new of the numbers, so it is waited for by what it does say.
    await eventually(async () => {
      const { people } = await search(sample(1).members[0]?.name.written ?? '');
      return people.find((each) => each.shelterId === south.shelter.shelterId && each.repeatedAdmissions === 1);
    });
    const { kiosk } = south;
    const admission = kiosk.admission(sample(2));
    await kiosk.push(admission);
    await summaryWhen(south.shelter, ({ counts }) => counts?.admitted === 6);
    await kiosk.push(kiosk.record('voided', { targetId: admission.id, reason: 'undo' }));
    await summaryWhen(south.shelter, ({ counts }) => counts?.admitted === 3);
    const residentId = sample(2).members[0]?.residentId ?? '';
    expect((await hq.get(`/roster/people/${residentId}`)).code).toBe('not-found');
  });

  it('lets no clock win for ever: what a laptop years ahead said is overtaken by what comes after it (CLK-4)', async () => {
    const { shelter, kiosk } = await prepared('東部');
    const fast = await newKiosk(server.url, hq, shelter);
    fast.clockErrorMs = 2 * 365 * 86_400_000;
    const group = sample(8);
    const residentIds = group.members.map(({ residentId }) => residentId);
    await fast.push(fast.admission(group), fast.record('departed', { residentIds }), fast.record('closed', {}));
    await summaryWhen(shelter, ({ state, counts }) => state === 'closed' && counts?.admitted === 0);
    await kiosk.push(kiosk.record('opened', {}), kiosk.admission(group));
    await summaryWhen(shelter, ({ state, counts }) => state === 'open' && counts?.admitted === group.members.length);
    const page = pullEventsResponseSchema.parse((await kiosk.send('/events', 'GET')).body);
    expect(Object.keys(page.bounds ?? {})).toHaveLength(3);
  });

  it('flags the same people at a second shelter (FLD-5)', async () => {
    await north.kiosk.push(north.kiosk.admission(sample(3)));
    await south.kiosk.push(south.kiosk.admission(sample(3)));
    await summaryWhen(north.shelter, ({ duplicates }) => duplicates === 3);
    await summaryWhen(south.shelter, ({ duplicates }) => duplicates === 3);
    const [person] = sample(3).members;
    const detail = personDetailSchema.parse((await hq.get(`/roster/people/${person?.residentId}`)).body);
    expect(detail.entries.map((entry) => entry.shelterId)).toEqual([south.shelter.shelterId, north.shelter.shelterId]);
    expect(detail.entries[0]).toMatchObject({
      person,
      address: sample(3).address,
      presence: 'present',
      clockDoubtful: false,
    });
    expect(detail.entries[0]?.duplicates).toMatchObject([{ match: 'same', shelterName: '北部' }]);
    expect(detail.household).toHaveLength(4);
  });

  it('pages through a shelter in the order of readings', async () => {
    const read = async (cursor: string | null) => {
      const more = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      return rosterPageSchema.parse(
        (await hq.get(`/roster/shelters/${north.shelter.shelterId}/people?limit=2${more}`)).body,
      );
    };
    const kana: string[] = [];
    for (let page = await read(null); ; page = await read(page.cursor)) {
      expect(page.total).toBe(6);
      kana.push(...page.people.map(({ person }) => person.name.kana ?? ''));
      if (page.cursor === null) break;
    }
    expect(kana).toEqual([...kana].sort(new Intl.Collator('ja').compare));
    expect(kana).toHaveLength(6);
    for (const more of ['cursor=x', 'limit=0', 'limit=100000']) {
      expect((await hq.get(`/roster/shelters/${north.shelter.shelterId}/people?${more}`)).code).toBe(
        'malformed-request',
      );
    }
  });

  it('doubts a clock that is ahead, and shows what was kept aside, not what is in it', async () => {
    const { kiosk, shelter } = await prepared('時計');
    kiosk.clockErrorMs = 2 * 60 * 60 * 1_000;
    await kiosk.push(kiosk.admission(sample(4)));
    const altered = { ...kiosk.admission(sample(5)), occurredAt: '2026-01-01T00:00:00.000Z' };
    await kiosk.push(altered);
    await summaryWhen(shelter, ({ counts, quarantined }) => counts?.admitted === 3 && quarantined === 1);
    const people = rosterPageSchema.parse((await hq.get(`/roster/shelters/${shelter.shelterId}/people`)).body).people;
    expect(people.every((person) => person.clockDoubtful)).toBe(true);
    const answer = await hq.get(`/quarantine?shelterId=${shelter.shelterId}`);
    expect(quarantineResponseSchema.parse(answer.body).documents).toMatchObject([
      { eventId: altered.id, reason: 'not-authentic', whole: true, deviceId: kiosk.enrolment.deviceId },
    ]);
    expect(JSON.stringify(answer.body)).not.toContain(sample(5).members[0]?.name.written);
    // Tried again, it is still what it is, and stays (SYN-13).
    const [kept] = quarantineResponseSchema.parse(answer.body).documents;
    const again = await hq.post(`/quarantine/${kept?.id}/release`);
    expect(again).toMatchObject({ status: 200, body: { outcome: 'kept', reason: 'not-authentic' } });
    const all = await hq.post(`/shelters/${shelter.shelterId}/quarantine/release`);
    expect(all).toMatchObject({ status: 200, body: { released: 0, kept: 1, notWhole: 0 } });
    expect((await hq.post(`/quarantine/${'A'.repeat(43)}/release`)).code).toBe('not-found');
    expect((await hq.post('/quarantine/_design%2Fquarantine/release')).code).toBe('malformed-request');
    expect((await hq.post('/shelters/nowhere/quarantine/release')).code).toBe('shelter-unknown');
    expect((await summaryOf(shelter))?.quarantined).toBe(1);
  });

  it('is there again after a restart, as are accounts and kiosks', async () => {
    const before = await summaryOf(south.shelter);
    await server.stop();
    server = await city.start();
    expect(server.firstAdmin).toBeNull();
    hq = new Console(server.url);
    await hq.signIn('admin', TEST_PASSWORD);
    expect(await summaryWhen(south.shelter, ({ counts }) => counts !== null)).toEqual(before);
    await eventually(async () => ((await search(sample(0).members[0]?.name.kana ?? '')).total > 0 ? true : undefined));
    const kiosk = new BareKiosk(server.url, south.kiosk.enrolment);
    expect((await kiosk.push(kiosk.admission(sample(5)))).body).toMatchObject({ outcomes: [{ outcome: 'stored' }] });
    await summaryWhen(south.shelter, ({ counts }) => counts?.admitted === (before?.counts?.admitted ?? 0) + 3);
  });
});

/** A listener at `/roster/live`. */
async function listen(console: Console) {
  const stop = new AbortController();
  const response = await fetch(`${server.url}/hq/v1/roster/live`, {
    headers: { cookie: console.cookie },
    signal: stop.signal,
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const events: { event: string; data: ReturnType<typeof rosterNudgeSchema.parse> }[] = [];
  const reading = (async () => {
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += new TextDecoder().decode(chunk);
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const message = /^event: (\w+)\ndata: (.*)$/.exec(text.slice(0, end));
        if (message)
          events.push({ event: message[1] ?? '', data: rosterNudgeSchema.parse(JSON.parse(message[2] ?? '')) });
        text = text.slice(end + 2);
      }
    }
  })().catch(() => {});
  await eventually(async () => (events.length > 0 ? true : undefined));
  return {
    events,
    close: () => {
      stop.abort();
      return reading;
    },
  };
}
