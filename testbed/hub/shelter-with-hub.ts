import { join } from 'node:path';
import { type IssuedCard, pullFactsResponseSchema } from '@uketsuke/shared/contracts';
import { hubCode } from '@uketsuke/shared/hub';
import type { Household } from '@uketsuke/shared/person';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { issueCard } from '../headquarters/city-clients.ts';
import { HeadquartersClient } from '../headquarters/headquarters-client.ts';
import { eventually, PATIENCE_MS } from '../patience/eventually.ts';
import { enrol, HQ_PASSWORD, HQ_USER, prepareCity } from '../rough-network/prepared-city.ts';
import { type ServerProcess, startServerProcess } from '../rough-network/server-process.ts';
import { type ThrowawayData, throwawayData } from '../rough-network/throwaway-data.ts';
import { showCard } from '../test-kiosk/desk-steps.ts';
import { sendToHub } from '../test-server/test-hub.ts';
import { type HubProcess, startHubProcess } from './hub-process.ts';
import { KioskAtHub } from './kiosk-at-hub.ts';

const SEED = 11;

/** One shelter of a city, with its hub and kiosks; the city's server and the hub are processes of their own. */
export class ShelterWithHub {
  readonly shelterId: string;
  readonly #city: ThrowawayData;
  readonly #cityPort: number;
  readonly #cards: readonly string[];
  readonly #households: readonly Household[];
  readonly #boxes: ThrowawayData[] = [];
  readonly #kiosks: KioskAtHub[] = [];
  #shown = 0;
  #server: ServerProcess | undefined;
  #hub: HubProcess | undefined;

  private constructor(parts: {
    readonly shelterId: string;
    readonly city: ThrowawayData;
    readonly server: ServerProcess;
    readonly cards: readonly string[];
    readonly households: readonly Household[];
  }) {
    this.shelterId = parts.shelterId;
    this.#city = parts.city;
    this.#server = parts.server;
    this.#cityPort = parts.server.port;
    this.#cards = parts.cards;
    this.#households = parts.households;
  }

  /** A city with one shelter, its server running; no hub and no kiosk yet. `cards` people of their own household each. */
  static async build(cards: number): Promise<ShelterWithHub> {
    const city = await throwawayData('hub-city');
    const households = sampleHouseholds(SEED, cards, 1);
    const prepared = await prepareCity({ database: city, shelters: [0], households });
    const [shelter] = prepared.shelters;
    if (shelter === undefined) throw new Error('no shelter was made');
    const server = await startServerProcess(city);
    return new ShelterWithHub({ shelterId: shelter.shelterId, city, server, cards: prepared.cards, households });
  }

  get cityUrl(): string {
    return `http://127.0.0.1:${this.#cityPort}`;
  }

  get hub(): HubProcess {
    if (this.#hub === undefined) throw new Error('no hub runs');
    return this.#hub;
  }

  /** What the hub's page shows to be scanned. */
  get hubQr(): string {
    return hubCode([this.hub.url]);
  }

  headquarters(): Promise<HeadquartersClient> {
    return HeadquartersClient.signInAgain(this.cityUrl, HQ_USER, HQ_PASSWORD);
  }

  async cityOff(): Promise<void> {
    await this.#server?.stop();
    this.#server = undefined;
  }

  async cityOn(): Promise<void> {
    this.#server = await startServerProcess({ ...this.#city, port: this.#cityPort });
  }

  /** A new hub, enrolled at the city, which must be on; at `port` when given. */
  async newHub(port = 0): Promise<HubProcess> {
    const code = await (await this.headquarters()).createEnrolmentCode(this.shelterId, 'hub');
    const box = await throwawayData('hub');
    this.#boxes.push(box);
    this.#hub = await startHubProcess({ ...this.#place(box), port, enrolment: { cityUrl: this.cityUrl, code } });
    return this.#hub;
  }

  /** Starts the last hub again, or the n-th, on its data, where the last one listened. */
  async hubOn(at = -1): Promise<HubProcess> {
    const box = this.#boxes.at(at);
    if (box === undefined || this.#hub === undefined) throw new Error('there was no such hub');
    this.#hub = await startHubProcess({ ...this.#place(box), port: this.#hub.port });
    return this.#hub;
  }

  async newKiosk(): Promise<KioskAtHub> {
    const code = await (await this.headquarters()).createEnrolmentCode(this.shelterId);
    const secrets = await enrol(this.cityUrl, code, `受付${this.#kiosks.length + 1}`);
    const kiosk = await KioskAtHub.open(secrets, this.cityUrl);
    this.#kiosks.push(kiosk);
    return kiosk;
  }

  /** A card that nobody has shown. */
  nextCard(): string {
    const card = this.#cards[this.#shown];
    if (card === undefined) throw new Error('no cards left');
    this.#shown += 1;
    return card;
  }

  /** Shows the next cards at the desk; each must be admitted. */
  async admit({ desk }: KioskAtHub, count: number): Promise<void> {
    for (let at = 0; at < count; at += 1) {
      const outcome = await showCard(desk, this.nextCard(), 'shelter');
      if (outcome.kind !== 'admitted') throw new Error(`a card was not admitted: ${outcome.kind}`);
    }
  }

  /** Residents of all whose card was shown: they must be on the roster. Sorted. */
  everybodyShown(): string[] {
    return this.#households
      .slice(0, this.#shown)
      .flatMap(({ members }) => members.map(({ residentId }) => residentId))
      .sort();
  }

  /** A card that the city issues to somebody else, as the resident's app asks for it. */
  async issueCard(): Promise<IssuedCard> {
    const [household] = sampleHouseholds(SEED + 1, 1, 1);
    if (household === undefined) throw new Error('no household');
    return issueCard(this.cityUrl, household);
  }

  /** Waits until the hub gives this fact to kiosks. */
  async factAtHub(kiosk: KioskAtHub, id: string): Promise<void> {
    const { credential } = kiosk.kiosk.secrets.enrolment;
    const look = async () => {
      const answer = await sendToHub(this.hub, '/sync/v1/facts?limit=500', { credential });
      const { facts } = pullFactsResponseSchema.parse(answer.body);
      return facts.find((fact) => fact.id === id);
    };
    await eventually(look, PATIENCE_MS, `the fact ${id} at the hub`);
  }

  /** HQ's roster of the shelter once it has `count` people: resident ids, sorted, with repetitions if there are any. */
  async rosterOf(count: number, withinMs = PATIENCE_MS): Promise<string[]> {
    const hq = await this.headquarters();
    const people = await eventually(
      async () => {
        const found = await hq.people(this.shelterId);
        return found.length >= count ? found : undefined;
      },
      withinMs,
      `${count} people at headquarters`,
    );
    if (people.some(({ repeatedAdmissions }) => repeatedAdmissions > 0)) throw new Error('somebody was admitted twice');
    return people.map(({ residentId }) => residentId).sort();
  }

  async close(): Promise<void> {
    for (const kiosk of this.#kiosks) await kiosk.close();
    await this.#hub?.stop();
    await this.cityOff();
    for (const box of this.#boxes) await box.remove();
    await this.#city.remove();
  }

  #place({ dataDirectory, databasePrefix, couchdbUrl }: ThrowawayData) {
    return { dataDirectory: join(dataDirectory, 'hub'), ...(couchdbUrl === undefined ? {} : { databasePrefix }) };
  }
}
