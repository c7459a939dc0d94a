import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Couch, databaseName } from '../couch/couch.ts';
import { openTestCouch } from '../couch/testing.ts';
import { QUARANTINE_DATABASE, receptionDatabase } from '../event-log/database-names.ts';
import { readStoredEvent } from '../event-log/stored-event.ts';
import { RequestRefusedError } from '../http/request-refused.ts';
import { admissions, pushed, startTestSync, type TestDevice, type TestSync } from '../sync/testing.ts';
import { QuarantineReleaser } from './quarantine-release.ts';
import { QUARANTINE_MAX_BYTES, QUARANTINED_PREFIX, type QuarantinedDocument } from './quarantine-store.ts';

let couch: Couch;
let sync: TestSync;
let releaser: QuarantineReleaser;
/** The kiosk that pushes, and another one of the shelter whose events it carries. */
let carrier: TestDevice;
let recorder: TestDevice;
let serial = 0;

beforeAll(async () => {
  couch = await openTestCouch();
  sync = await startTestSync(couch);
  releaser = new QuarantineReleaser({ store: sync.quarantine, changes: sync.changes, intake: sync.intake });
  await sync.quarantine.use((database) => database.info());
});
afterAll(async () => {
  await sync.close();
  await couch.close();
});
beforeEach(() => {
  serial += 1;
  carrier = sync.devices.enrol(`s${serial}`);
  recorder = sync.devices.enrol(`s${serial}`);
});

async function kept() {
  const database = couch.server.use<QuarantinedDocument>(databaseName(couch, QUARANTINE_DATABASE));
  const { docs } = await database.find({ selector: { shelterId: carrier.shelterId, receivedAt: { $gt: '' } } });
  return docs.map((document) => ({ ...document, id: document._id.slice(QUARANTINED_PREFIX.length) }));
}

async function logged() {
  const database = couch.server.use(databaseName(couch, receptionDatabase(carrier.shelterId)));
  const { rows } = await database.list({ include_docs: true, startkey: 'ev:', endkey: 'ev;' });
  return rows.flatMap((row) => readStoredEvent(row.doc) ?? []);
}

/** Events that the server refused because it did not know their device. */
async function aside(count: number) {
  sync.devices.lose(recorder);
  const events = admissions(recorder, count);
  const { outcomes } = await pushed(sync, carrier, events);
  expect(outcomes.every((each) => each.outcome === 'quarantined' && each.reason === 'unknown-device')).toBe(true);
  return events;
}

describe('a kept document', () => {
  it('is in the log once what was wrong is mended, as it came and when it came (SYN-13)', async () => {
    const [event] = await aside(1);
    const [document] = await kept();
    sync.devices.regain(recorder);
    expect(await releaser.release(document?.id ?? '')).toEqual({ outcome: 'released' });
    expect(await logged()).toEqual([{ event, receivedAt: document?.receivedAt }]);
    expect(await kept()).toEqual([]);
  });

  it('stays while it is still refused, with the reason as of now (SYN-13)', async () => {
    const [event] = await aside(1);
    const [document] = await kept();
    expect(await releaser.release(document?.id ?? '')).toEqual({ outcome: 'kept', reason: 'unknown-device' });
    const elsewhere = sync.devices.enrol(`s${serial}-b`);
    sync.devices.regain({ ...recorder, shelterId: carrier.shelterId, eventKey: elsewhere.eventKey });
    expect(await releaser.release(document?.id ?? '')).toEqual({ outcome: 'kept', reason: 'not-authentic' });
    expect(await kept()).toMatchObject([{ eventId: event?.id, reason: 'not-authentic' }]);
    expect(await logged()).toEqual([]);
  });

  it('leaves also when the log holds it already, as after a crash between both writes (SYN-13)', async () => {
    const events = await aside(1);
    const [document] = await kept();
    sync.devices.regain(recorder);
    await pushed(sync, carrier, events);
    expect(await releaser.release(document?.id ?? '')).toEqual({ outcome: 'released' });
    expect(await logged()).toHaveLength(1);
    expect(await kept()).toEqual([]);
  });

  it('is lost by no number of releases at the same time (SYN-13)', async () => {
    await aside(3);
    sync.devices.regain(recorder);
    const ids = (await kept()).map(({ id }) => id);
    const tries = [...ids, ...ids].map((id) => releaser.release(id).catch((error: unknown) => error));
    for (const outcome of await Promise.all(tries)) {
      // Whoever comes last finds it gone already.
      if (!(outcome instanceof RequestRefusedError)) expect(outcome).toEqual({ outcome: 'released' });
      else expect(outcome.code).toBe('not-found');
    }
    expect(await logged()).toHaveLength(3);
    expect(await kept()).toEqual([]);
  });

  it('of a revoked device is let in one by one by whoever decides so, never with all (SYN-7, SYN-13)', async () => {
    recorder.revoked = true;
    const [first, second] = admissions(recorder, 2);
    await pushed(sync, carrier, [first, second]);
    expect(await releaser.releaseAll(carrier.shelterId)).toEqual({ released: 0, kept: 2, notWhole: 0 });
    const document = (await kept()).find(({ eventId }) => eventId === first?.id);
    expect(document?.reason).toBe('device-revoked');
    expect(await releaser.release(document?.id ?? '')).toEqual({ outcome: 'released' });
    expect((await logged()).map(({ event }) => event.id)).toEqual([first?.id]);
    expect(await kept()).toMatchObject([{ eventId: second?.id, reason: 'device-revoked' }]);
  });

  it('that was kept for another reason says first that its device is revoked by now (SYN-13)', async () => {
    await aside(1);
    const [document] = await kept();
    sync.devices.regain({ ...recorder, revoked: true });
    const id = document?.id ?? '';
    expect(await releaser.release(id)).toEqual({ outcome: 'kept', reason: 'device-revoked' });
    expect(await releaser.release(id)).toEqual({ outcome: 'released' });
  });

  it('that was too large to be kept whole says so, and stays', async () => {
    await pushed(sync, carrier, [{ schema: 1, id: 'ev:large', filler: 'x'.repeat(QUARANTINE_MAX_BYTES) }]);
    const [document] = await kept();
    expect(await releaser.release(document?.id ?? '')).toEqual({ outcome: 'not-whole' });
    expect(await kept()).toHaveLength(1);
  });

  it('that is not there is not found', async () => {
    const nobody = createHash('sha256').update('nothing').digest('base64url');
    await expect(releaser.release(nobody)).rejects.toMatchObject({ status: 404, code: 'not-found' });
  });
});

describe("all of a shelter's kept documents", () => {
  it('are tried at once: what holds is in the log, the rest stays (SYN-13)', async () => {
    const events = await aside(150);
    const [bad] = admissions(carrier, 1);
    await pushed(sync, carrier, [{ ...bad, recordedBy: 'somebody else' }]);
    await pushed(sync, carrier, [{ schema: 1, filler: 'x'.repeat(QUARANTINE_MAX_BYTES) }]);
    sync.devices.regain(recorder);
    expect(await releaser.releaseAll(carrier.shelterId)).toEqual({ released: 150, kept: 1, notWhole: 1 });
    expect(new Set((await logged()).map(({ event }) => event.id))).toEqual(new Set(events.map(({ id }) => id)));
    expect(await kept()).toHaveLength(2);
    expect(await releaser.releaseAll(carrier.shelterId)).toEqual({ released: 0, kept: 1, notWhole: 1 });
  });
});
