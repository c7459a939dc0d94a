import type { ReceptionEvent } from '@uketsuke/shared/reception';
import { Turn } from '@uketsuke/shared/turn';
import { createKioskHost, type KioskHostService } from '../../kiosk/host/kiosk-host-service.ts';
import type { Desk } from '../../kiosk/src/desk/desk.ts';
import { openDesk } from '../../kiosk/src/desk/open-desk.ts';
import type { KioskSecrets } from '../../kiosk/src/reception/kiosk-secrets.ts';
import { bundleExportOf } from '../../kiosk/src/usb/bundle-export.ts';
import { duplicatingFetch } from '../rough-network/duplicating-fetch.ts';
import { openWireFetch } from '../rough-network/wire-fetch.ts';
import { showCard } from '../test-kiosk/desk-steps.ts';
import { loseMemoryStore, memoryStorage } from '../test-kiosk/memory-storage.ts';
import { Lifeline } from './lifeline.ts';

/** While there is trouble, a request without an answer fails after this long: there is no time for the contract's 8 s. */
const IMPATIENT_MS = 700;

export interface FuzzKioskOptions {
  readonly secrets: KioskSecrets;
  /** Where its host keeps the journal. */
  readonly directory: string;
  readonly cityUrl: string;
  readonly hubUrl: string;
  readonly hubCertificate: string;
  readonly isDoubled: () => boolean;
  readonly isTroubled: () => boolean;
  /** Stands between the kiosk and the network; a test breaks a rule here. */
  readonly breakRule: (send: typeof fetch) => typeof fetch;
}

/** What the desk said of what it did. */
export interface Acknowledged {
  readonly admissions: Set<string>;
  /** Admissions that an undo took back. */
  readonly undone: Set<string>;
  /** Things asked of the desk of which it never said that they are done: they may have happened or not. */
  unanswered: number;
}

/** A kiosk whose program can be killed and started again over what its disks hold. */
export class FuzzKiosk {
  readonly acknowledged: Acknowledged = { admissions: new Set(), undone: new Set(), unanswered: 0 };
  readonly #options: FuzzKioskOptions;
  readonly #storage = memoryStorage();
  readonly #wire;
  #skewMs: number;
  #usesHub: boolean;
  #desk: Desk | null = null;
  #host: KioskHostService | null = null;
  #life = new Lifeline();
  readonly #turn = new Turn();

  constructor(options: FuzzKioskOptions, skewMs: number, usesHub: boolean) {
    this.#options = options;
    this.#wire = openWireFetch({ certificate: options.hubCertificate });
    this.#skewMs = skewMs;
    this.#usesHub = usesHub;
  }

  get isRunning(): boolean {
    return this.#desk !== null && !this.#life.isDead;
  }

  /** The desk while its program lives. */
  get desk(): Desk | null {
    return this.isRunning ? this.#desk : null;
  }

  /** What opens the sync endpoints to this kiosk. */
  get credential(): string {
    return this.#options.secrets.enrolment.credential;
  }

  setClock(skewMs: number): void {
    this.#skewMs = skewMs;
  }

  /** Starts the program, or starts it again; what was running is gone first. */
  start(isStoreLost = false): Promise<void> {
    return this.#turn.run(async () => {
      await this.#end();
      if (isStoreLost) await this.#loseStore();
      const life = new Lifeline();
      const { secrets, directory, cityUrl, isDoubled, breakRule } = this.#options;
      const host = await createKioskHost({ dataDirectory: directory, kind: 'browser', version: 'fuzz' });
      this.#host = host;
      this.#life = life;
      this.#desk = await openDesk({
        secrets,
        storage: life.storage(this.#storage),
        host: {
          ...host,
          journal: life.journal(host.journal),
          info: async () => ({ ...(await host.info()), serverUrl: cityUrl }),
        },
        now: () => Date.now() + this.#skewMs,
        fetch: life.fetch(breakRule(this.#impatient(duplicatingFetch(this.#wire.fetch, isDoubled)))),
        hubUrl: this.#usesHub ? this.#options.hubUrl : null,
      });
    });
  }

  kill(afterSteps: number): void {
    this.#life.endAfter(afterSteps);
  }

  async admit(card: string): Promise<void> {
    const { desk } = this;
    if (desk === null) return;
    this.acknowledged.unanswered += 1;
    const outcome = await showCard(desk, card, 'shelter');
    if (outcome.kind === 'not-recorded') return;
    this.acknowledged.unanswered -= 1;
    if (outcome.kind === 'admitted') this.acknowledged.admissions.add(outcome.eventId);
    else if (outcome.kind !== 'already-admitted') throw new Error(`a good card was ${outcome.kind}`);
  }

  async undo(): Promise<void> {
    const { desk } = this;
    if (desk === null) return;
    this.acknowledged.unanswered += 1;
    const outcome = await desk.admissions.undoLast();
    if (outcome.kind === 'not-recorded') return;
    this.acknowledged.unanswered -= 1;
    if (outcome.kind === 'undone') this.acknowledged.undone.add(outcome.eventId);
  }

  async useHub(isUsed: boolean): Promise<void> {
    this.#usesHub = isUsed;
    const { hubUrl } = this.#options;
    const life = this.#life;
    try {
      await this.desk?.peers.setHub(isUsed ? hubUrl : null);
    } catch (error) {
      // A program that was killed meanwhile has nothing to say; its next start uses the hub or not.
      if (!life.isDead) throw error;
    }
  }

  /** A USB stick with what the kiosk knows. */
  async bundle(content: 'unacknowledged' | 'all'): Promise<Blob | null> {
    const { desk } = this;
    if (desk === null) return null;
    const { enrolment } = this.#options.secrets;
    return (await bundleExportOf({ events: desk.exports, enrolment, now: Date.now }).make(content, () => undefined))
      .blob;
  }

  /** Every event in the kiosk's store. */
  async events(): Promise<ReceptionEvent[]> {
    const events: ReceptionEvent[] = [];
    if (this.#desk !== null) for await (const event of this.#desk.exports.exportable('all')) events.push(event);
    return events;
  }

  async close(): Promise<void> {
    await this.#turn.run(() => this.#end());
    // RxDB's memory storage is one for the whole process: the next seed's kiosk of this name would find it.
    await this.#loseStore();
    this.#wire.close();
  }

  async #loseStore(): Promise<void> {
    await loseMemoryStore(this.#options.secrets.enrolment.deviceId, this.#storage);
  }

  #impatient(send: typeof fetch): typeof fetch {
    return (input, init) => {
      const isLive = String(input).endsWith('/sync/v1/live');
      if (isLive || !this.#options.isTroubled()) return send(input, init);
      const signals = [AbortSignal.timeout(IMPATIENT_MS), ...(init?.signal ? [init.signal] : [])];
      return send(input, { ...init, signal: AbortSignal.any(signals) });
    };
  }

  /** A killed program's remains are cleared away; it cannot do anything more. */
  async #end(): Promise<void> {
    this.#life.endAfter(0);
    await this.#desk?.close();
    await this.#host?.close();
    this.#desk = null;
    this.#host = null;
  }
}
