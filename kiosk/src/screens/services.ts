import type { KioskHost } from '../../host/kiosk-host.ts';
import type { Desk } from '../desk/desk.ts';
import type { HubChoice } from '../hub/hub-choice.ts';
import type { BundleExport } from '../usb/bundle-export.ts';

/** How far opening the desk has come; `total` is unknown at first. */
export interface OpeningProgress {
  readonly done: number;
  readonly total: number | undefined;
}

export interface EnrolmentForm {
  readonly serverUrl: string;
  readonly code: string;
  readonly deviceName: string;
  readonly pin: string;
}

/** An unlocked kiosk: its desk, and what can be set at it. */
export interface OpenedDesk {
  readonly desk: Desk;
  readonly hub: HubChoice;
  readonly bundles: BundleExport;
}

/** What the screens need done; composed in main.tsx. Everything may reject with KioskHostError. */
export interface KioskServices {
  /** Whether no other window of this kiosk is open. */
  becomeOnlyWindow(): Promise<boolean>;
  connect(): Promise<KioskHost>;
  enrol(host: KioskHost, form: EnrolmentForm): Promise<void>;
  /** Opens the vault and the desk behind it. */
  unlock(host: KioskHost, pin: string, onProgress: (progress: OpeningProgress) => void): Promise<OpenedDesk>;
  /** Starts the page afresh, so that no key stays in its memory. */
  reload(): void;
  /** Ms since 1970 UTC. */
  now(): number;
}
