import {
  type PullEventsResponse,
  type PullFactsResponse,
  pullEventsResponseSchema,
  pullFactsResponseSchema,
} from '@uketsuke/shared/contracts';
import { recordEvent } from '@uketsuke/shared/reception';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Couch, databaseName } from '../couch/couch.ts';
import { isNotFound } from '../couch/couch-errors.ts';
import { openDatabase } from '../couch/open-database.ts';
import { openTestCouch } from '../couch/testing.ts';
import { receptionDatabase } from '../event-log/database-names.ts';
import { FACTS_DATABASE } from '../facts/fact-board.ts';
import { admissions, get, pushed, startTestSync, type TestDevice, type TestSync } from './testing.ts';

let couch: Couch;
let sync: TestSync;
let kiosk: TestDevice;
let serial = 0;

beforeAll(async () => {
  couch = await openTestCouch();
  sync = await startTestSync(couch);
});
afterAll(async () => {
  await sync.close();
  await couch.close();
});
beforeEach(() => {
  serial += 1;
  kiosk = sync.devices.enrol(`s${serial}`);
});

function query(checkpoint: string | null, limit?: number): string {
  const parameters = new URLSearchParams();
  if (checkpoint !== null) parameters.set('checkpoint', checkpoint);
  if (limit !== undefined) parameters.set('limit', String(limit));
  return `?${parameters}`;
}

async function pullEvents(checkpoint: string | null, limit?: number): Promise<PullEventsResponse> {
  const response = await get(sync, kiosk, `/events${query(checkpoint, limit)}`);
  if (response.status !== 200) throw new Error(`pull answered ${response.status}: ${await response.text()}`);
  return pullEventsResponseSchema.parse(await response.json());
}

async function pullFacts(checkpoint: string | null, limit?: number): Promise<PullFactsResponse> {
  const response = await get(sync, kiosk, `/facts${query(checkpoint, limit)}`);
  return pullFactsResponseSchema.parse(await response.json());
}

/** Pulls to the end, as a kiosk does. */
async function pullAll(from: string | null, limit?: number) {
  const pages: PullEventsResponse[] = [];
  for (let checkpoint = from; ; ) {
    const page = await pullEvents(checkpoint, limit);
    pages.push(page);
    checkpoint = page.checkpoint;
    if (page.end) return { pages, checkpoint, events: pages.flatMap(({ events }) => events) };
    if (pages.length > 200) throw new Error('it does not end');
  }
}

async function deleteLog(): Promise<void> {
  await couch.server.db.destroy(databaseName(couch, receptionDatabase(kiosk.shelterId)));
}

describe('pulling events', () => {
  it('begins empty, at the end, with a checkpoint to go on from', async () => {
    const first = await pullEvents(null);
    expect(first).toMatchObject({ events: [], end: true, mark: { events: 0 } });
    const events = admissions(kiosk, 3);
    await pushed(sync, kiosk, events);
    const next = await pullEvents(first.checkpoint);
    expect(next.events.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(events);
    expect(next.end).toBe(true);
    expect((await pullEvents(next.checkpoint)).events).toEqual([]);
  });

  it('hands out every event once over short pages and says itself where the end is (SYN-3)', async () => {
    const events = admissions(kiosk, 50);
    await pushed(sync, kiosk, events);
    for (const limit of [1, 7, 10, 25, 50, 500]) {
      const pulled = await pullAll(null, limit);
      expect(pulled.events.map(({ id }) => id).sort()).toEqual(events.map(({ id }) => id));
      for (const page of pulled.pages) expect(page.events.length).toBeLessThanOrEqual(limit);
      expect(pulled.pages.slice(0, -1).every((page) => !page.end && page.events.length > 0)).toBe(true);
    }
  });

  it('ends a page by size as well, and says that more is coming (SYN-3)', async () => {
    const [household] = sampleHouseholds(3, 1, 12);
    if (household === undefined) throw new Error('no household');
    const members = household.members.map((member) => ({
      ...member,
      name: { written: '長'.repeat(60), kana: 'ナガ'.repeat(30) },
    }));
    const body = { stay: 'shelter', method: 'desk', assurance: 'self-declared' } as const;
    const large = Array.from({ length: 300 }, () =>
      recordEvent(kiosk, kiosk.clock, Date.now(), 'admitted', { ...body, household: { ...household, members } }),
    );
    for (let at = 0; at < large.length; at += 100) await pushed(sync, kiosk, large.slice(at, at + 100));
    const first = await pullEvents(null);
    expect(first.events.length).toBeGreaterThan(10);
    expect(first.events.length).toBeLessThan(300);
    expect(first.end).toBe(false);
    expect(Buffer.byteLength(JSON.stringify(first))).toBeLessThan(1.1 * 1024 * 1024);
    const rest = await pullAll(first.checkpoint);
    expect([...first.events, ...rest.events].map(({ id }) => id).sort()).toEqual(large.map(({ id }) => id));
  });

  it('shows a device the log of its own shelter only (SEC-1)', async () => {
    const neighbour = sync.devices.enrol(`s${serial}-b`);
    await pushed(sync, neighbour, admissions(neighbour, 3));
    await pushed(sync, kiosk, admissions(kiosk, 2));
    const { events, pages } = await pullAll(null);
    expect(events.every((event) => event.shelterId === kiosk.shelterId)).toBe(true);
    expect(events).toHaveLength(2);
    expect(pages[0]?.mark.events).toBe(2);
  });

  it('starts anew, under another epoch, when the database was replaced (SYN-5)', async () => {
    const events = admissions(kiosk, 4);
    const before = await pushed(sync, kiosk, events);
    const { checkpoint } = await pullAll(null);
    await deleteLog();
    const emptied = await pullEvents(checkpoint);
    expect(emptied).toMatchObject({ events: [], end: true, mark: { events: 0 } });
    expect(emptied.mark.epoch).not.toBe(before.mark.epoch);
    const offered = await pushed(sync, kiosk, events);
    expect(offered.outcomes.every(({ outcome }) => outcome === 'stored')).toBe(true);
    expect(offered.mark).toEqual({ epoch: emptied.mark.epoch, events: 4 });
    expect((await pullAll(checkpoint)).events.map(({ id }) => id).sort()).toEqual(events.map(({ id }) => id));
  });

  it('takes pushes at once after the database was replaced', async () => {
    await pushed(sync, kiosk, admissions(kiosk, 2));
    await deleteLog();
    const answer = await pushed(sync, kiosk, admissions(kiosk, 1));
    expect(answer.outcomes).toMatchObject([{ outcome: 'stored' }]);
    expect(answer.mark.events).toBe(1);
  });

  it('leaves out what is no event, and neither counts it', async () => {
    await pushed(sync, kiosk, admissions(kiosk, 2));
    const database = await openDatabase(couch, receptionDatabase(kiosk.shelterId), {
      views: { later: { view: { map: 'function (doc) {}' } } },
    });
    expect((await database.info()).doc_count).toBe(4);
    const other = await startTestSync(couch);
    const own = other.devices.enrol(kiosk.shelterId);
    const page = pullEventsResponseSchema.parse(await (await get(other, own, '/events')).json());
    expect(page.events).toHaveLength(2);
    expect(page.mark.events).toBe(2);
    await other.close();
  });

  it('refuses what is no checkpoint or limit of ours', async () => {
    const { checkpoint } = await pullEvents(null);
    const { epoch } = JSON.parse(Buffer.from(checkpoint ?? '', 'base64url').toString());
    const strange = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    for (const wrong of ['x', strange({}), strange([1]), strange({ epoch, seq: 'garbage' }), 'a'.repeat(5_000)]) {
      expect((await get(sync, kiosk, `/events${query(wrong)}`)).status).toBe(400);
    }
    for (const limit of ['0', '-1', '501', 'x', '1.5']) {
      expect((await get(sync, kiosk, `/events?limit=${limit}`)).status).toBe(400);
    }
    kiosk.revoked = true;
    expect((await get(sync, kiosk, '/events')).status).toBe(403);
  });
});

describe('pulling facts', () => {
  it('hands out facts in pages, later versions in place of earlier ones', async () => {
    await couch.server.db.destroy(databaseName(couch, FACTS_DATABASE)).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
    expect(await pullFacts(null)).toMatchObject({ facts: [], end: true });
    const database = await openDatabase<Record<string, unknown>>(couch, FACTS_DATABASE);
    const cards = ['AAAAAAAA', 'BBBBBBBB', 'CCCCCCCC'];
    const revoked = cards.map((cardId) => ({ id: `revoked-card:${cardId}`, kind: 'revoked-card', cardId }));
    for (const { id, ...fact } of revoked) await database.insert(fact, id);
    const shelter = { id: 'shelter:s1', kind: 'shelter', shelter: { shelterId: 's1', name: '本荘小学校' } };
    const { rev } = await database.insert(shelter, shelter.id);
    await database.insert({ note: 'no fact' }, 'something-else');
    const first = await pullFacts(null, 2);
    expect(first.end).toBe(false);
    const second = await pullFacts(first.checkpoint, 10);
    expect(second.end).toBe(true);
    const all = [...first.facts, ...second.facts];
    expect(new Set(all.map(({ id }) => id))).toEqual(new Set([...revoked.map(({ id }) => id), shelter.id]));
    expect(all).toContainEqual(shelter);
    expect(all).toContainEqual(revoked[0]);
    await database.insert({ ...shelter, _rev: rev, shelter: { shelterId: 's1', name: '新しい名' } }, shelter.id);
    const later = await pullFacts(second.checkpoint);
    expect(later.facts).toMatchObject([{ id: 'shelter:s1', shelter: { name: '新しい名' } }]);
    expect(later.epoch).toBe(first.epoch);
  });
});

describe('facts of a database that was put back to an older copy of itself, epoch and all (SYN-5)', () => {
  const revocation = (cardId: string) => ({ kind: 'revoked-card', cardId });
  const idsOf = ({ facts }: PullFactsResponse) => facts.map(({ id }) => id).toSorted();
  const ids = (...cards: readonly string[]) => cards.map((cardId) => `revoked-card:${cardId}`);

  async function database(...cards: readonly string[]) {
    const opened = await openDatabase<Record<string, unknown>>(couch, FACTS_DATABASE);
    for (const cardId of cards) await opened.insert(revocation(cardId), `revoked-card:${cardId}`);
    return opened;
  }

  async function putBack(...cards: readonly string[]) {
    const { epoch } = await pullFacts(null);
    await couch.server.db.destroy(databaseName(couch, FACTS_DATABASE));
    const copy = await database();
    await copy.insert({ epoch }, 'epoch');
    for (const cardId of cards) await copy.insert(revocation(cardId), `revoked-card:${cardId}`);
    return copy;
  }

  it('are handed out again, also when the copy has grown as long as what it replaces', async () => {
    await pullFacts(null);
    await couch.server.db.destroy(databaseName(couch, FACTS_DATABASE));
    await pullFacts(null);
    await database('AAAAAAAA', 'BBBBBBBB');
    const before = await pullFacts(null);
    expect(idsOf(before)).toEqual(ids('AAAAAAAA', 'BBBBBBBB'));
    expect(idsOf(await pullFacts(before.checkpoint))).toEqual([]);
    await putBack('AAAAAAAA', 'CCCCCCCC', 'DDDDDDDD');
    const after = await pullFacts(before.checkpoint);
    expect(after.epoch).toBe(before.epoch);
    expect(idsOf(after)).toEqual(ids('AAAAAAAA', 'CCCCCCCC', 'DDDDDDDD'));
    expect(idsOf(await pullFacts(after.checkpoint))).toEqual([]);
  });

  it('are not, when the last one that was handed out has only changed since', async () => {
    const copy = await database('EEEEEEEE');
    const before = await pullFacts(null);
    const document = await copy.get('revoked-card:EEEEEEEE');
    await copy.insert({ ...document, note: 1 }, document._id);
    expect(idsOf(await pullFacts(before.checkpoint))).toEqual(ids('EEEEEEEE'));
  });
});

describe('witnesses of a pull (SYN-5)', () => {
  async function witnessed(...ids: readonly string[]): Promise<boolean | undefined> {
    const response = await get(sync, kiosk, `/events?${new URLSearchParams({ witness: ids.join(',') })}`);
    return pullEventsResponseSchema.parse(await response.json()).witnessed;
  }

  it('are all there, or one is missing: then the log is not the one that had them', async () => {
    const events = admissions(kiosk, 3);
    const [here = '', too = '', never = ''] = events.map(({ id }) => id);
    expect((await pullEvents(null)).witnessed).toBeUndefined();
    expect(await witnessed(here)).toBe(false);
    await pushed(sync, kiosk, events.slice(0, 2));
    expect(await witnessed(here)).toBe(true);
    expect(await witnessed(here, too)).toBe(true);
    expect(await witnessed(here, never)).toBe(false);
    await deleteLog();
    await pushed(sync, kiosk, events.slice(1));
    // As many events as before, yet not the same.
    expect(await witnessed(here, too)).toBe(false);
    expect(await witnessed(too, never)).toBe(true);
  });

  it('are event ids, and few', async () => {
    const [id = ''] = admissions(kiosk, 1).map((event) => event.id);
    for (const witness of ['', 'epoch', '_design/x', `${id},`, Array.from({ length: 5 }, () => id).join(',')]) {
      const response = await get(sync, kiosk, `/events?${new URLSearchParams({ witness })}`);
      expect(response.status).toBe(400);
    }
  });
});
