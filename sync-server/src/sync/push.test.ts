import { gzipSync } from 'node:zlib';
import { pushResponseSchema } from '@uketsuke/shared/contracts';
import { authenticateEvent, type ReceptionEvent, recordEvent } from '@uketsuke/shared/reception';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type Couch, databaseName } from '../couch/couch.ts';
import { openTestCouch } from '../couch/testing.ts';
import { QUARANTINE_DATABASE, receptionDatabase } from '../event-log/database-names.ts';
import { readStoredEvent } from '../event-log/stored-event.ts';
import { QUARANTINE_MAX_BYTES, type QuarantinedDocument } from '../quarantine/quarantine-store.ts';
import { admissions, push, pushed, startTestSync, type TestDevice, type TestSync } from './testing.ts';

let couch: Couch;
let sync: TestSync;
let kiosk: TestDevice;
let serial = 0;

beforeAll(async () => {
  couch = await openTestCouch();
  sync = await startTestSync(couch);
  await sync.quarantine.use((database) => database.info());
});
afterAll(async () => {
  await sync.close();
  await couch.close();
});
beforeEach(() => {
  serial += 1;
  kiosk = sync.devices.enrol(`s${serial}`);
});

async function storedEvents(of: TestDevice = kiosk): Promise<ReceptionEvent[]> {
  const database = couch.server.use(databaseName(couch, receptionDatabase(of.shelterId)));
  const { rows } = await database.list({ include_docs: true, startkey: 'ev:', endkey: 'ev;' });
  return rows.flatMap((row) => readStoredEvent(row.doc)?.event ?? []);
}

async function quarantined(of: TestDevice = kiosk) {
  const database = couch.server.use<QuarantinedDocument>(databaseName(couch, QUARANTINE_DATABASE));
  const selector = { shelterId: of.shelterId };
  const { docs, warning } = await database.find({ selector, sort: ['shelterId', 'receivedAt'], limit: 100 });
  expect(warning).toBeUndefined();
  return docs;
}

/** The one element of a list that must not be empty. */
function only<Item>([first]: readonly Item[]): Item {
  if (first === undefined) throw new Error('nothing there');
  return first;
}

describe('a push', () => {
  it('stores each event as it was sent, and says when (SYN-2, RCP-1)', async () => {
    const events = admissions(kiosk, 20);
    const answer = await pushed(sync, kiosk, events);
    expect(answer.outcomes).toEqual(events.map(({ id }) => ({ id, outcome: 'stored' })));
    expect(answer.mark.events).toBe(20);
    expect(await storedEvents()).toEqual(events);
  });

  it('answers a retry with already-had and stores nothing twice (SYN-6)', async () => {
    const events = admissions(kiosk, 5);
    const first = await pushed(sync, kiosk, events.slice(0, 3));
    const retry = await pushed(sync, kiosk, events);
    expect(retry.outcomes.map(({ outcome }) => outcome)).toEqual([
      ...Array.from({ length: 3 }, () => 'already-had'),
      'stored',
      'stored',
    ]);
    expect(retry.mark).toEqual({ epoch: first.mark.epoch, events: 5 });
    expect(await storedEvents()).toEqual(events);
    expect(await quarantined()).toEqual([]);
  });

  it('takes nothing new of a revoked device, whoever brings it, and keeps what it had (SYN-7)', async () => {
    const thief = sync.devices.enrol(kiosk.shelterId);
    const [had, ...later] = admissions(thief, 3);
    await pushed(sync, thief, [had]);
    thief.revoked = true;
    const closed = recordEvent(thief, thief.clock, Date.now(), 'closed', {});
    const [own] = admissions(kiosk, 1, 2);
    const answer = await pushed(sync, kiosk, [had, ...later, own, closed, { ...had, mac: 'A'.repeat(43) }]);
    // Programs that do not know the reason would take the whole answer for none.
    const aside = { outcome: 'quarantined', reason: 'unknown-device' };
    expect(answer.outcomes).toEqual([
      { id: had?.id, outcome: 'already-had' },
      ...later.map(({ id }) => ({ id, ...aside })),
      { id: own?.id, outcome: 'stored' },
      { id: closed.id, ...aside },
      { id: had?.id, outcome: 'quarantined', reason: 'not-authentic' },
    ]);
    expect((await storedEvents()).map(({ id }) => id).sort()).toEqual([had?.id, own?.id].sort());
    const kept = (await quarantined()).filter(({ reason }) => reason === 'device-revoked');
    expect(kept.map(({ eventId }) => eventId).sort()).toEqual([...later.map(({ id }) => id), closed.id].sort());
    thief.revoked = false;
    expect((await pushed(sync, thief, later)).outcomes.map(({ outcome }) => outcome)).toEqual(['stored', 'stored']);
  });

  it('gives every document its outcome, however bad the others are (SYN-2)', async () => {
    const [good, altered, alien, invented] = admissions(kiosk, 4);
    const neighbour = sync.devices.enrol(`${kiosk.shelterId}-b`);
    const elsewhere = only(admissions(neighbour, 1));
    const stranger = { ...kiosk, deviceId: sync.devices.enrol('s-away').deviceId };
    const foreign = recordEvent(stranger, neighbour.clock, Date.now(), 'opened', {});
    const documents = [
      { ...altered, occurredAt: '2026-01-01T00:00:00.000Z' },
      elsewhere,
      { ...alien, deviceId: 'dnobody', hlc: 'x' },
      null,
      'text',
      [],
      { schema: 99, id: 'ev:from-the-future' },
      foreign,
      good,
      { ...invented, mac: 'A'.repeat(43) },
    ];
    const answer = await pushed(sync, kiosk, documents);
    expect(answer.outcomes).toEqual([
      { id: altered?.id, outcome: 'quarantined', reason: 'not-authentic' },
      { id: elsewhere.id, outcome: 'quarantined', reason: 'wrong-shelter' },
      { id: alien?.id, outcome: 'quarantined', reason: 'event-malformed' },
      { id: null, outcome: 'quarantined', reason: 'event-malformed' },
      { id: null, outcome: 'quarantined', reason: 'event-malformed' },
      { id: null, outcome: 'quarantined', reason: 'event-malformed' },
      { id: 'ev:from-the-future', outcome: 'quarantined', reason: 'event-too-new' },
      { id: foreign.id, outcome: 'quarantined', reason: 'event-malformed' },
      { id: good?.id, outcome: 'stored' },
      { id: invented?.id, outcome: 'quarantined', reason: 'not-authentic' },
    ]);
    expect(answer.mark.events).toBe(1);
    const kept = await quarantined();
    expect(kept).toHaveLength(9);
    expect(kept.map((document) => document.deviceId)).toEqual(kept.map(() => kiosk.deviceId));
    const text = kept.find((document) => document.eventId === elsewhere.id)?.document;
    expect(JSON.parse(text ?? '')).toEqual(elsewhere);
  });

  it('takes events of a device that was never enrolled, or for another shelter, from nobody (RCP-6)', async () => {
    const forger = sync.devices.enrol('s-away');
    const posing = { ...forger, shelterId: kiosk.shelterId };
    const forged = recordEvent(posing, forger.clock, Date.now(), 'opened', {});
    const unheardOf = { ...kiosk, deviceId: forger.deviceId };
    const noDevice = authenticateEvent(
      { ...recordEvent(unheardOf, forger.clock, Date.now(), 'opened', {}) },
      kiosk.eventKey,
    );
    const answer = await pushed(sync, kiosk, [forged, noDevice]);
    for (const outcome of answer.outcomes) expect(outcome).toMatchObject({ reason: 'unknown-device' });
    expect(await storedEvents()).toEqual([]);
  });

  it('may carry events of another kiosk of the shelter (RCP-6)', async () => {
    const other = sync.devices.enrol(kiosk.shelterId);
    const events = admissions(other, 3);
    const answer = await pushed(sync, kiosk, events);
    expect(answer.outcomes.map(({ outcome }) => outcome)).toEqual(['stored', 'stored', 'stored']);
  });

  it('quarantines another event under an id that is taken, and keeps the first (SYN-6)', async () => {
    const first = only(admissions(kiosk, 1));
    const { mac: _mac, ...rest } = first;
    const second = authenticateEvent({ ...rest, recordedBy: '別人' }, kiosk.eventKey);
    await pushed(sync, kiosk, [first]);
    const answer = await pushed(sync, kiosk, [second]);
    expect(answer.outcomes).toEqual([{ id: first.id, outcome: 'quarantined', reason: 'id-taken' }]);
    expect(await storedEvents()).toEqual([first]);
    const fresh = only(admissions(kiosk, 1));
    const { mac: _freshMac, ...freshRest } = fresh;
    const rival = authenticateEvent({ ...freshRest, recordedBy: '別人' }, kiosk.eventKey);
    const together = await pushed(sync, kiosk, [fresh, fresh, rival]);
    expect(together.outcomes.map(({ outcome }) => outcome)).toEqual(['stored', 'already-had', 'quarantined']);
  });

  it('keeps a quarantined document once, however often it is sent, and counts them per shelter', async () => {
    const altered = { ...only(admissions(kiosk, 1)), recordedBy: 'x' };
    for (let time = 0; time < 3; time += 1) await pushed(sync, kiosk, [altered, altered, { schema: 9 }]);
    expect(await quarantined()).toHaveLength(2);
    const database = couch.server.use<QuarantinedDocument>(databaseName(couch, QUARANTINE_DATABASE));
    const view = await database.view('quarantine', 'per-shelter', {
      group_level: 1,
      startkey: [kiosk.shelterId],
      endkey: [kiosk.shelterId, {}],
    });
    expect(view.rows).toMatchObject([{ key: [kiosk.shelterId], value: 2 }]);
  });

  it('keeps the beginning of a huge document and the fact of an absurdly nested one', async () => {
    const huge = { schema: 1, id: 'ev:huge', text: '避'.repeat(100_000) };
    await pushed(sync, kiosk, [huge]);
    const [kept] = await quarantined();
    expect(kept?.bytes).toBe(Buffer.byteLength(JSON.stringify(huge)));
    expect(Buffer.byteLength(kept?.document ?? '')).toBeLessThanOrEqual(QUARANTINE_MAX_BYTES + 2);
    const depth = 400_000;
    const body = `{"events":[${'['.repeat(depth)}${']'.repeat(depth)}]}`;
    const response = await fetch(`${sync.url}/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${kiosk.deviceId}` },
      body,
    });
    const { outcomes } = pushResponseSchema.parse(await response.json());
    expect(outcomes).toEqual([{ id: null, outcome: 'quarantined', reason: 'event-malformed' }]);
  });

  it('quarantines text that is no Unicode instead of failing on it (SYN-2)', async () => {
    const good = only(admissions(kiosk, 1));
    const broken = recordEvent(kiosk, kiosk.clock, Date.now(), 'status-reported', {
      remark: 'half \ud83d a character',
    });
    const answer = await pushed(sync, kiosk, [broken, { schema: 1, id: 'ev:\ud800' }, good]);
    expect(answer.outcomes.map(({ outcome }) => outcome)).toEqual(['quarantined', 'quarantined', 'stored']);
    expect(await quarantined()).toHaveLength(2);
  });

  it('stores every event once under many concurrent pushes of overlapping batches (SYN-6)', async () => {
    const carriers = Array.from({ length: 10 }, () => sync.devices.enrol(kiosk.shelterId));
    const events = carriers.flatMap((carrier, seed) => admissions(carrier, 20, seed));
    const batches = fc.sample(fc.subarray(events, { minLength: 1 }), { seed: 20260416, numRuns: 100 });
    const answers = await Promise.all(
      batches.map((batch, at) => pushed(sync, only(carriers.slice(at % carriers.length)), batch)),
    );
    const stored = answers.flatMap(({ outcomes }) => outcomes).filter(({ outcome }) => outcome === 'stored');
    const offered = new Set(batches.flat().map(({ id }) => id));
    expect(new Set(stored.map(({ id }) => id))).toEqual(offered);
    expect(stored).toHaveLength(offered.size);
    for (const { outcomes } of answers) for (const { outcome } of outcomes) expect(outcome).not.toBe('quarantined');
    expect((await storedEvents()).map(({ id }) => id).sort()).toEqual([...offered].sort());
  });

  it('has an outcome for each document of any batch, whatever is in it (SYN-2)', async () => {
    const valid = admissions(kiosk, 30, 7);
    const document = fc.oneof(
      fc.constantFrom(...valid),
      fc.jsonValue({ maxDepth: 3 }),
      fc.record({ schema: fc.nat(3) }),
    );
    const known = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(document, { minLength: 1, maxLength: 40 }), async (documents) => {
        const { outcomes, mark } = await pushed(sync, kiosk, documents);
        expect(outcomes).toHaveLength(documents.length);
        for (const [position, sent] of documents.entries()) {
          const event = valid.find((each) => each === sent);
          const outcome = outcomes[position];
          if (event === undefined) expect(outcome).toMatchObject({ outcome: 'quarantined' });
          else expect(outcome).toEqual({ id: event.id, outcome: known.has(event.id) ? 'already-had' : 'stored' });
          if (event !== undefined) known.add(event.id);
        }
        expect(mark.events).toBe(known.size);
      }),
      { numRuns: 25 },
    );
  });
});

describe('a push that is no push', () => {
  const problemSchema = z.object({ status: z.int(), code: z.string() });

  async function refusedBody(body: BodyInit, headers: Record<string, string> = {}) {
    const response = await fetch(`${sync.url}/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${kiosk.deviceId}`, ...headers },
      body,
    });
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    return problemSchema.parse(await response.json());
  }

  it('is refused by name', async () => {
    for (const body of ['', '{', 'null', '[]', '{"events":[]}', '{"events":{}}', '{"events":[1],"more":1}']) {
      expect(await refusedBody(body)).toMatchObject({ status: 400, code: 'malformed-request' });
    }
    const many = JSON.stringify({ events: Array.from({ length: 501 }, () => 1) });
    expect(await refusedBody(many)).toMatchObject({ status: 400 });
    expect(await refusedBody('not gzip', { 'content-encoding': 'gzip' })).toMatchObject({ status: 400 });
    expect(await refusedBody('x', { 'content-encoding': 'br' })).toMatchObject({
      status: 415,
      code: 'media-type-unsupported',
    });
  });

  it('is taken compressed, and measured by what it inflates to', async () => {
    const events = admissions(kiosk, 100);
    const response = await fetch(`${sync.url}/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${kiosk.deviceId}`, 'content-encoding': 'gzip' },
      body: gzipSync(JSON.stringify({ events })),
    });
    expect(pushResponseSchema.parse(await response.json()).mark.events).toBe(100);
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024, ' '));
    expect(bomb.length).toBeLessThan(100_000);
    expect(await refusedBody(bomb, { 'content-encoding': 'gzip' })).toMatchObject({ status: 413 });
  });

  it('is refused for an unknown and for a revoked device, which is told so at once (SYN-7)', async () => {
    const events = admissions(kiosk, 1);
    const unknown = await push(sync, { ...kiosk, deviceId: only(admissions(kiosk, 1)).deviceId }, events);
    expect(unknown.status).toBe(200);
    const stranger = await fetch(`${sync.url}/events`, { method: 'POST', body: JSON.stringify({ events }) });
    expect([stranger.status, problemSchema.parse(await stranger.json()).code]).toEqual([401, 'device-unknown']);
    kiosk.revoked = true;
    const revoked = await push(sync, kiosk, events);
    expect([revoked.status, problemSchema.parse(await revoked.json()).code]).toEqual([403, 'device-revoked']);
  });

  it('allows pages of other origins, without credentials', async () => {
    const preflight = await fetch(`${sync.url}/events`, {
      method: 'OPTIONS',
      headers: { origin: 'app://uketsuke', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();
    const refused = await fetch(`${sync.url}/events`, { method: 'POST', headers: { origin: 'app://uketsuke' } });
    expect(refused.headers.get('access-control-allow-origin')).toBe('*');
  });
});
