import { type BundleHeader, type BundleKeys, BundleRefusedError, openBundle } from '@uketsuke/shared/bundle';
import type { BundleImportResponse } from '@uketsuke/shared/contracts';
import { Turn } from '@uketsuke/shared/turn';
import type { ChangeBus } from '../couch/change-bus.ts';
import { receptionDatabase } from '../event-log/database-names.ts';
import type { SyncMetrics } from '../http/metrics.ts';
import { RequestRefusedError } from '../http/request-refused.ts';
import type { DeviceDirectory } from '../identity/device-directory.ts';
import type { ShelterKeys } from '../identity/shelter-keys.ts';
import type { EventIntake } from '../sync/accept-events.ts';
import { type SpooledFile, spoolToFile } from './spooled-file.ts';

/** Uploads at a time, coming in or waiting for the one at work; each can take 256 MB of disk. */
const UPLOADS_MAX = 4;
/** Of one address: who sends slowly keeps nobody else out. */
const UPLOADS_OF_ONE_MAX = 2;
const RETRY_AFTER_SECONDS = 10;

export interface BundleImporterOptions {
  readonly dataDirectory: string;
  readonly intake: Pick<EventIntake, 'accept'>;
  readonly devices: Pick<DeviceDirectory, 'find'>;
  readonly shelterKeys: Pick<ShelterKeys, 'bundleKeyPair'>;
  readonly changes: Pick<ChangeBus, 'nudge'>;
  /** ms since 1970 UTC */
  readonly now: () => number;
  /** Counts what became of the events, by outcome. */
  readonly metrics?: Pick<SyncMetrics, 'pushed'>;
}

/** Whether the bundle may be imported here and by this person; throws a refusal if not. The header is not yet proven. */
export type Admit = (header: BundleHeader) => void | Promise<void>;

/** Where a bundle comes from, and what it has to pass. */
export interface ImportTerms {
  readonly admit?: Admit;
  /** Address of a sender who need not be trusted; staff and this machine have places of their own. */
  readonly address?: string | undefined;
}

/**
 * Imports bundles: one at a time, each verified whole before its first event is judged (SYN-10). The events are then
 * taken in as those of a push are, so importing twice, or syncing them later, changes nothing.
 */
export class BundleImporter {
  readonly #options: BundleImporterOptions;
  readonly #uploads = new Map<string | undefined, number>();
  readonly #turn = new Turn();

  constructor(options: BundleImporterOptions) {
    this.#options = options;
  }

  /**
   * @throws RequestRefusedError 422 or 413 with the bundle's refusal, 503 when too many wait, what `admit` throws; the
   * database's error when it went away in the middle: then importing again finishes the work
   */
  async import(
    upload: AsyncIterable<unknown>,
    { admit = () => {}, address }: ImportTerms = {},
  ): Promise<BundleImportResponse> {
    this.#begin(address);
    try {
      const file = await spoolToFile(upload, this.#options.dataDirectory);
      try {
        return await this.#turn.run(() => this.#importFile(file, admit));
      } finally {
        await file.remove();
      }
    } catch (error) {
      throw refusalOf(error);
    } finally {
      this.#end(address);
    }
  }

  #begin(address: string | undefined): void {
    const own = this.#uploads.get(address) ?? 0;
    const counted = [...this.#uploads].reduce((sum, [of, count]) => (of === undefined ? sum : sum + count), 0);
    const isFull = address === undefined ? own >= UPLOADS_MAX : own >= UPLOADS_OF_ONE_MAX || counted >= UPLOADS_MAX;
    if (isFull) {
      throw new RequestRefusedError(503, 'busy', 'other bundles are being imported', {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    }
    this.#uploads.set(address, own + 1);
  }

  #end(address: string | undefined): void {
    const left = (this.#uploads.get(address) ?? 1) - 1;
    if (left === 0) this.#uploads.delete(address);
    else this.#uploads.set(address, left);
  }

  async #importFile(file: SpooledFile, admit: Admit): Promise<BundleImportResponse> {
    const bundle = await openBundle(
      () => file.read(),
      async (header) => {
        await admit(header);
        return this.#keysOf(header);
      },
    );
    return this.#takeIn(bundle.header, bundle.batches());
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
    const { intake, changes, now, metrics } = this.#options;
    const counts = { stored: 0, 'already-had': 0, quarantined: 0 };
    let events = 0;
    for await (const batch of batches) {
      const { outcomes, changed } = await intake.accept(batch, { shelterId, deviceId }, new Date(now()).toISOString());
      events += outcomes.length;
      for (const { outcome } of outcomes) counts[outcome] += 1;
      if (changed) changes.nudge(receptionDatabase(shelterId));
    }
    for (const outcome of ['stored', 'already-had', 'quarantined'] as const) metrics?.pushed(outcome, counts[outcome]);
    const { stored, quarantined } = counts;
    return { shelterId, events, stored, alreadyHad: counts['already-had'], quarantined };
  }
}

function refusalOf(error: unknown): unknown {
  if (!(error instanceof BundleRefusedError)) return error;
  const status = error.code === 'bundle-too-large' ? 413 : 422;
  return new RequestRefusedError(status, error.code, error.message, { cause: error });
}
