import { type ClientRequest, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { PUSH_MAX_BYTES, problemSchema } from '@uketsuke/shared/contracts';
import type { DeviceId } from '@uketsuke/shared/identifiers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../../testbed/patience/eventually.ts';
import { type Couch, databaseName } from '../couch/couch.ts';
import { openTestCouch } from '../couch/testing.ts';
import { receptionDatabase } from '../event-log/database-names.ts';
import { IntakeGate } from './intake-gate.ts';
import { admissions, get, push, pushed, startTestSync, type TestDevice, type TestSync } from './testing.ts';

/** Longer than the slowest machine takes for what should be at once. */
const PATIENCE_MS = 30_000;

let couch: Couch;
let serial = 0;

beforeAll(async () => {
  couch = await openTestCouch();
});
afterAll(() => couch.close());

async function withSync(intakeGate: IntakeGate, use: (sync: TestSync) => Promise<void>): Promise<void> {
  const sync = await startTestSync(couch, { intakeGate });
  try {
    await use(sync);
  } finally {
    await sync.close();
  }
}

function newKiosk(sync: TestSync): TestDevice {
  serial += 1;
  return sync.devices.enrol(`s${serial}`);
}

/** A push whose headers are sent, and of its body nothing yet. */
function beginPush(sync: TestSync, kiosk: TestDevice, length: number) {
  const headers = {
    authorization: `Bearer ${kiosk.deviceId}`,
    'content-type': 'application/json',
    'content-length': length,
  };
  const sending: ClientRequest = httpRequest(`${sync.url}/events`, { method: 'POST', headers, agent: false });
  sending.on('error', () => {});
  sending.flushHeaders();
  const answer = new Promise<IncomingMessage>((resolve) => sending.on('response', resolve));
  return { sending, answer };
}

function within<Result>(promise: Promise<Result>): Promise<Result> {
  const late = pause(PATIENCE_MS, undefined, { ref: false }).then(() => Promise.reject(new Error('took too long')));
  return Promise.race([promise, late]);
}

/** Tells how many pushes have come to it. */
class CountingGate extends IntakeGate {
  asked = 0;

  override take<Result>(
    deviceId: DeviceId,
    headers: IncomingHttpHeaders,
    left: AbortSignal,
    read: () => Promise<Buffer>,
    work: (body: Buffer) => Promise<Result>,
  ): Promise<Result> {
    this.asked += 1;
    return super.take(deviceId, headers, left, read, work);
  }
}

describe('a server that is given too much (SYN-12)', () => {
  it('is not held up by kiosks whose bodies trickle in, not even when they hold all the room for large ones', async () => {
    const gate = new CountingGate();
    await withSync(gate, async (sync) => {
      const slow = Array.from({ length: 12 }, () => beginPush(sync, newKiosk(sync), PUSH_MAX_BYTES));
      for (const { sending } of slow) sending.write('{"events":[');
      await eventually(() => gate.asked === slow.length || undefined, PATIENCE_MS, 'the slow pushes at the server');
      const kiosk = newKiosk(sync);
      const { outcomes } = await within(pushed(sync, kiosk, admissions(kiosk, 3)));
      expect(outcomes).toHaveLength(3);
      for (const { sending } of slow) sending.destroy();
      expect((await within(pushed(sync, kiosk, admissions(kiosk, 200, 2)))).mark.events).toBe(203);
    });
  });

  it('refuses before it reads a body, says when to come back, and the connection stays good', async () => {
    const gate = new CountingGate({ capacity: 1, maxWaitMs: 50 });
    await withSync(gate, async (sync) => {
      const [first, second] = [newKiosk(sync), newKiosk(sync)];
      const body = Buffer.from(JSON.stringify({ events: admissions(first, 100) }));
      const holding = beginPush(sync, first, body.length);
      await eventually(() => gate.asked === 1 || undefined, PATIENCE_MS, 'the first push at the server');
      const events = admissions(second, 100);
      const refused = await within(push(sync, second, events));
      expect(refused.status).toBe(503);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(problemSchema.parse(await refused.json()).code).toBe('busy');
      // The other one's body, of which nothing came yet, was not given up.
      holding.sending.end(body);
      expect((await within(holding.answer)).statusCode).toBe(200);
      expect((await within(pushed(sync, second, events))).outcomes.every(({ outcome }) => outcome === 'stored')).toBe(
        true,
      );
    });
  });

  it('loses nothing in a flood: what is refused comes again, and all of it arrives once', async () => {
    const limits = { capacity: 64 * 1024, maxWaitMs: 50, maxWaiting: 4 };
    await withSync(new IntakeGate(limits), async (sync) => {
      const kiosks = Array.from({ length: 24 }, () => newKiosk(sync));
      let refusals = 0;
      const flood = kiosks.map(async (kiosk) => {
        const events = admissions(kiosk, 60);
        const body = gzipSync(JSON.stringify({ events }));
        for (;;) {
          const headers = { authorization: `Bearer ${kiosk.deviceId}`, 'content-encoding': 'gzip' };
          const response = await fetch(`${sync.url}/events`, { method: 'POST', headers, body });
          await response.text();
          if (response.status === 200) return;
          expect(response.status).toBe(503);
          refusals += 1;
          await pause(20 + Math.random() * 100);
        }
      });
      await within(Promise.all(flood));
      expect(refusals).toBeGreaterThan(0);
      for (const kiosk of kiosks) {
        const database = couch.server.use(databaseName(couch, receptionDatabase(kiosk.shelterId)));
        const { rows } = await database.list({ startkey: 'ev:', endkey: 'ev;' });
        expect(rows).toHaveLength(60);
      }
    });
  });

  it('serves those who keep up while others catch up', async () => {
    await withSync(new IntakeGate(), async (sync) => {
      const busy = newKiosk(sync);
      for (const seed of [1, 2, 3, 4]) await pushed(sync, busy, admissions(busy, 500, seed));
      const others = Array.from({ length: 30 }, () => sync.devices.enrol(busy.shelterId));
      let isDone = false;
      const catchingUp = others.map(async (kiosk) => {
        while (!isDone) await (await get(sync, kiosk, '/events')).text();
      });
      const kiosk = newKiosk(sync);
      for (let at = 0; at < 5; at += 1) {
        const [event] = admissions(kiosk, 1, 10 + at);
        await within(pushed(sync, kiosk, [event]));
        const page = await within(get(sync, kiosk, '/events').then((response) => response.text()));
        expect(page).toContain(event?.id);
      }
      isDone = true;
      await Promise.all(catchingUp);
    });
  });
});
