import { isDeepStrictEqual } from 'node:util';
import type { PushOutcome, QuarantineReason, StoreMark } from '@uketsuke/shared/protocol';
import type { ReceptionEvent } from '@uketsuke/shared/reception';
import type nano from 'nano';
import { z } from 'zod';
import type { Couch } from '../couch/couch.ts';
import { isNotFound } from '../couch/couch-errors.ts';
import { receptionDatabase } from './database-names.ts';
import type { AuthenticatedDevice, DeviceDirectory } from './device-directory.ts';
import type { Feed, Feeds } from './feeds.ts';
import { judgeEvents, type Verdict } from './judge-event.ts';
import { openQuarantine, type QuarantinedDocument, quarantine, type Refusal } from './quarantine.ts';
import { readStoredEvent, storedEventJson } from './stored-event.ts';
import { writeBatch } from './write-batch.ts';

/** What a push came to: one outcome per document, in the order sent (SYN-2). */
export interface Acceptance {
  readonly outcomes: readonly PushOutcome[];
  readonly mark: StoreMark;
  /** At least one event is new. */
  readonly changed: boolean;
}

type Acceptable = Extract<Verdict, { kind: 'acceptable' }>;

const presentSchema = z.object({
  rows: z.array(z.object({ key: z.string(), doc: z.unknown().optional() })),
});

/** Takes in pushed events: judges each, stores what holds, quarantines the rest, and only then says so. */
export class EventIntake {
  readonly #couch: Couch;
  readonly #feeds: Feeds;
  readonly #devices: Pick<DeviceDirectory, 'find'>;
  #quarantine: Promise<nano.DocumentScope<QuarantinedDocument>> | undefined;

  constructor(couch: Couch, feeds: Feeds, devices: Pick<DeviceDirectory, 'find'>) {
    this.#couch = couch;
    this.#feeds = feeds;
    this.#devices = devices;
  }

  /**
   * `receivedAt` is UTC. Whatever throws here, nothing of the push may be acknowledged; sending it again is harmless.
   * @throws the error of nano, IncompleteWriteError
   */
  async accept(documents: readonly unknown[], carrier: AuthenticatedDevice, receivedAt: string): Promise<Acceptance> {
    const verdicts = await judgeEvents(documents, carrier, this.#devices);
    const acceptable = new Map<string, Acceptable>();
    for (const verdict of verdicts) {
      if (verdict.kind === 'acceptable' && !acceptable.has(verdict.event.id)) acceptable.set(verdict.event.id, verdict);
    }
    return this.#feeds.use(receptionDatabase(carrier.shelterId), async (feed) => {
      const { written, present } = await this.#store(feed, [...acceptable.values()], receivedAt);
      const unclaimed = new Set(written);
      const outcomes: PushOutcome[] = [];
      const refusals: Refusal[] = [];
      for (const [position, verdict] of verdicts.entries()) {
        const document = documents[position];
        if (verdict.kind === 'refused') {
          outcomes.push(refused(idOf(document), verdict.reason, document, refusals));
          continue;
        }
        const { id } = verdict.event;
        if (unclaimed.delete(id)) outcomes.push({ id, outcome: 'stored' });
        else if (isDeepStrictEqual(present.get(id), verdict.event)) outcomes.push({ id, outcome: 'already-had' });
        else outcomes.push(refused(id, 'id-taken', document, refusals));
      }
      if (refusals.length > 0) await this.#keep(carrier, refusals, receivedAt);
      return { outcomes, mark: await feed.mark(), changed: written.size > 0 };
    });
  }

  /** Writes events; returns the ids that are new, and what the database holds under each id. */
  async #store(feed: Feed, accepted: readonly Acceptable[], receivedAt: string) {
    const written = new Set<string>();
    const present = new Map<string, ReceptionEvent>();
    if (accepted.length === 0) return { written, present };
    const documents = accepted.map(({ event, text }) => ({
      id: event.id,
      json: storedEventJson(event, text, receivedAt),
    }));
    const results = await writeBatch(this.#couch, feed.database, documents);
    const conflicts: string[] = [];
    for (const [position, { event }] of accepted.entries()) {
      if (results[position] === 'written') {
        written.add(event.id);
        present.set(event.id, event);
      } else conflicts.push(event.id);
    }
    for (const event of await readPresent(feed, conflicts)) present.set(event.id, event);
    return { written, present };
  }

  async #keep(carrier: AuthenticatedDevice, refusals: readonly Refusal[], receivedAt: string): Promise<void> {
    try {
      await quarantine(this.#couch, await this.#openQuarantine(), carrier, refusals, receivedAt);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      this.#quarantine = undefined;
      await quarantine(this.#couch, await this.#openQuarantine(), carrier, refusals, receivedAt);
    }
  }

  #openQuarantine(): Promise<nano.DocumentScope<QuarantinedDocument>> {
    this.#quarantine ??= openQuarantine(this.#couch).catch((error: unknown) => {
      this.#quarantine = undefined;
      throw error;
    });
    return this.#quarantine;
  }
}

async function readPresent(feed: Feed, ids: string[]): Promise<ReceptionEvent[]> {
  if (ids.length === 0) return [];
  const { rows } = presentSchema.parse(await feed.database.fetch({ keys: ids }));
  return rows.flatMap(({ doc }) => readStoredEvent(doc)?.event ?? []);
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
