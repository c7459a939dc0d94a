import { seededBytes } from '@uketsuke/shared/sample-households';
import { toBase64url } from '@uketsuke/shared/sealing';
import { HUB_PATH } from '../../host/kiosk-host.ts';
import { KioskHostError } from '../../host/kiosk-host-error.ts';
import { enrolKiosk, unlockKiosk } from '../../src/desk/enrol-kiosk.ts';
import { openDesk } from '../../src/desk/open-desk.ts';
import { hubChoiceOf } from '../../src/hub/hub-choice.ts';
import type { KioskSecrets } from '../../src/reception/kiosk-secrets.ts';
import type { KioskServices, OpenedDesk, OpeningProgress } from '../../src/screens/services.ts';
import { bundleExportOf } from '../../src/usb/bundle-export.ts';
import type { GalleryCity } from './city.ts';
import type { GalleryClock } from './gallery-clock.ts';
import { CITY_SERVER_URL, GalleryHost } from './host.ts';
import { householdOf } from './households.ts';
import { GalleryHubs } from './hubs.ts';
import type { KioskSetUp } from './kiosk-set-up.ts';
import { memoryStorage } from './memory-storage.ts';
import { GalleryServer } from './server.ts';

const MINUTE_MS = 60_000;
const DATA_KEY = toBase64url(seededBytes(11)(32));

export interface GalleryKioskParts {
  readonly setUp: KioskSetUp;
  readonly city: GalleryCity;
  readonly clock: Pick<GalleryClock, 'now' | 'at' | 'set'>;
  /** Makes the page the kiosk's only window, where nothing else is set up. */
  readonly becomeOnlyWindow: () => Promise<boolean>;
  readonly reload: () => void;
}

/** A whole kiosk in one page: the real desk over a store, a journal, a host and servers in the page's memory. */
export class GalleryKiosk {
  readonly host: GalleryHost;
  readonly server: GalleryServer;
  readonly hub: GalleryServer;
  /** What the screens are given. */
  readonly services: KioskServices;
  /** What the store does not take at present. */
  storeFails: 'nothing' | 'events' | 'receipts' = 'nothing';
  /** Null while it is locked. */
  opened: OpenedDesk | null = null;
  readonly #parts: GalleryKioskParts;
  readonly #secrets: KioskSecrets;

  private constructor(parts: GalleryKioskParts, hubs: GalleryHubs) {
    this.#parts = parts;
    const { setUp, clock } = parts;
    this.#secrets = { enrolment: enrolmentOf(parts, hubs), dataKey: DATA_KEY };
    this.host = new GalleryHost(this.#secrets, hubs, setUp);
    this.server = new GalleryServer(clock.now);
    this.server.answers = setUp.isOffline === true ? 'not-at-all' : (setUp.server ?? 'well');
    this.server.aheadMs = (setUp.serverAheadMinutes ?? 0) * MINUTE_MS;
    this.hub = new GalleryServer(clock.now);
    this.hub.answers = setUp.hub?.answers ?? 'not-at-all';
    this.hub.relay = setUp.hub?.relay ?? null;
    this.services = this.#newServices();
  }

  static async build(parts: GalleryKioskParts): Promise<GalleryKiosk> {
    const hubs = await GalleryHubs.build();
    const kiosk = new GalleryKiosk(parts, hubs);
    if (parts.setUp.hub !== undefined) kiosk.host.hubInUse = await hubs.inUse();
    return kiosk;
  }

  #newServices(): KioskServices {
    const { setUp, clock, becomeOnlyWindow, reload } = this.#parts;
    return {
      becomeOnlyWindow: async () => setUp.start !== 'another-window' && becomeOnlyWindow(),
      connect: async () => {
        if (setUp.start === 'connecting') return new Promise(() => undefined);
        if (setUp.start === 'host-gone') throw new KioskHostError('host-gone');
        return this.host.asKioskHost();
      },
      enrol: (host, form) => enrolKiosk({ host, ...form }),
      unlock: async (host, pin, onProgress) => {
        const secrets = await unlockKiosk(host, pin);
        if (setUp.opening !== undefined) return stayAt(setUp.opening, onProgress);
        const opened = await this.#open(secrets, onProgress);
        this.opened = opened;
        return opened;
      },
      reload,
      now: clock.now,
    };
  }

  async #open(secrets: KioskSecrets, onProgress: (progress: OpeningProgress) => void): Promise<OpenedDesk> {
    const { clock } = this.#parts;
    const host = this.host.asKioskHost();
    const storage = memoryStorage((collection) => this.storeFails === collection);
    const desk = await openDesk({ host, secrets, onProgress, storage, now: clock.now, fetch: this.#fetch });
    const { enrolment } = secrets;
    await this.#admitPast(desk);
    return {
      desk,
      hub: hubChoiceOf({
        host,
        peers: desk.peers,
        withdrawnDevices: desk.withdrawnDevices,
        enrolment,
        pageOrigin: location.origin,
      }),
      bundles: bundleExportOf({ events: desk.exports, enrolment, now: clock.now }),
    };
  }

  async #admitPast(desk: OpenedDesk['desk']): Promise<void> {
    const { setUp, clock, city } = this.#parts;
    const now = clock.now();
    for (const { at, household, members } of setUp.past ?? []) {
      clock.set(clock.at(at));
      const { text } = await city.issue(householdOf(household, members), clock.now());
      const { kind } = await desk.cards.scan(text, 'shelter');
      if (kind !== 'admitted') throw new Error(`a past admission came to ${kind}`);
    }
    clock.set(now);
  }

  readonly #fetch: typeof fetch = async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.href.startsWith(location.origin + HUB_PATH)) return this.hub.fetch(url, init);
    if (url.origin === CITY_SERVER_URL) return this.server.fetch(url, init);
    throw new TypeError(`nothing is at ${url.origin}`);
  };
}

function enrolmentOf({ city, setUp }: GalleryKioskParts, hubs: GalleryHubs): KioskSecrets['enrolment'] {
  const whole = city.enrolment(hubs.credentialPublicKey);
  const shelter = { ...whole.shelter, name: setUp.shelterName ?? whole.shelter.name };
  if (setUp.isEnrolledLongAgo !== true) return { ...whole, shelter };
  const { bundlePublicKey: _bundles, credentialPublicKey: _hubs, cardDirectoryKeys: _cards, ...old } = whole;
  return { ...old, shelter };
}

function stayAt(progress: OpeningProgress, onProgress: (progress: OpeningProgress) => void): Promise<never> {
  onProgress(progress);
  return new Promise(() => undefined);
}
