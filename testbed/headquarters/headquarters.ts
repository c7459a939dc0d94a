import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  BundleImportResponse,
  EnrolmentResponse,
  IssuedCard,
  RosterPerson,
  ShelterSummary,
} from '@uketsuke/shared/contracts';
import type { ShelterId } from '@uketsuke/shared/identifiers';
import type { Household } from '@uketsuke/shared/person';
import { type RunningServer, startServer } from '../../sync-server/src/city/start-server.ts';
import { enrolDevice, issueCard, syncClient } from './city-clients.ts';
import { HeadquartersClient } from './headquarters-client.ts';

export const ADMIN_PASSWORD = 'headquarters of the tests';

/** The city's server with its data in a throw-away folder, and HQ signed in at its API. */
export class Headquarters {
  readonly url: string;
  readonly #folder: string;
  readonly #client: HeadquartersClient;
  #server: RunningServer | undefined;

  private constructor(folder: string, server: RunningServer, client: HeadquartersClient) {
    this.url = server.url;
    this.#folder = folder;
    this.#server = server;
    this.#client = client;
  }

  static async open(): Promise<Headquarters> {
    const folder = await mkdtemp(join(tmpdir(), 'uketsuke-e2e-server-'));
    const server = await startServer({ dataDirectory: folder, port: 0 });
    if (server.firstAdmin === null) throw new Error('a new server has no first admin');
    const client = await HeadquartersClient.signIn(server.url, server.firstAdmin, ADMIN_PASSWORD);
    return new Headquarters(folder, server, client);
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

  createShelter(name: string): Promise<ShelterId> {
    return this.#client.createShelter(name);
  }

  makeEnrolmentCode(shelterId: ShelterId, device: 'kiosk' | 'hub' = 'kiosk'): Promise<string> {
    return this.#client.createEnrolmentCode(shelterId, device);
  }

  /** Enrols a device without a kiosk: the keys that any laptop of the city holds. */
  async enrolDevice(shelterId: ShelterId): Promise<EnrolmentResponse> {
    return enrolDevice(this.url, await this.makeEnrolmentCode(shelterId), '受付9');
  }

  /** Makes a new key of the card directory, which kiosks fetch by themselves. */
  async rotateDeviceKeys(): Promise<void> {
    await this.#client.calls.rotateDeviceKeys();
  }

  /** Registered My Number cards as the city publishes them to the device. */
  async cardLinks({ credential }: Pick<EnrolmentResponse, 'credential'>) {
    const { facts } = await syncClient(this.url, credential).pullFacts({ query: { limit: 500 } });
    return facts.flatMap((fact) => (fact.kind === 'card-link' ? [fact] : []));
  }

  /** Revokes every device of the shelter. */
  async revokeDevices(shelterId: ShelterId): Promise<void> {
    const { devices } = await this.#client.calls.devices({ params: { shelterId } });
    for (const { deviceId } of devices) await this.#client.calls.revokeDevice({ params: { deviceId } });
  }

  /** A card as the resident's app asks for it. */
  issueCard(household: Household): Promise<IssuedCard> {
    return issueCard(this.url, household);
  }

  /** Imports a file of records that was carried by hand. */
  importBundle(bundle: Uint8Array<ArrayBuffer>): Promise<BundleImportResponse> {
    return this.#client.calls.importBundle({ upload: bundle });
  }

  async summary(shelterId: ShelterId): Promise<ShelterSummary> {
    const { shelters } = await this.#client.calls.summaries();
    const summary = shelters.find(({ shelter }) => shelter.shelterId === shelterId);
    if (summary === undefined) throw new Error(`no shelter ${shelterId}`);
    return summary;
  }

  /** Everyone on HQ's roster of the shelter. */
  people(shelterId: ShelterId): Promise<RosterPerson[]> {
    return this.#client.people(shelterId);
  }
}
