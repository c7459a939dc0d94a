import { HybridClock } from '@uketsuke/shared/clock';
import { deviceIdSchema, secureRandomBytes } from '@uketsuke/shared/identifiers';
import { sealEventForKiosk, sealJournalEntry } from '@uketsuke/shared/journal';
import { type EventOf, type Recorder, recordEvent } from '@uketsuke/shared/reception';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { fromBase64url, importDataKey, importSealingPublicKey } from '@uketsuke/shared/sealing';
import type { KioskJournal } from '../../kiosk/host/kiosk-host.ts';
import type { KioskSecrets } from '../../kiosk/src/reception/kiosk-secrets.ts';
import type { PeerReceipt, StoredEvent } from '../../kiosk/src/store/documents.ts';

/** A shelter of this size has several kiosks; every so many events one is this kiosk's own. */
const DEVICES = 10;
const BATCH = 1_000;
const DAY_MS = 24 * 60 * 60 * 1_000;
const FIRST_SEED = 10_000;
/** The only store of the server that this kiosk has met. */
export const GENERATION = 1;

/** Documents for the kiosk's store. */
export interface PastBatch {
  readonly events: readonly StoredEvent[];
  readonly receipts: readonly PeerReceipt[];
}

/**
 * Yesterday's admissions of a shelter with several kiosks, all held by the server: others' as this kiosk would have
 * pulled them, its own with their receipts. The own ones are also written to its journal.
 */
export async function* pastBatches(
  secrets: KioskSecrets,
  journal: KioskJournal,
  count: number,
): AsyncGenerator<PastBatch> {
  const { enrolment } = secrets;
  const [dataKey, recoveryKey] = await Promise.all([
    importDataKey(fromBase64url(secrets.dataKey)),
    importSealingPublicKey(fromBase64url(enrolment.recoveryPublicKey)),
  ]);
  const admissions = pastAdmissions(secrets, count);
  for (let batch = admissions.next(); batch.done !== true; batch = admissions.next()) {
    const sealed = await Promise.all(
      batch.value.map(async (event) => {
        const isOwn = event.deviceId === enrolment.deviceId;
        const text = await sealEventForKiosk(event, dataKey, secureRandomBytes);
        if (isOwn) await journal.append(await sealJournalEntry(event, text, recoveryKey));
        return { id: event.id, deviceId: event.deviceId, sealed: text, cityGeneration: isOwn ? 0 : GENERATION };
      }),
    );
    const own = sealed.filter((event) => event.cityGeneration === 0);
    const receipts = own.map(({ id }): PeerReceipt => ({ id, generation: GENERATION, outcome: 'stored' }));
    yield { events: sealed, receipts };
  }
}

function* pastAdmissions(secrets: KioskSecrets, count: number): Generator<EventOf<'admitted'>[]> {
  const begun = Date.now() - DAY_MS;
  let now = begun;
  const recorders = recordersOf(secrets).map((identity) => ({
    identity,
    clock: new HybridClock(identity.deviceId, () => now),
  }));
  const body = { stay: 'shelter', method: 'card-qr', assurance: 'card-presented' } as const;
  for (let done = 0; done < count; done += BATCH) {
    const households = sampleHouseholds(FIRST_SEED + done, Math.min(BATCH, count - done));
    yield households.flatMap((household, at) => {
      now = begun + Math.floor(((done + at) / count) * (DAY_MS / 2));
      const recorder = recorders[(done + at) % DEVICES];
      return recorder === undefined
        ? []
        : [recordEvent(recorder.identity, recorder.clock, now, 'admitted', { ...body, household })];
    });
  }
}

function recordersOf({ enrolment }: KioskSecrets): Recorder[] {
  const { shelterId } = enrolment.shelter;
  const own = { shelterId, deviceId: enrolment.deviceId, eventKey: fromBase64url(enrolment.eventKey) };
  const others = Array.from({ length: DEVICES - 1 }, (_, at) => ({
    shelterId,
    deviceId: deviceIdSchema.parse(`neighbour${at}`),
    eventKey: secureRandomBytes(own.eventKey.length),
  }));
  return [own, ...others];
}
