import type { EnrolmentRequest, EnrolmentResponse } from '@uketsuke/shared/contracts';
import type { JournalEntry } from '@uketsuke/shared/journal';
import type { KioskCardReader } from './card-reader/card-reader.ts';
import type { FoundHub, HubInUse } from './hub/hub-in-use.ts';

/**
 * What the kiosk's user interface needs from the machine it runs on. Two implementations over the same code:
 * Electron (main process and preload) and the browser host (a Node process on loopback, spoken to over an
 * authenticated WebSocket). Every method may reject with KioskHostError.
 */
export interface KioskHost {
  info(): Promise<HostInfo>;

  /**
   * Redeems an enrolment code at the server. Runs in the host, so that the page's connect-src need not be open
   * to every address; the host remembers the server's origin, and the page may talk to it after a reload.
   */
  enrol(serverUrl: string, request: EnrolmentRequest): Promise<EnrolmentResponse>;

  readonly vault: KioskVault;
  readonly journal: KioskJournal;
  readonly hub: KioskHubAccess;
  readonly cardReader: KioskCardReader;
}

/** Under this path of the page's own origin the host passes requests on to the hub in use. */
export const HUB_PATH = '/peer/hub';

export interface HostInfo {
  readonly kind: 'electron' | 'browser';
  readonly version: string;
  /** Origin of the sync server, once enrolled. */
  readonly serverUrl: string | null;
  /** The hub in use; the page reaches it under `<its own origin>/peer/hub`. */
  readonly hub: Pick<HubInUse, 'origin' | 'deviceId'> | null;
}

/**
 * The kiosk's secrets (device credential, event key, reception keys, data key), sealed under a key derived from
 * the desk's PIN with scrypt, and in Electron also under the operating system's key store. Closed: only ciphertext
 * is on the disk and no plain key is in memory.
 */
export interface KioskVault {
  state(): Promise<'empty' | 'sealed'>;
  /** Seals `contents` (JSON text) under a new PIN, replacing nothing: rejects with `vault-exists` when there is one. */
  create(pin: string, contents: string): Promise<void>;
  /** Rejects with `wrong-pin`, or `too-many-attempts` and the seconds to wait. */
  open(pin: string): Promise<string>;
  /** Replaces the contents under the PIN that opened it last. */
  update(contents: string): Promise<void>;
}

/** The append-only journal: NDJSON, one entry a line, fsynced before `append` resolves (DUR-1). */
export interface KioskJournal {
  append(entry: JournalEntry): Promise<void>;
  /** A page of entries from the given position (0 is the oldest); `next` is null at the end. Damaged lines are counted, not returned. */
  read(from: number, limit: number): Promise<JournalPage>;
}

export interface JournalPage {
  readonly entries: readonly JournalEntry[];
  readonly next: number | null;
  readonly damagedLines: number;
}

/**
 * The way to the shelter's hub. The host finds out who answers at an address; the page, which holds the city's key,
 * decides whether it is a hub (HUB-2), and from then on the host reaches the hub by that certificate only.
 */
export interface KioskHubAccess {
  /**
   * Who answers at an address: a host, `host:port`, a web address, or the text of a hub's QR. Nothing is trusted yet.
   * Rejects with `hub-unreachable` or `not-a-hub`.
   */
  lookUp(address: string): Promise<FoundHub>;
  /** Remembers the hub, replacing another. Its credential must have been verified. */
  use(hub: HubInUse): Promise<void>;
  forget(): Promise<void>;
}
