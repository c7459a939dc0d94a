import type { KioskHost } from '../../host/kiosk-host.ts';
import type { Desk } from '../reception/desk.ts';

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

/** What the screens need done; composed in main.tsx. Everything may reject with KioskHostError. */
export interface KioskServices {
  connect(): Promise<KioskHost>;
  enrol(host: KioskHost, form: EnrolmentForm): Promise<void>;
  /** Opens the vault and the desk behind it. */
  unlock(host: KioskHost, pin: string, onProgress: (progress: OpeningProgress) => void): Promise<Desk>;
  /** Starts the page afresh, so that no key stays in its memory. */
  reload(): void;
  /** Ms since 1970 UTC. */
  now(): number;
}
