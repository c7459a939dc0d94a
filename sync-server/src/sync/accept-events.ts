import { isDeepStrictEqual } from 'node:util';
import type { PushOutcome, StoreMark } from '@uketsuke/shared/contracts';
import type { QuarantineReason } from '@uketsuke/shared/errors';
import type { EventId } from '@uketsuke/shared/identifiers';
import { parseReceptionEvent, type ReceptionEvent } from '@uketsuke/shared/reception';
import * as z from 'zod';
import type { Couch } from '../couch/couch.ts';
import { receptionDatabase } from '../event-log/database-names.ts';
import type { LogReader, LogReaders } from '../event-log/log-reader.ts';
import { readStoredEvent, storedEventJson } from '../event-log/stored-event.ts';
import { writeBatch } from '../event-log/write-batch.ts';
import type { AuthenticatedDevice, DeviceDirectory } from '../identity/device-directory.ts';
import type { QuarantineStore, Refusal } from '../quarantine/quarantine-store.ts';
import { judgeEvents, type Verdict } from './judge-event.ts';
import { parsePush } from './push-body.ts';

/** What a push came to: one outcome per document, in the order sent (SYN-2). */
export interface Acceptance {
  readonly outcomes: readonly PushOutcome[];
  readonly mark: StoreMark;
  /** At least one event is new. */
  readonly changed: boolean;
}

type Acceptable = Extract<Verdict, { kind: 'acceptable' }>;

/** What becomes of events of revoked devices that the log does not hold yet: a member of staff may let them in (SYN-13). */
export type OfRevoked = 'kept-aside' | 'let-in';

/** What the database made of the accepted events. */
interface Stored {
  /** The ids that are new. */
  readonly written: ReadonlySet<EventId>;
  /** What was there before under the other ids; nothing under those that are of revoked devices and new. */
  readonly present: ReadonlyMap<EventId, ReceptionEvent>;
}

const presentSchema = z.object({
  rows: z.array(z.object({ key: z.string(), doc: z.unknown().optional() })),
});

export interface EventIntakeOptions {
  readonly couch: Couch;
  readonly readers: LogReaders;
  readonly quarantine: Pick<QuarantineStore, 'keep'>;
  readonly devices: Pick<DeviceDirectory, 'find'>;
}

/** Takes in pushed events: judges each, stores what holds, quarantines the rest, and only then says so. */
export class EventIntake {
  readonly #options: EventIntakeOptions;

  constructor(options: EventIntakeOptions) {
    this.#options = options;
  }

  /**
   * Takes in the body of a push. `receivedAt` is UTC. Whatever throws here, nothing of the push may be acknowledged;
   * sending it again is harmless.
   * @throws RequestRefusedError 400, the error of nano, IncompleteWriteError
   */
  async acceptPush(body: Buffer, carrier: AuthenticatedDevice, receivedAt: string): Promise<Acceptance> {
    // Apart from what is refused, only bytes are held while the database works: a hundred thousand objects less to
    // be moved about by the garbage collector.
    return this.#take(await judgeEvents(parsePush(body), carrier, this.#options.devices), carrier, receivedAt);
  }

  /**
   * Takes in documents that came in another way. `receivedAt` is UTC.
   * @throws the error of nano, IncompleteWriteError
   */
  async accept(documents: readonly unknown[], carrier: AuthenticatedDevice, receivedAt: string): Promise<Acceptance> {
    const sent = documents.map((value) => ({ value }));
    return this.#take(await judgeEvents(sent, carrier, this.#options.devices), carrier, receivedAt);
  }

  /**
   * Judges documents that were kept aside once more, as of now, and stores what holds; what does not is not kept a
   * second time. `receivedAt` is when they came, UTC. `ofRevoked` is `let-in` where somebody decided so.
   * @returns an outcome for each (SYN-13)
   * @throws the error of nano, IncompleteWriteError
   */
  async tryAgain(
    documents: readonly unknown[],
    carrier: AuthenticatedDevice,
    receivedAt: string,
    ofRevoked: OfRevoked = 'kept-aside',
  ): Promise<readonly PushOutcome[]> {
    const sent = documents.map((value) => ({ value }));
    const verdicts = await judgeEvents(sent, carrier, this.#options.devices);
    return this.#options.readers.use(receptionDatabase(carrier.shelterId), async (log) => {
      return (await this.#settle(log, verdicts, receivedAt, ofRevoked)).outcomes;
    });
  }

  #take(verdicts: readonly Verdict[], carrier: AuthenticatedDevice, receivedAt: string): Promise<Acceptance> {
    return this.#options.readers.use(receptionDatabase(carrier.shelterId), async (log) => {
      const { outcomes, refusals, changed } = await this.#settle(log, verdicts, receivedAt, 'kept-aside');
      if (refusals.length > 0) await this.#options.quarantine.keep(carrier, refusals, receivedAt);
      const { epoch, events } = await log.mark();
      return { outcomes, mark: { epoch, events }, changed };
    });
  }

  /** Stores what is acceptable and says what became of each; the refused ones are left to be kept. */
  async #settle(log: LogReader, verdicts: readonly Verdict[], receivedAt: string, ofRevoked: OfRevoked) {
    const acceptable = new Map<EventId, Acceptable>();
    for (const verdict of verdicts) {
      if (verdict.kind === 'acceptable' && !acceptable.has(verdict.id)) acceptable.set(verdict.id, verdict);
    }
    const { written, present } = await this.#store(log, [...acceptable.values()], receivedAt, ofRevoked);
    const unclaimed = new Set(written);
    const outcomes: PushOutcome[] = [];
    const refusals: Refusal[] = [];
    for (const verdict of verdicts) {
      if (verdict.kind === 'refused') {
        outcomes.push(refused(idOf(verdict.document), verdict.reason, verdict.document, refusals));
        continue;
      }
      const { id, json, revoked } = verdict;
      if (unclaimed.delete(id)) {
        outcomes.push({ id, outcome: 'stored' });
        continue;
      }
      const event = eventOf(json);
      if (revoked && !written.has(id) && !present.has(id)) {
        outcomes.push(refused(id, 'device-revoked', event, refusals));
        continue;
      }
      const there = written.has(id) ? eventOf(acceptable.get(id)?.json) : present.get(id);
      if (isDeepStrictEqual(there, event)) outcomes.push({ id, outcome: 'already-had' });
      else outcomes.push(refused(id, 'id-taken', event, refusals));
    }
    return { outcomes, refusals, changed: written.size > 0 };
  }

  /** Writes events; those of revoked devices are only looked up, unless they are let in (SYN-7). */
  async #store(
    log: LogReader,
    accepted: readonly Acceptable[],
    receivedAt: string,
    ofRevoked: OfRevoked,
  ): Promise<Stored> {
    const written = new Set<EventId>();
    const present = new Map<EventId, ReceptionEvent>();
    const isShutOut = ({ revoked }: Acceptable) => revoked && ofRevoked === 'kept-aside';
    const mayComeIn = accepted.filter((each) => !isShutOut(each));
    const shutOut = accepted.filter(isShutOut).map(({ id }) => id);
    const conflicts = [...(await this.#write(log, mayComeIn, receivedAt, written)), ...shutOut];
    for (const event of await readPresent(log, conflicts)) present.set(event.id, event);
    return { written, present };
  }

  /** Notes in `written` what is new. @returns the ids that were there before */
  async #write(
    log: LogReader,
    events: readonly Acceptable[],
    receivedAt: string,
    written: Set<EventId>,
  ): Promise<EventId[]> {
    if (events.length === 0) return [];
    const documents = events.map(({ id, json }) => ({ id, json: storedEventJson(id, json, receivedAt) }));
    const results = await writeBatch(this.#options.couch, log.database, documents);
    const conflicts: EventId[] = [];
    for (const [position, { id }] of events.entries()) {
      if (results[position] === 'written') written.add(id);
      else conflicts.push(id);
    }
    return conflicts;
  }
}

async function readPresent(log: LogReader, ids: string[]): Promise<ReceptionEvent[]> {
  if (ids.length === 0) return [];
  const { rows } = presentSchema.parse(await log.database.fetch({ keys: ids }));
  return rows.flatMap(({ doc }) => readStoredEvent(doc)?.event ?? []);
}

/** An accepted event, read again from its JSON. */
function eventOf(json: Buffer | undefined): ReceptionEvent | undefined {
  return json === undefined ? undefined : parseReceptionEvent(JSON.parse(json.toString('utf8')));
}

function refused(
  eventId: string | null,
  reason: QuarantineReason,
  document: unknown,
  refusals: Refusal[],
): PushOutcome {
  refusals.push({ document, eventId, reason });
  return { id: eventId, outcome: 'quarantined', reason };
}

/** An id worth repeating: not endless, and proper Unicode, or the database would refuse what names it. */
const identifiedSchema = z.object({
  id: z
    .string()
    .max(200)
    .regex(/^\P{Cs}*$/u),
});

function idOf(document: unknown): string | null {
  const identified = identifiedSchema.safeParse(document);
  return identified.success ? identified.data.id : null;
}
