import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '@uketsuke/shared/sample-households';
import { HeadquartersClient } from '../headquarters/headquarters-client.ts';
import { HQ_PASSWORD, HQ_USER } from '../rough-network/prepared-city.ts';
import { RoughProxy, type Treatment } from '../rough-network/rough-proxy.ts';
import { openWireFetch, type WireFetch } from '../rough-network/wire-fetch.ts';
import { type CityData, cityDataAt, copyCityData, removeCityData } from './city-data.ts';
import { FuzzKiosk } from './fuzz-kiosk.ts';
import type { HostPool } from './host-pool.ts';
import { Machine } from './machine.ts';
import { type Action, type ActionKind, KIOSKS, type LinkName, type Plan, tellAction } from './plan.ts';
import type { TemplateCity } from './template-city.ts';

/** Stands between a kiosk and the network; a test breaks a rule with it. */
export type RuleBreaker = (send: typeof fetch) => typeof fetch;

export interface Surroundings {
  readonly template: TemplateCity;
  readonly pool: HostPool;
  readonly breakRule: RuleBreaker;
}

/** Everything that one seed needs: a city's server, a hub, kiosks, and the rough networks between them. */
export class World {
  readonly kiosks: FuzzKiosk[] = [];
  readonly city: Machine;
  readonly hub: Machine;
  readonly hubWire: WireFetch;
  /** What happened, for whoever reads a failure. */
  readonly log: string[] = [];
  /** How often each kind of action took effect. */
  readonly counts = new Map<ActionKind, number>();
  readonly #surroundings: Surroundings;
  readonly #folder: string;
  readonly #cityData: CityData;
  /** An older copy of the city's data. */
  readonly #cityCopy: CityData;
  readonly #links = new Map<LinkName, RoughProxy>();
  readonly #treatments = new Map<LinkName, Treatment>();
  #cookie: string | null;
  #isTroubled = true;
  #hasCopy = false;
  #hasBackup = false;

  private constructor(surroundings: Surroundings, folder: string) {
    this.#surroundings = surroundings;
    this.#folder = folder;
    this.#cityData = cityDataAt(this.#path('city'));
    this.#cityCopy = cityDataAt(this.#path('copy'));
    this.#cookie = surroundings.template.cookie;
    this.hubWire = openWireFetch({ certificate: surroundings.template.hubCertificate });
    const { pool } = surroundings;
    this.city = new Machine(pool, (host) => host.ask({ do: 'start-city', ...this.#cityData }));
    this.hub = new Machine(pool, (host) => {
      const cityUrl = `http://127.0.0.1:${this.#link('relay').port}`;
      return host.ask({ do: 'start-hub', dataDirectory: this.#path('hub'), databasePrefix: '', cityUrl });
    });
  }

  static async build(plan: Plan, surroundings: Surroundings): Promise<World> {
    const world = new World(surroundings, await mkdtemp(join(tmpdir(), 'uketsuke-fuzz-')));
    await surroundings.template.copyTo(world.#cityData, world.#path('hub'));
    for (let at = 0; at < KIOSKS; at += 1) {
      await world.#addLink(`city-${at}`, world.city);
      await world.#addLink(`hub-${at}`, world.hub);
    }
    await world.#addLink('relay', world.city);
    await Promise.all([world.city, world.hub].map((machine) => machine.inTurn(() => machine.start())));
    await world.#addKiosks(plan);
    return world;
  }

  get shelterId(): string {
    return this.#surroundings.template.shelterId;
  }

  /** HQ's session of the template; a restored server knows no sessions and is signed in to anew. */
  async headquarters(): Promise<HeadquartersClient> {
    const url = this.city.url ?? '';
    this.#cookie ??= (await HeadquartersClient.signInAgain(url, HQ_USER, HQ_PASSWORD)).cookie;
    return HeadquartersClient.withCookie(url, this.#cookie);
  }

  /** Lets everything of the plan happen, at its time. */
  async trouble(plan: Plan): Promise<void> {
    const begun = performance.now();
    const underway: Promise<void>[] = [];
    for (const planned of plan.actions) {
      await pause(Math.max(0, begun + planned.atMs - performance.now()));
      this.log.push(tellAction(planned));
      underway.push(this.#perform(planned.action));
    }
    await Promise.all(underway);
  }

  /** The trouble is over: everything runs, every way is open. Nothing is told to the kiosks' programs. */
  async heal(): Promise<void> {
    this.#isTroubled = false;
    this.#treatments.clear();
    for (const link of this.#links.values()) {
      link.way = 'open';
      link.cut();
    }
    await Promise.all([this.city, this.hub].map((machine) => machine.inTurn(() => machine.start())));
    for (const kiosk of this.kiosks) if (!kiosk.isRunning) await kiosk.start();
  }

  async close(): Promise<void> {
    await Promise.all(this.kiosks.map((kiosk) => kiosk.close()));
    await Promise.all([...this.#links.values()].map((link) => link.stop()));
    await Promise.all([this.city, this.hub].map((machine) => machine.inTurn(() => machine.stop())));
    this.hubWire.close();
    await removeCityData(this.#cityData);
    await removeCityData(this.#cityCopy);
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #perform(action: Action): Promise<void> {
    const tookEffect = await this.#act(action);
    if (tookEffect) this.counts.set(action.do, (this.counts.get(action.do) ?? 0) + 1);
  }

  /** @returns whether there was anything to do it to */
  async #act(action: Action): Promise<boolean> {
    if ('kiosk' in action) return this.#actAtKiosk(action, this.#kiosk(action.kiosk));
    if ('link' in action) return this.#actOnLink(action);
    const machine = 'machine' in action ? this[action.machine] : action.do === 'blank-hub' ? this.hub : this.city;
    return machine.inTurn(() => this.#actOnMachine(action, machine));
  }

  async #actAtKiosk(action: Extract<Action, { kiosk: number }>, kiosk: FuzzKiosk): Promise<boolean> {
    if (action.do === 'start-kiosk') {
      await kiosk.start(action.isStoreLost);
      return true;
    }
    if (!kiosk.isRunning) return false;
    switch (action.do) {
      case 'admit':
        await kiosk.admit(this.#surroundings.template.cards[action.card] ?? '');
        return true;
      case 'undo':
        await kiosk.undo();
        return true;
      case 'set-clock':
        kiosk.setClock(action.skewMs);
        return true;
      case 'set-hub':
        await kiosk.useHub(action.isUsed);
        return true;
      case 'kill-kiosk':
        kiosk.kill(action.afterSteps);
        return true;
      case 'carry-bundle':
        return this.#carryBundle(kiosk, action);
    }
  }

  async #carryBundle(kiosk: FuzzKiosk, action: Extract<Action, { do: 'carry-bundle' }>): Promise<boolean> {
    const bundle = await kiosk.bundle(action.content);
    const url = this[action.to].url;
    if (bundle === null || url === null) return false;
    // A server that is killed meanwhile has taken some of it or nothing; the stick is then put in again, or not.
    try {
      if (action.to === 'city') await (await this.headquarters()).calls.importBundle({ upload: bundle });
      else {
        const headers = { authorization: `Bearer ${kiosk.credential}` };
        await this.hubWire.fetch(`${url}/hub/v1/bundles`, { method: 'POST', body: bundle, headers });
      }
      return true;
    } catch {
      return false;
    }
  }

  async #actOnLink(action: Extract<Action, { link: LinkName }>): Promise<boolean> {
    const link = this.#link(action.link);
    if (action.do === 'set-way') {
      link.way = action.way;
      return true;
    }
    const { direction, bytes } = action.do === 'cut' ? action : { direction: null, bytes: 0 };
    const treatment: Treatment =
      action.do === 'delay' ? { delayMs: action.delayMs } : { cutAfter: { direction: direction ?? 'up', bytes } };
    this.#treatments.set(action.link, treatment);
    link.cut();
    return true;
  }

  async #actOnMachine(action: Exclude<Action, { kiosk: number } | { link: LinkName }>, machine: Machine) {
    switch (action.do) {
      case 'kill':
        await machine.kill();
        return true;
      case 'start':
        await machine.start();
        return true;
      case 'copy-city':
        await machine.stop();
        await copyCityData(this.#cityData, this.#cityCopy);
        this.#hasCopy = true;
        await machine.start();
        return true;
      case 'put-back-copy':
        if (!this.#hasCopy) return false;
        await machine.stop();
        await copyCityData(this.#cityCopy, this.#cityData);
        await machine.start();
        return true;
      case 'back-up':
        if (machine.host === null) await machine.start();
        await machine.host?.ask({
          do: 'back-up',
          dataDirectory: this.#cityData.dataDirectory,
          file: this.#path('backup'),
        });
        this.#hasBackup = true;
        return true;
      case 'restore':
        return this.#restore(machine);
      case 'blank-hub':
        await machine.stop();
        await rm(join(this.#path('hub'), 'couch'), { recursive: true, force: true });
        await machine.start();
        return true;
    }
  }

  async #restore(machine: Machine): Promise<boolean> {
    if (!this.#hasBackup) return false;
    await machine.stop();
    const host = this.#surroundings.pool.take();
    await host.ask({ do: 'restore', ...this.#cityData, file: this.#path('backup') });
    this.#surroundings.pool.giveBack(host);
    this.#cookie = null;
    await machine.start();
    return true;
  }

  async #addLink(name: LinkName, machine: Machine): Promise<void> {
    const treat = () => {
      const treatment = this.#treatments.get(name) ?? {};
      // A cut happens once or twice, or nothing would ever get through.
      if (treatment.cutAfter !== undefined) this.#treatments.delete(name);
      return treatment;
    };
    this.#links.set(name, await RoughProxy.start(() => ({ port: machine.port }), { treat }));
  }

  async #addKiosks(plan: Plan): Promise<void> {
    const { template, breakRule } = this.#surroundings;
    const chance = seededRandom(plan.seed + 1);
    for (const [at, secrets] of template.kiosks.entries()) {
      const kiosk = new FuzzKiosk(
        {
          secrets,
          directory: this.#path(`kiosk-${at}`),
          cityUrl: `http://127.0.0.1:${this.#link(`city-${at}`).port}`,
          hubUrl: `https://127.0.0.1:${this.#link(`hub-${at}`).port}`,
          hubCertificate: template.hubCertificate,
          isDoubled: () => chance() < plan.doubled,
          isTroubled: () => this.#isTroubled,
          breakRule,
        },
        plan.skewsMs[at] ?? 0,
        plan.usesHub[at] ?? false,
      );
      this.kiosks.push(kiosk);
      await kiosk.start();
    }
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  #kiosk(at: number): FuzzKiosk {
    const kiosk = this.kiosks[at];
    if (kiosk === undefined) throw new RangeError(`no kiosk ${at}`);
    return kiosk;
  }

  #link(name: LinkName): RoughProxy {
    const link = this.#links.get(name);
    if (link === undefined) throw new RangeError(`no link ${name}`);
    return link;
  }
}
