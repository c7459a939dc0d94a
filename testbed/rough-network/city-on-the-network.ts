import type { Household } from '@uketsuke/shared/person';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import type { Desk } from '../../kiosk/src/desk/desk.ts';
import { HeadquartersClient } from '../headquarters/headquarters-client.ts';
import { eventually, PATIENCE_MS } from '../patience/eventually.ts';
import { showCard } from '../test-kiosk/desk-steps.ts';
import { TestKiosk } from '../test-kiosk/test-kiosk.ts';
import { HQ_PASSWORD, HQ_USER, type PreparedCity, type PreparedShelter, prepareCity } from './prepared-city.ts';
import { RoughProxy, type RoughProxyOptions } from './rough-proxy.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { type ThrowawayData, throwawayData } from './throwaway-data.ts';
import { openWireFetch, type WireFetch, type WireOptions } from './wire-fetch.ts';

const HOUSEHOLDS_SEED = 3;

/** How a kiosk of a test reaches the city. */
export interface KioskOptions extends WireOptions {
  /** The proxy's address unless given. */
  readonly serverUrl?: string;
  readonly requestTimeoutMs?: number;
}

/** An open desk on the network. */
export interface KioskOnTheNetwork {
  readonly desk: Desk;
  readonly kiosk: TestKiosk;
  /** Waits until the kiosk has begun so many requests more. */
  tries(count: number): Promise<void>;
}

/** A city whose server is a process of its own, behind a network that fails as a test asks. */
export class CityOnTheNetwork {
  server: ServerProcess;
  readonly proxy: RoughProxy;
  readonly shelter: PreparedShelter;
  readonly #prepared: PreparedCity;
  readonly #households: readonly Household[];
  readonly #data: ThrowawayData;
  readonly #opened: { readonly kiosk: TestKiosk; readonly wire: WireFetch }[] = [];
  #cardsShown = 0;
  #admittedPeople = 0;

  private constructor(
    data: ThrowawayData,
    prepared: PreparedCity,
    households: readonly Household[],
    parts: { readonly server: ServerProcess; readonly proxyOptions: RoughProxyOptions; readonly proxy: RoughProxy },
  ) {
    const [shelter] = prepared.shelters;
    if (shelter === undefined) throw new Error('no shelter was made');
    this.shelter = shelter;
    this.#data = data;
    this.#prepared = prepared;
    this.#households = households;
    this.server = parts.server;
    this.proxy = parts.proxy;
  }

  static async build(options: RoughProxyOptions & { kiosks?: number; cards?: number } = {}): Promise<CityOnTheNetwork> {
    const { kiosks = 1, cards = 12, ...proxyOptions } = options;
    const data = await throwawayData('network');
    const households = sampleHouseholds(HOUSEHOLDS_SEED, cards, 1);
    const prepared = await prepareCity({ database: data, shelters: [kiosks], households });
    const server = await startServerProcess(data);
    const proxy = await RoughProxy.start(() => ({ port: city.server.port }), proxyOptions);
    const city: CityOnTheNetwork = new CityOnTheNetwork(data, prepared, households, { server, proxyOptions, proxy });
    return city;
  }

  /** Opens the desk of the shelter's n-th kiosk: the real kiosk code over the network. */
  async openKiosk(at = 0, options: KioskOptions = {}): Promise<KioskOnTheNetwork> {
    const secrets = this.shelter.kiosks[at];
    if (secrets === undefined) throw new Error('no such kiosk');
    const kiosk = await TestKiosk.build(secrets);
    kiosk.serverUrl = options.serverUrl ?? `http://127.0.0.1:${this.proxy.port}`;
    const wire = openWireFetch(options);
    this.#opened.push({ kiosk, wire });
    const { requestTimeoutMs } = options;
    const timeouts = requestTimeoutMs === undefined ? {} : { requestTimeoutMs };
    let begun = 0;
    const counted: typeof fetch = (input, init) => {
      begun += 1;
      return wire.fetch(input, init);
    };
    const tries = async (count: number) => {
      const before = begun;
      await eventually(() => (begun >= before + count ? true : undefined), PATIENCE_MS, `${count} more requests`);
    };
    return { kiosk, desk: await kiosk.open({ fetch: counted, ...timeouts }), tries };
  }

  /** Shows the next `count` cards; each must be admitted. */
  async admit(desk: Desk, count: number): Promise<void> {
    for (let at = 0; at < count; at += 1) {
      const code = this.#prepared.cards[this.#cardsShown];
      this.#admittedPeople += this.#households[this.#cardsShown]?.members.length ?? 0;
      this.#cardsShown += 1;
      if (code === undefined) throw new Error('no cards left');
      const outcome = await showCard(desk, code, 'shelter');
      if (outcome.kind !== 'admitted') throw new Error(`a card was not admitted: ${outcome.kind}`);
    }
  }

  /** Kills the server and starts it again over the same data, at another port. */
  async restartServer(): Promise<void> {
    await this.server.kill();
    this.server = await startServerProcess(this.#data);
  }

  headquarters(): Promise<HeadquartersClient> {
    return HeadquartersClient.signInAgain(this.server.url, HQ_USER, HQ_PASSWORD);
  }

  /** How many people there are on HQ's roster, once all who were admitted are; each of them once. */
  async everybodyAtHeadquarters(withinMs = PATIENCE_MS): Promise<number> {
    const hq = await this.headquarters();
    const look = async () => {
      const people = await hq.people(this.shelter.shelterId);
      return people.length >= this.#admittedPeople ? people : undefined;
    };
    const people = await eventually(look, withinMs, `${this.#admittedPeople} people at headquarters`);
    return new Set(people.map((person) => person.residentId)).size;
  }

  get admittedPeople(): number {
    return this.#admittedPeople;
  }

  async close(): Promise<void> {
    for (const { kiosk, wire } of this.#opened) {
      await kiosk.remove();
      wire.close();
    }
    await this.proxy.stop();
    await this.server.stop();
    await this.#data.remove();
  }
}

/** Waits until everything at the desk is acknowledged; how long that took, ms. */
export async function synced(desk: Desk, withinMs = PATIENCE_MS): Promise<number> {
  const from = performance.now();
  const look = () => {
    const { pending, trouble, lastExchangeAt } = desk.view.snapshot().sync;
    return pending === 0 && trouble === null && lastExchangeAt !== null ? true : undefined;
  };
  await eventually(look, withinMs, 'everything acknowledged');
  return Math.round(performance.now() - from);
}
