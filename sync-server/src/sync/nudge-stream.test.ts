import { setTimeout as pause } from 'node:timers/promises';
import { type LiveNudge, liveNudgeSchema } from '@uketsuke/shared/contracts';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Couch } from '../couch/couch.ts';
import { openDatabase } from '../couch/open-database.ts';
import { openTestCouch } from '../couch/testing.ts';
import { FACTS_DATABASE } from '../facts/fact-board.ts';
import { admissions, get, pushed, startTestSync, type TestDevice, type TestSync } from './testing.ts';

const HEARTBEAT_MS = 100;

let couch: Couch;
let sync: TestSync;
let kiosk: TestDevice;
let connections = 0;
let serial = 0;

beforeAll(async () => {
  couch = await openTestCouch();
  const metrics = {
    pushed: () => {},
    liveConnections: (change: 1 | -1) => {
      connections += change;
    },
  };
  sync = await startTestSync(couch, { heartbeatMs: HEARTBEAT_MS, metrics });
});
afterAll(async () => {
  await sync.close();
  await couch.close();
});
beforeEach(() => {
  serial += 1;
  kiosk = sync.devices.enrol(`s${serial}`);
});

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 10) {
    if (waited > 10_000) throw new Error('it did not happen');
    await pause(10);
  }
}

/** What arrives on a live connection. */
class Listener {
  readonly nudges: { readonly event: string; readonly nudge: LiveNudge }[] = [];
  heartbeats = 0;
  ended = false;
  readonly #stop = new AbortController();

  static async connect(at: TestSync, as: TestDevice): Promise<Listener> {
    const listener = new Listener();
    const headers = { authorization: `Bearer ${as.deviceId}` };
    const response = await fetch(`${at.url}/live`, { headers, signal: listener.#stop.signal });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    void listener.#read(response);
    await until(() => listener.nudges.length > 0);
    return listener;
  }

  leave(): void {
    this.#stop.abort();
  }

  async #read(response: Response): Promise<void> {
    let text = '';
    try {
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += chunk;
        const messages = text.split('\n\n');
        text = messages.pop() ?? '';
        for (const message of messages) this.#take(message);
      }
    } catch {
      // The connection was cut: the same as its end.
    }
    this.ended = true;
  }

  #take(message: string): void {
    if (message.startsWith(':')) {
      this.heartbeats += 1;
      return;
    }
    const [, event = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(message) ?? [];
    this.nudges.push({ event, nudge: liveNudgeSchema.parse(JSON.parse(data)) });
  }
}

it('says hello with the mark, then that there are new events (SYN-4)', async () => {
  const { mark } = await pushed(sync, kiosk, admissions(kiosk, 2));
  const listener = await Listener.connect(sync, kiosk);
  expect(listener.nudges[0]).toMatchObject({ event: 'hello', nudge: { mark, events: true, facts: true } });
  await pushed(sync, kiosk, admissions(kiosk, 3));
  await until(() => listener.nudges.some(({ nudge }) => nudge.mark.events === 5));
  expect(listener.nudges.at(-1)).toMatchObject({ event: 'changed', nudge: { events: true, facts: false } });
  listener.leave();
});

it('says that there are new facts', async () => {
  const listener = await Listener.connect(sync, kiosk);
  const facts = await openDatabase<Record<string, unknown>>(couch, FACTS_DATABASE);
  await facts.insert({ kind: 'revoked-card', cardId: 'AAAAAAAA' });
  sync.changes.nudge(FACTS_DATABASE);
  await until(() => listener.nudges.some(({ event, nudge }) => event === 'changed' && nudge.facts));
  listener.leave();
});

it('makes one nudge of many changes, and tells nothing of other shelters', async () => {
  const other = sync.devices.enrol(`s${serial}-b`);
  const listener = await Listener.connect(sync, kiosk);
  const stranger = await Listener.connect(sync, other);
  await pause(400);
  const [before, strangerBefore] = [listener.nudges.length, stranger.nudges.length];
  await Promise.all(Array.from({ length: 20 }, () => pushed(sync, kiosk, admissions(kiosk, 1))));
  await until(() => listener.nudges.at(-1)?.nudge.mark.events === 20);
  await pause(400);
  expect(listener.nudges.length - before).toBeLessThan(20);
  expect(stranger.nudges.length).toBe(strangerBefore);
  listener.leave();
  stranger.leave();
});

it('is heard across server processes that share a database (SYN-4)', async () => {
  const { onWrite: _onWrite, ...elsewhere } = couch;
  const second = await startTestSync(elsewhere);
  const peer = second.devices.enrol(kiosk.shelterId);
  const listener = await Listener.connect(second, peer);
  await pushed(sync, kiosk, admissions(kiosk, 1));
  await until(() => listener.nudges.at(-1)?.nudge.mark.events === 1);
  listener.leave();
  await second.close();
});

it('keeps nothing of a kiosk that left while its credential was being checked', async () => {
  let checked = 0;
  const authenticate = sync.devices.authenticate.bind(sync.devices);
  sync.devices.authenticate = async (header) => {
    await pause(200);
    checked += 1;
    return authenticate(header);
  };
  const left = new AbortController();
  const headers = { authorization: `Bearer ${kiosk.deviceId}` };
  const asked = fetch(`${sync.url}/live`, { headers, signal: left.signal }).catch(() => undefined);
  await pause(50);
  left.abort();
  await asked;
  await until(() => checked === 1);
  await pause(5 * HEARTBEAT_MS);
  sync.devices.authenticate = authenticate;
  expect(checked).toBe(1);
  expect(connections).toBe(0);
});

it('keeps the line warm, and ends it when the device is revoked (SYN-7)', async () => {
  const listener = await Listener.connect(sync, kiosk);
  await until(() => listener.heartbeats >= 2);
  expect(listener.ended).toBe(false);
  kiosk.revoked = true;
  await until(() => listener.ended);
  expect((await get(sync, kiosk, '/live')).status).toBe(403);
});

it('leaves nothing behind when clients go', async () => {
  await until(() => connections === 0);
  const listeners = await Promise.all(Array.from({ length: 10 }, () => Listener.connect(sync, kiosk)));
  expect(connections).toBe(10);
  for (const listener of listeners) listener.leave();
  await until(() => connections === 0);
});

it('refuses strangers', async () => {
  expect((await fetch(`${sync.url}/live`)).status).toBe(401);
});

it('wakes 100 kiosks soon after a push', async () => {
  const kiosks = Array.from({ length: 100 }, () => sync.devices.enrol(kiosk.shelterId));
  const listeners = await Promise.all(kiosks.map((each) => Listener.connect(sync, each)));
  await pushed(sync, kiosk, admissions(kiosk, 1));
  const since = Date.now();
  await until(() => listeners.every(({ nudges }) => nudges.at(-1)?.nudge.mark.events === 1));
  expect(Date.now() - since).toBeLessThan(3_000);
  for (const listener of listeners) listener.leave();
});
