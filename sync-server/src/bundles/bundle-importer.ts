import { type BundleHeader, type BundleKeys, BundleRefusedError, openBundle } from '@uketsuke/shared/bundle';
import type { BundleImportResponse, PushOutcome } from '@uketsuke/shared/protocol';
import type { ChangeHub } from '../couch/change-hub.ts';
import { RequestRefusedError } from '../http/request-refused.ts';
import type { ShelterKeys } from '../identity/shelter-keys.ts';
import type { EventIntake } from '../sync/accept-events.ts';
import { receptionDatabase } from '../sync/database-names.ts';
import type { DeviceDirectory } from '../sync/device-directory.ts';
import { spoolToFile } from './spooled-file.ts';

/** Uploads that may wait for the one at work; each can take 256 MB of disk. */
const WAITING_MAX = 3;
const RETRY_AFTER_SECONDS = 10;

export interface BundleImporterOptions {
  readonly dataDirectory: string;
  readonly intake: Pick<EventIntake, 'accept'>;
  readonly devices: Pick<DeviceDirectory, 'find'>;
  readonly shelterKeys: Pick<ShelterKeys, 'bundleKeyPair'>;
  readonly hub: Pick<ChangeHub, 'nudge'>;
  /** ms since 1970 UTC */
  readonly now: () => number;
  /** Told of what became of the events, by outcome. */
  readonly count?: (outcome: PushOutcome['outcome'], events: number) => void;
}

/** Whether the bundle may be imported here and by this person; throws a refusal if not. The header is not yet proven. */
export type Admit = (header: BundleHeader) => void | Promise<void>;

/**
 * Imports bundles: one at a time, each verified whole before its first event is judged (SYN-10). The events are then
 * taken in as those of a push are, so importing twice, or syncing them later, changes nothing.
 */
export class BundleImporter {
  readonly #options: BundleImporterOptions;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: BundleImporterOptions) {
    this.#options = options;
  }

  /**
   * @throws RequestRefusedError 422 or 413 with the bundle's refusal, 503 when too many wait, what `admit` throws; the
   * database's error when it went away in the middle: then importing again finishes the work
   */
  async import(upload: AsyncIterable<unknown>, admit: Admit = () => {}): Promise<BundleImportResponse> {
    if (this.#waiting > WAITING_MAX) {
      throw new RequestRefusedError(503, 'busy', 'other bundles are being imported', {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    }
    this.#waiting += 1;
    const turn = this.#last.then(
      () => this.#importNow(upload, admit),
      () => this.#importNow(upload, admit),
    );
    this.#last = turn.catch(() => {});
    try {
      return await turn;
    } catch (error) {
      throw refusalOf(error);
    } finally {
      this.#waiting -= 1;
    }
  }

  async #importNow(upload: AsyncIterable<unknown>, admit: Admit): Promise<BundleImportResponse> {
    const file = await spoolToFile(upload, this.#options.dataDirectory);
    try {
      const bundle = await openBundle(
        () => file.read(),
        async (header) => {
          await admit(header);
          return this.#keysOf(header);
        },
      );
      return await this.#takeIn(bundle.header, bundle.batches());
    } finally {
      await file.remove();
    }
  }

  async #keysOf({ shelterId, deviceId }: BundleHeader): Promise<BundleKeys | undefined> {
    const device = await this.#options.devices.find(deviceId);
    const bundleKey = this.#options.shelterKeys.bundleKeyPair(shelterId);
    if (device === undefined || device.shelterId !== shelterId || bundleKey === undefined) return undefined;
    return { eventKey: device.eventKey, bundleKey };
  }

  async #takeIn(
    { shelterId, deviceId }: BundleHeader,
    batches: AsyncIterable<readonly unknown[]>,
  ): Promise<BundleImportResponse> {
    const { intake, hub, now, count } = this.#options;
    const counts = { stored: 0, 'already-had': 0, quarantined: 0 };
    let events = 0;
    for await (const batch of batches) {
      const { outcomes, changed } = await intake.accept(batch, { shelterId, deviceId }, new Date(now()).toISOString());
      events += outcomes.length;
      for (const { outcome } of outcomes) counts[outcome] += 1;
      if (changed) hub.nudge(receptionDatabase(shelterId));
    }
    for (const outcome of ['stored', 'already-had', 'quarantined'] as const) count?.(outcome, counts[outcome]);
    const { stored, quarantined } = counts;
    return { shelterId, events, stored, alreadyHad: counts['already-had'], quarantined };
  }
}

function refusalOf(error: unknown): unknown {
  if (!(error instanceof BundleRefusedError)) return error;
  const status = error.code === 'bundle-too-large' ? 413 : 422;
  return new RequestRefusedError(status, error.code, error.message, { cause: error });
}
