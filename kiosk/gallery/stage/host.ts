import { readHubCode } from '@uketsuke/shared/hub';
import type { JournalEntry } from '@uketsuke/shared/journal';
import type { HubInUse } from '../../host/hub/hub-in-use.ts';
import type { KioskHost } from '../../host/kiosk-host.ts';
import { KioskHostError } from '../../host/kiosk-host-error.ts';
import type { KioskSecrets } from '../../src/reception/kiosk-secrets.ts';
import type { GalleryHubs } from './hubs.ts';
import type { KioskSetUp } from './kiosk-set-up.ts';
import { ScriptedCardReader } from './scripted-card-reader.ts';

export const GALLERY_PIN = '314159';
export const CITY_SERVER_URL = 'https://uketsuke.example.jp';
const TRIES_BEFORE_WAITING = 2;
const WAIT_SECONDS = 30;

/** What the next writing to the journal comes to; `pending` never ends. */
export type JournalOutcome = 'good' | 'pending' | 'disk-full' | 'disk-failed';

/** The host of one page, in its memory: nothing outlives the page. */
export class GalleryHost {
  readonly cardReader = new ScriptedCardReader();
  readonly hubs: GalleryHubs;
  nextJournalOutcome: JournalOutcome = 'good';
  hubInUse: HubInUse | null = null;
  readonly #secrets: KioskSecrets;
  readonly #setUp: KioskSetUp;
  readonly #journal: JournalEntry[] = [];
  #pin: string | null;
  #wrongPins = 0;

  constructor(secrets: KioskSecrets, hubs: GalleryHubs, setUp: KioskSetUp) {
    this.#secrets = secrets;
    this.hubs = hubs;
    this.#setUp = setUp;
    this.#pin = setUp.vault === 'empty' ? null : GALLERY_PIN;
    if (setUp.reader !== undefined) this.cardReader.show(setUp.reader);
  }

  /** As the page sees it. */
  asKioskHost(): KioskHost {
    return {
      info: async () => ({ kind: 'browser', version: 'gallery', serverUrl: CITY_SERVER_URL, hub: this.hubInUse }),
      enrol: (_serverUrl, { code }) => this.#enrol(code),
      vault: {
        state: async () => (this.#pin === null ? 'empty' : 'sealed'),
        create: async (pin) => {
          this.#pin = pin;
        },
        open: async (pin) => this.#open(pin),
        update: async () => undefined,
      },
      journal: {
        append: (entry) => this.#append(entry),
        read: async () => ({ entries: this.#journal, next: null, damagedLines: 0 }),
      },
      hub: {
        lookUp: (address) => this.hubs.lookUp(readHubCode(address)?.[0] ?? `https://${address}`),
        use: async (hub) => {
          this.hubInUse = hub;
        },
        forget: async () => {
          this.hubInUse = null;
        },
      },
      cardReader: this.cardReader,
    };
  }

  /** Codes that begin with X were used before. */
  async #enrol(code: string): Promise<KioskSecrets['enrolment']> {
    const { enrolment = 'good' } = this.#setUp;
    if (enrolment === 'pending') return new Promise(() => undefined);
    if (enrolment === 'server-unreachable') throw new KioskHostError('server-unreachable');
    if (enrolment === 'good' && !code.startsWith('X')) return this.#secrets.enrolment;
    throw new KioskHostError('enrolment-refused', { cause: { code: 'enrolment-code-invalid' } });
  }

  #open(pin: string): string {
    if (pin === this.#pin) return this.#setUp.vault === 'damaged' ? '{}' : JSON.stringify(this.#secrets);
    this.#wrongPins += 1;
    if (this.#wrongPins <= TRIES_BEFORE_WAITING) throw new KioskHostError('wrong-pin');
    throw new KioskHostError('too-many-attempts', { retryAfterSeconds: WAIT_SECONDS });
  }

  async #append(entry: JournalEntry): Promise<void> {
    const outcome = this.nextJournalOutcome;
    this.nextJournalOutcome = 'good';
    if (outcome === 'pending') return new Promise(() => undefined);
    if (outcome !== 'good') throw new KioskHostError(outcome);
    this.#journal.push(entry);
  }
}
