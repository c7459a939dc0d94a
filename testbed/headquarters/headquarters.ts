import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BundleImportResponse,
  bundleImportResponseSchema,
  devicesResponseSchema,
  type EnrolmentResponse,
  enrolmentCodeResponseSchema,
  enrolmentResponseSchema,
  type IssuedCard,
  issuedCardSchema,
  pullFactsResponseSchema,
  rosterPageSchema,
  type ShelterSummary,
  shelterFactsSchema,
  shelterSummariesResponseSchema,
} from '@uketsuke/shared/contracts';
import type { ShelterId } from '@uketsuke/shared/identifiers';
import type { Household } from '@uketsuke/shared/person';
import { type RunningServer, startServer } from '../../sync-server/src/city/start-server.ts';

export const ADMIN_PASSWORD = 'headquarters of the tests';
const PAGE = 200;

/** The city's server with its data in a throw-away folder, and HQ signed in at its API. */
export class Headquarters {
  readonly url: string;
  readonly #folder: string;
  #server: RunningServer | undefined;
  #cookie = '';

  private constructor(folder: string, server: RunningServer) {
    this.url = server.url;
    this.#folder = folder;
    this.#server = server;
  }

  static async open(): Promise<Headquarters> {
    const folder = await mkdtemp(join(tmpdir(), 'uketsuke-e2e-server-'));
    const server = await startServer({ dataDirectory: folder, port: 0 });
    const headquarters = new Headquarters(folder, server);
    const { firstAdmin } = server;
    if (firstAdmin === null) throw new Error('a new server has no first admin');
    const { username, oneTimePassword } = firstAdmin;
    await headquarters.#request('POST', '/hq/v1/login', { username, password: oneTimePassword });
    await headquarters.#request('POST', '/hq/v1/password', { current: oneTimePassword, next: ADMIN_PASSWORD });
    return headquarters;
  }

  /** Stops the server; its data stays. */
  async stopServer(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await server?.stop();
  }

  /** Starts it again on the same data and address. */
  async startServer(): Promise<void> {
    this.#server = await startServer({ dataDirectory: this.#folder, port: Number(new URL(this.url).port) });
  }

  async close(): Promise<void> {
    await this.stopServer();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async createShelter(name: string): Promise<ShelterId> {
    return shelterFactsSchema.parse(await this.#request('POST', '/hq/v1/shelters', { name })).shelterId;
  }

  async makeEnrolmentCode(shelterId: ShelterId, device: 'kiosk' | 'hub' = 'kiosk'): Promise<string> {
    const answer = await this.#request('POST', `/hq/v1/shelters/${shelterId}/enrolment-codes`, { for: device });
    return enrolmentCodeResponseSchema.parse(answer).code;
  }

  /** Enrols a device without a kiosk: the keys that any laptop of the city holds. */
  async enrolDevice(shelterId: ShelterId): Promise<EnrolmentResponse> {
    const code = await this.makeEnrolmentCode(shelterId);
    return enrolmentResponseSchema.parse(
      await this.#request('POST', '/device/v1/enrol', { code, deviceName: '受付9' }),
    );
  }

  /** Makes a new key of the card directory, which kiosks fetch by themselves. */
  async rotateDeviceKeys(): Promise<void> {
    await this.#request('POST', '/hq/v1/keys/devices', {});
  }

  /** Registered My Number cards as the city publishes them to the device. */
  async cardLinks({ credential }: Pick<EnrolmentResponse, 'credential'>) {
    const response = await fetch(`${this.url}/sync/v1/facts?limit=500`, {
      headers: { authorization: `Bearer ${credential}` },
    });
    const { facts } = pullFactsResponseSchema.parse(await response.json());
    return facts.flatMap((fact) => (fact.kind === 'card-link' ? [fact] : []));
  }

  /** Revokes every device of the shelter. */
  async revokeDevices(shelterId: ShelterId): Promise<void> {
    const answer = await this.#request('GET', `/hq/v1/shelters/${shelterId}/devices`);
    for (const { deviceId } of devicesResponseSchema.parse(answer).devices) {
      await this.#request('POST', `/hq/v1/devices/${deviceId}/revoke`, {});
    }
  }

  /** A card as the resident's app asks for it. */
  async issueCard(household: Household): Promise<IssuedCard> {
    const members = household.members.map(({ residentId: _given, ...person }) => person);
    const declared = household.address === undefined ? { members } : { address: household.address, members };
    return issuedCardSchema.parse(
      await this.#request('POST', '/card/v1/cards', { household: declared, consent: true }),
    );
  }

  /** Imports a file of records that was carried by hand. */
  async importBundle(bundle: Uint8Array<ArrayBuffer>): Promise<BundleImportResponse> {
    const response = await fetch(`${this.url}/hq/v1/bundles`, {
      method: 'POST',
      headers: {
        'content-type': 'application/octet-stream',
        'x-uketsuke': '1',
        origin: this.url,
        cookie: this.#cookie,
      },
      body: bundle,
    });
    return bundleImportResponseSchema.parse(await response.json());
  }

  async summary(shelterId: ShelterId): Promise<ShelterSummary> {
    const answer = shelterSummariesResponseSchema.parse(await this.#request('GET', '/hq/v1/roster/shelters'));
    const summary = answer.shelters.find(({ shelter }) => shelter.shelterId === shelterId);
    if (summary === undefined) throw new Error(`no shelter ${shelterId}`);
    return summary;
  }

  /** Everyone on HQ's roster of the shelter. */
  async people(shelterId: ShelterId) {
    const people = [];
    let cursor: string | null = null;
    do {
      const query = new URLSearchParams({ limit: String(PAGE), ...(cursor === null ? {} : { cursor }) });
      const page = rosterPageSchema.parse(
        await this.#request('GET', `/hq/v1/roster/shelters/${shelterId}/people?${query}`),
      );
      people.push(...page.people);
      cursor = page.cursor;
    } while (cursor !== null);
    return people;
  }

  async #request(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(this.url + path, {
      method,
      headers: { 'content-type': 'application/json', 'x-uketsuke': '1', origin: this.url, cookie: this.#cookie },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const [cookie] = response.headers.getSetCookie();
    if (cookie !== undefined) this.#cookie = cookie.split(';')[0] ?? '';
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }
}
