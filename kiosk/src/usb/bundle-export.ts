import { bundleFileName, writeBundle } from '@uketsuke/shared/bundle';
import type { EnrolmentResponse } from '@uketsuke/shared/contracts';
import type { ReceptionEvent } from '@uketsuke/shared/reception';
import { fromBase64url } from '@uketsuke/shared/sealing';
import type { EventExport } from '../reception/event-log.ts';
import type { ExportChoice } from '../store/acknowledgements.ts';

/** Records between two reports of progress. */
const REPORT_EVERY = 50;

/** A bundle ready to be saved. */
export interface BundleFile {
  readonly name: string;
  readonly blob: Blob;
  readonly events: number;
}

/** Writing a bundle for a USB stick, at an open desk. Exporting acknowledges nothing (SYN-10). */
export interface BundleExport {
  /** False on a kiosk that was enrolled before there were bundles. */
  readonly isPossible: boolean;
  count(which: ExportChoice): number;
  /**
   * @param onProgress told how many records are written
   * @throws BundleRefusedError bundle-too-large; StoreError
   */
  make(which: ExportChoice, onProgress: (done: number) => void): Promise<BundleFile>;
}

export interface BundleExportParts {
  readonly events: EventExport;
  readonly enrolment: EnrolmentResponse;
  /** Ms since 1970 UTC. */
  readonly now: () => number;
}

export function bundleExportOf({ events: log, enrolment, now }: BundleExportParts): BundleExport {
  const { deviceId, shelter, eventKey, bundlePublicKey } = enrolment;
  return {
    isPossible: bundlePublicKey !== undefined,
    count: (which) => log.countExportable(which),
    make: async (which, onProgress) => {
      if (bundlePublicKey === undefined) throw new Error('this enrolment has no bundle key');
      const device = { deviceId, shelterId: shelter.shelterId, eventKey: fromBase64url(eventKey) };
      const madeAt = now();
      let events = 0;
      const pieces = writeBundle({
        device,
        bundlePublicKey: fromBase64url(bundlePublicKey),
        content: which,
        events: counted(log.exportable(which), (done) => {
          events = done;
          if (done % REPORT_EVERY === 0) onProgress(done);
        }),
        now: madeAt,
      });
      const parts: Uint8Array<ArrayBuffer>[] = [];
      for await (const piece of pieces) parts.push(piece);
      const name = bundleFileName({ ...device, createdAt: new Date(madeAt).toISOString() });
      return { name, blob: new Blob(parts, { type: 'application/octet-stream' }), events };
    },
  };
}

async function* counted(
  events: AsyncIterable<ReceptionEvent>,
  onCount: (done: number) => void,
): AsyncGenerator<ReceptionEvent> {
  let done = 0;
  for await (const event of events) {
    done += 1;
    onCount(done);
    yield event;
  }
}
