import type { RelayState } from '@uketsuke/shared/contracts';
import type { CardReaderState } from '../../host/card-reader/card-reader.ts';
import type { OpeningProgress } from '../../src/screens/services.ts';
import type { ServerAnswers } from './server.ts';
import type { CameraSetUp } from './still-camera.ts';

/** Somebody who was admitted before the desk was unlocked. */
export interface PastAdmission {
  /** `HH:MM` of the gallery's day, Japan's time. */
  readonly at: string;
  /** Number of the household, and how many they are. */
  readonly household: number;
  readonly members: number;
}

/** How a state finds the kiosk. What is not named is as on a good day: enrolled, locked, everything answering. */
export interface KioskSetUp {
  readonly vault?: 'empty' | 'sealed' | 'damaged';
  /** What the start comes to. */
  readonly start?: 'good' | 'connecting' | 'another-window' | 'host-gone';
  /** What redeeming an enrolment code comes to; `pending` is never answered. */
  readonly enrolment?: 'good' | 'pending' | 'server-unreachable' | 'enrolment-code-invalid';
  /** Unlocking stays at this point. */
  readonly opening?: OpeningProgress;
  /** The laptop is on no network. */
  readonly isOffline?: boolean;
  readonly server?: ServerAnswers;
  /** By how many minutes the server's clock is ahead of the kiosk's. */
  readonly serverAheadMinutes?: number;
  /** The laptop's clock is a year behind. */
  readonly isClockYearBehind?: boolean;
  /** A hub is set. */
  readonly hub?: { readonly answers: ServerAnswers; readonly relay?: RelayState };
  readonly camera?: CameraSetUp;
  readonly reader?: CardReaderState;
  readonly past?: readonly PastAdmission[];
  readonly shelterName?: string;
  /** Enrolled before there were hubs, bundles and registered cards. */
  readonly isEnrolledLongAgo?: boolean;
}
