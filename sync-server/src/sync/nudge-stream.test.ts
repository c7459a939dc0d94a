import { createServer } from 'node:http';
import { type LiveNudge, liveNudgeSchema } from '@uketsuke/shared/contracts';
import { Listeners } from '@uketsuke/shared/listeners';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { eventually, PATIENCE_MS } from '../../../testbed/patience/eventually.ts';
import type { Couch } from '../couch/couch.ts';
import { openDatabase } from '../couch/open-database.ts';
import { openTestCouch } from '../couch/testing.ts';
import { receptionDatabase } from '../event-log/database-names.ts';
import { FACTS_DATABASE } from '../facts/fact-board.ts';
import { NudgeStream } from './nudge-stream.ts';
import { admissions, get, listen, pushed, startTestSync, type TestDevice, type TestSync } from './testing.ts';

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

const until = (holds: () => boolean) => eventually(() => holds() || undefined, PATIENCE_MS, 'what was waited for');

/** What arrives on a live connection. */
class Listener {
  readonly nudges: { readonly event: string; readonly nudge: LiveNudge }[] = [];
  heartbeats = 0;
  ended = false;
  readonly #stop = new AbortController();

  static async connect(at: Pick<TestSync, 'url'>, as: TestDevice): Promise<Listener> {
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

it('has four seats for each device: one more ends the oldest, and nobody else’s (SYN-14)', async () => {
  const other = sync.devices.enrol(kiosk.shelterId);
  const neighbour = await Listener.connect(sync, other);
  const listeners: Listener[] = [];
  for (let count = 0; count < 6; count += 1) listeners.push(await Listener.connect(sync, kiosk));
  await until(() => listeners.filter(({ ended }) => ended).length === 2);
  expect(listeners.map(({ ended }) => ended)).toEqual([true, true, false, false, false, false]);
  expect(neighbour.ended).toBe(false);
  for (const listener of [neighbour, ...listeners]) listener.leave();
});

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

it('makes one nudge of the changes that come while one is being made, and one of those that came meanwhile', async () => {
  const changed = new Listeners<[name: string]>();
  let isHeld = false;
  const held: (() => void)[] = [];
  const server = createServer((_request, response) => {
    void NudgeStream.open(response, {
      shelterId: kiosk.shelterId,
      changes: { subscribe: (name, listener) => (name === FACTS_DATABASE ? () => {} : changed.subscribe(listener)) },
      readMark: () =>
        new Promise((resolve) => {
          const answer = () => resolve({ epoch: 'e', events: 0 });
          if (isHeld) held.push(answer);
          else answer();
        }),
      authenticateAgain: async () => {},
      heartbeatMs: HEARTBEAT_MS,
      now: Date.now,
    });
  });
  const listener = await Listener.connect({ url: `http://127.0.0.1:${await listen(server)}` }, kiosk);
  isHeld = true;
  for (let change = 0; change < 20; change += 1) changed.publish(receptionDatabase(kiosk.shelterId));
  isHeld = false;
  for (const answer of held) answer();
  const beats = listener.heartbeats;
  await until(() => listener.heartbeats > beats + 1);
  expect(held).toHaveLength(1);
  expect(listener.nudges.map(({ event }) => event)).toEqual(['hello', 'changed', 'changed']);
  listener.leave();
  server.close();
});

it('tells nothing of other shelters', async () => {
  const stranger = await Listener.connect(sync, sync.devices.enrol(`s${serial}-b`));
  const listener = await Listener.connect(sync, kiosk);
  await pushed(sync, kiosk, admissions(kiosk, 1));
  await until(() => listener.nudges.at(-1)?.nudge.mark.events === 1);
  const beats = stranger.heartbeats;
  await until(() => stranger.heartbeats > beats + 1);
  expect(stranger.nudges.map(({ nudge }) => nudge.mark.events)).not.toContain(1);
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
  const checks: string[] = [];
  let letPass: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    letPass = resolve;
  });
  const authenticate = sync.devices.authenticate.bind(sync.devices);
  const gone = `Bearer ${kiosk.deviceId}`;
  sync.devices.authenticate = async (header) => {
    checks.push(header ?? '');
    if (header === gone) await held;
    return authenticate(header);
  };
  const left = new AbortController();
  const asked = fetch(`${sync.url}/live`, { headers: { authorization: gone }, signal: left.signal }).catch(() => {});
  await until(() => checks.length === 1);
  left.abort();
  await asked;
  letPass();
  // A stream that stayed would be looked at again with every heartbeat.
  const other = await Listener.connect(sync, sync.devices.enrol(kiosk.shelterId));
  await until(() => other.heartbeats > 3);
  sync.devices.authenticate = authenticate;
  expect(checks.filter((header) => header === gone)).toHaveLength(1);
  expect(connections).toBe(1);
  other.leave();
  await until(() => connections === 0);
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
  const kiosks = Array.from({ length: 10 }, () => sync.devices.enrol(kiosk.shelterId));
  const listeners = await Promise.all(kiosks.map((each) => Listener.connect(sync, each)));
  expect(connections).toBe(10);
  for (const listener of listeners) listener.leave();
  await until(() => connections === 0);
});

it('refuses strangers', async () => {
  expect((await fetch(`${sync.url}/live`)).status).toBe(401);
});

it('wakes 100 kiosks after a push', async () => {
  const kiosks = Array.from({ length: 100 }, () => sync.devices.enrol(kiosk.shelterId));
  const listeners = await Promise.all(kiosks.map((each) => Listener.connect(sync, each)));
  await pushed(sync, kiosk, admissions(kiosk, 1));
  await until(() => listeners.every(({ nudges }) => nudges.at(-1)?.nudge.mark.events === 1));
  expect(connections).toBe(100);
  for (const listener of listeners) listener.leave();
});
