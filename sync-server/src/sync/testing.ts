import { createServer, type Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { HybridClock } from '@uketsuke/shared/clock';
import { type PushResponse, problemSchema, pushResponseSchema } from '@uketsuke/shared/contracts';
import {
  type DeviceId,
  deviceIdSchema,
  newDeviceId,
  type ShelterId,
  secureRandomBytes,
  shelterIdSchema,
} from '@uketsuke/shared/identifiers';
import { EVENT_KEY_BYTES, type EventOf, recordEvent } from '@uketsuke/shared/reception';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import express from 'express';
import { ChangeBus } from '../couch/change-bus.ts';
import type { Couch } from '../couch/couch.ts';
import { LogReaders } from '../event-log/log-reader.ts';
import type { SyncMetrics } from '../http/metrics.ts';
import { answerProblems } from '../http/problems.ts';
import { RequestRefusedError } from '../http/request-refused.ts';
import { openServerLog } from '../http/server-log.ts';
import type { DeviceDirectory } from '../identity/device-directory.ts';
import { QuarantineStore } from '../quarantine/quarantine-store.ts';
import { EventIntake } from './accept-events.ts';
import type { IntakeGate } from './intake-gate.ts';
import { createSyncRouter } from './sync-router.ts';

/** A kiosk as the tests know it: its bearer token is its id. */
export interface TestDevice {
  readonly deviceId: DeviceId;
  readonly shelterId: ShelterId;
  readonly eventKey: Uint8Array;
  readonly clock: HybridClock;
  revoked: boolean;
}

/** Devices in a map, with the refusals that the real directory gives. */
export class TestDevices implements DeviceDirectory {
  readonly #kiosks = new Map<string, TestDevice>();

  enrol(shelterId: string): TestDevice {
    const deviceId = newDeviceId(secureRandomBytes);
    const kiosk: TestDevice = {
      deviceId,
      shelterId: shelterIdSchema.parse(shelterId),
      eventKey: secureRandomBytes(EVENT_KEY_BYTES),
      clock: new HybridClock(deviceId, Date.now),
      revoked: false,
    };
    this.#kiosks.set(deviceId, kiosk);
    return kiosk;
  }

  /** The server does not know the kiosk (any more). */
  lose(kiosk: TestDevice): void {
    this.#kiosks.delete(kiosk.deviceId);
  }

  /** The server knows the kiosk (again). */
  regain(kiosk: TestDevice): void {
    this.#kiosks.set(kiosk.deviceId, kiosk);
  }

  async authenticate(header: string | undefined) {
    const kiosk = this.#kiosks.get(header?.replace(/^Bearer /, '') ?? '');
    if (kiosk === undefined) throw new RequestRefusedError(401, 'device-unknown');
    if (kiosk.revoked) throw new RequestRefusedError(403, 'device-revoked');
    return { deviceId: kiosk.deviceId, shelterId: kiosk.shelterId };
  }

  async find(deviceId: DeviceId) {
    return this.#kiosks.get(deviceIdSchema.parse(deviceId));
  }
}

export interface TestSync {
  readonly url: string;
  readonly devices: TestDevices;
  readonly changes: ChangeBus;
  readonly intake: EventIntake;
  readonly quarantine: QuarantineStore;
  close(): Promise<void>;
}

/** A real server with the sync routes of a real database. */
export async function startTestSync(
  couch: Couch,
  options: { readonly heartbeatMs?: number; readonly metrics?: SyncMetrics; readonly intakeGate?: IntakeGate } = {},
): Promise<TestSync> {
  const devices = new TestDevices();
  const changes = new ChangeBus({ couch, coalesceMs: 20, pollIntervalMs: 200 });
  const app = express();
  const readers = new LogReaders(couch);
  const quarantine = new QuarantineStore(couch);
  const intake = new EventIntake({ couch, readers, quarantine, devices });
  app.use(createSyncRouter({ readers, intake, changes, devices, now: Date.now, ...options }));
  app.use(answerProblems(openServerLog('silent')));
  const server = createServer(app);
  return {
    url: `http://127.0.0.1:${await listen(server)}/sync/v1`,
    devices,
    changes,
    intake,
    quarantine,
    close: async () => {
      changes.stop();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Listens on a free port of this machine. */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the server has no port');
  return address.port;
}

/** Admissions of sample households by a kiosk; the same seed gives the same households. */
export function admissions(kiosk: TestDevice, count: number, seed = 1): EventOf<'admitted'>[] {
  return sampleHouseholds(seed, count).map((household) =>
    recordEvent(kiosk, kiosk.clock, Date.now(), 'admitted', {
      stay: 'shelter',
      method: 'card-qr',
      assurance: 'card-presented',
      household,
    }),
  );
}

/** Sends a push as a kiosk does. */
export function push(sync: TestSync, kiosk: TestDevice, events: readonly unknown[]): Promise<Response> {
  return fetch(`${sync.url}/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${kiosk.deviceId}`, 'content-type': 'application/json' },
    body: JSON.stringify({ events }),
  });
}

/** Sends a push that must be answered; sent away by a busy server, it comes again, as a kiosk does (SYN-12). */
export async function pushed(sync: TestSync, kiosk: TestDevice, events: readonly unknown[]): Promise<PushResponse> {
  for (;;) {
    const response = await push(sync, kiosk, events);
    const body: unknown = await response.json();
    if (response.status === 200) return pushResponseSchema.parse(body);
    if (problemSchema.parse(body).code !== 'busy') throw new Error(`push answered ${JSON.stringify(body)}`);
    await pause(100);
  }
}

/** GET as a kiosk. */
export function get(sync: TestSync, kiosk: TestDevice, path: string): Promise<Response> {
  return fetch(`${sync.url}${path}`, { headers: { authorization: `Bearer ${kiosk.deviceId}` } });
}
