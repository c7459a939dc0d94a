import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HybridClock } from '@uketsuke/shared/clock';
import {
  enrolmentCodeResponseSchema,
  enrolmentResponseSchema,
  issuedCardSchema,
  type PushResponse,
  pushResponseSchema,
  type ShelterFacts,
  shelterFactsSchema,
} from '@uketsuke/shared/contracts';
import type { CardId, DeviceId, ShelterId } from '@uketsuke/shared/identifiers';
import type { Household } from '@uketsuke/shared/person';
import { type EventKind, type EventOf, recordEvent } from '@uketsuke/shared/reception';
import { fromBase64url } from '@uketsuke/shared/sealing';
import { build } from 'vite';
import { type RunningServer, startServer } from '../../src/city/start-server.ts';
import { type Couch, openCouch } from '../../src/couch/couch.ts';

/** The password that the tests give the first administrator. */
export const ADMIN_PASSWORD = 'mori no naka no eki';

/** The real server with the page built freshly, over a new data directory. */
export class HeadquartersSite {
  readonly #dataDirectory: string;
  #server: RunningServer;
  #cookie = '';
  readonly firstAdmin: { readonly username: string; readonly oneTimePassword: string };

  private constructor(dataDirectory: string, server: RunningServer) {
    if (server.firstAdmin === null) throw new Error('a first start makes an administrator');
    this.#dataDirectory = dataDirectory;
    this.#server = server;
    this.firstAdmin = server.firstAdmin;
  }

  static async open(): Promise<HeadquartersSite> {
    await build({
      configFile: fileURLToPath(new URL('../vite.config.ts', import.meta.url)),
      logLevel: 'error',
    });
    const dataDirectory = await mkdtemp(join(tmpdir(), 'uketsuke-hq-'));
    return new HeadquartersSite(dataDirectory, await startServer({ dataDirectory, port: 0 }));
  }

  get url(): string {
    return new URL('/hq/', this.#server.url).href;
  }

  async close(): Promise<void> {
    await this.stop();
    await rm(this.#dataDirectory, { recursive: true, force: true });
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  /** Starts again over the same data, at the same address. */
  async startAgain(): Promise<void> {
    const port = Number(new URL(this.#server.url).port);
    this.#server = await startServer({ dataDirectory: this.#dataDirectory, port });
  }

  /** Stops the server, does something to its database, and starts it again. */
  async mendDatabase(mend: (couch: Couch) => Promise<unknown>): Promise<void> {
    await this.stop();
    const couch = await openCouch({ dataDirectory: this.#dataDirectory });
    await mend(couch).finally(() => couch.close());
    await this.startAgain();
  }

  /** Signs in to the API, beside what the browser does. */
  async signIn(username: string, password: string): Promise<void> {
    const response = await this.post('/hq/v1/login', { username, password });
    this.#cookie = response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ');
  }

  async post(path: string, body: unknown, authorization?: string): Promise<Response> {
    const response = await fetch(new URL(path, this.#server.url), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-uketsuke': '1',
        origin: new URL(this.#server.url).origin,
        cookie: this.#cookie,
        ...(authorization === undefined ? {} : { authorization }),
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  }

  async createShelter(name: string, kana: string): Promise<ShelterFacts> {
    return shelterFactsSchema.parse(await (await this.post('/hq/v1/shelters', { name, kana })).json());
  }

  /** Issues a card as the resident's app does; its id. */
  async issueCard(household: Household | undefined): Promise<CardId> {
    // On a first card the ids of the residents are the server's to give.
    const members = household?.members.map(({ residentId: _, ...told }) => told);
    const response = await this.post('/card/v1/cards', { household: { ...household, members }, consent: true });
    return issuedCardSchema.parse(await response.json()).cardId;
  }

  async makeEnrolmentCode(shelterId: ShelterId): Promise<string> {
    const response = await this.post(`/hq/v1/shelters/${shelterId}/enrolment-codes`, {});
    return enrolmentCodeResponseSchema.parse(await response.json()).code;
  }

  /** Redeems an enrolment code as a hub does. */
  async enrolHub(code: string, deviceName: string): Promise<void> {
    await this.post('/device/v1/enrol-hub', { code, deviceName, certificateSha256: 'A'.repeat(43) });
  }

  /** Redeems an enrolment code as a kiosk does. */
  async enrol(code: string, deviceName: string): Promise<SiteKiosk> {
    const response = await this.post('/device/v1/enrol', { code, deviceName });
    const enrolment = enrolmentResponseSchema.parse(await response.json());
    const desk = {
      shelterId: enrolment.shelter.shelterId,
      deviceId: enrolment.deviceId,
      eventKey: fromBase64url(enrolment.eventKey),
      recordedBy: '受付係',
    };
    const clock = new HybridClock(desk.deviceId, Date.now);
    const push = async (events: readonly unknown[]) => {
      const answer = await this.post('/sync/v1/events', { events }, `Bearer ${enrolment.credential}`);
      return pushResponseSchema.parse(await answer.json());
    };
    return {
      device: desk,
      bundlePublicKey: fromBase64url(enrolment.bundlePublicKey ?? ''),
      push,
      record: (kind, body, atMs = Date.now()) => recordEvent(desk, clock, atMs, kind, body),
    };
  }
}

/** A kiosk as the server sees it: it records events and pushes them. */
export interface SiteKiosk {
  readonly device: { readonly shelterId: ShelterId; readonly deviceId: DeviceId; readonly eventKey: Uint8Array };
  readonly bundlePublicKey: Uint8Array<ArrayBuffer>;
  readonly record: <Kind extends EventKind>(kind: Kind, body: EventOf<Kind>['body'], atMs?: number) => EventOf<Kind>;
  readonly push: (events: readonly unknown[]) => Promise<PushResponse>;
}
