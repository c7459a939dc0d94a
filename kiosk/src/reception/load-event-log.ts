import type { EventId } from '@uketsuke/shared/identifiers';
import type { JournalEntry } from '@uketsuke/shared/journal';
import type { ReceptionEvent } from '@uketsuke/shared/reception';
import { KioskHostError, type KioskJournal } from '../../host/kiosk-host.ts';
import type { StoredEvent } from '../store/documents.ts';
import type { EventLog } from './event-log.ts';

const PAGE = 500;

export interface LoadProgress {
  readonly done: number;
  /** Undefined while it is not known yet. */
  readonly total: number | undefined;
}

/** What loading found that a person should know of. */
export interface LoadReport {
  readonly events: number;
  /** Documents or lines that this kiosk's key does not open: of an earlier enrolment, or damaged. */
  readonly unreadable: number;
  readonly damagedLines: number;
  /** Events that the store had lost and the journal gave back. */
  readonly restored: number;
}

/**
 * Folds the whole store, then reconciles it with the journal: what is in either is put into the other (DUR-2). Only
 * this desk's own events belong in its journal.
 * @param generation present generation of the server's store, or 0 before any exchange
 */
export async function loadEventLog(
  log: EventLog,
  journal: KioskJournal,
  generation: number,
  onProgress: (progress: LoadProgress) => void,
): Promise<LoadReport> {
  onProgress({ done: 0, total: undefined });
  const total = await log.store.countEvents();
  const own = new Map<EventId, ReceptionEvent>();
  const tally = { events: 0, unreadable: 0, restored: 0 };
  const receipts = await heldUnder(log, generation);
  for (let after: string | null = null; ; ) {
    const page: StoredEvent[] = await log.store.eventsAfter(after, PAGE);
    for (const [document, event] of await unsealAll(log, page)) {
      if (event === null) {
        tally.unreadable += 1;
        continue;
      }
      const held = receipts.has(event.id) || (generation > 0 && document.heldBy === generation);
      log.takeIn(event, held);
      if (receipts.get(event.id) === 'quarantined') log.acknowledgements.acknowledge(event.id, true);
      if (log.isOwn(event)) own.set(event.id, event);
      tally.events += 1;
    }
    onProgress({ done: tally.events, total: Math.max(total, tally.events) });
    await letTheScreenBreathe();
    const last = page.at(-1);
    if (page.length < PAGE || last === undefined) break;
    after = last.id;
  }
  const damagedLines = await reconcile(log, journal, own, tally);
  return { ...tally, damagedLines };
}

async function reconcile(
  log: EventLog,
  journal: KioskJournal,
  own: ReadonlyMap<EventId, ReceptionEvent>,
  tally: { events: number; unreadable: number; restored: number },
): Promise<number> {
  const journaled = new Set<EventId>();
  let damagedLines = 0;
  for (let from: number | null = 0; from !== null; ) {
    const page = await journal.read(from, PAGE);
    for (const entry of page.entries) journaled.add(entry.id);
    await restore(log, page.entries, tally);
    damagedLines = page.damagedLines;
    from = page.next;
    await letTheScreenBreathe();
  }
  for (const [id, event] of own) {
    if (journaled.has(id)) continue;
    try {
      await journal.append(await log.journalEntry(event, await log.seal(event)));
    } catch (error) {
      // The event is in the store; a full disk must not keep the desk shut (DUR-3). The next start tries again.
      if (error instanceof KioskHostError) break;
      throw error;
    }
  }
  return damagedLines;
}

/** Puts journal entries that the store lacks into it. */
async function restore(
  log: EventLog,
  entries: readonly JournalEntry[],
  tally: { events: number; unreadable: number; restored: number },
): Promise<void> {
  const lost = entries.filter((entry) => !log.roster.has(entry.id));
  const documents = lost.map((entry) => ({ id: entry.id, sealed: entry.kiosk }));
  const opened: ReceptionEvent[] = [];
  const stored: StoredEvent[] = [];
  for (const [document, event] of await unsealAll(log, documents)) {
    if (event === null) {
      tally.unreadable += 1;
      continue;
    }
    opened.push(event);
    stored.push({ ...document, deviceId: event.deviceId, heldBy: 0 });
  }
  await log.store.addEvents(stored);
  for (const event of opened) log.takeIn(event, false);
  tally.events += opened.length;
  tally.restored += opened.length;
}

async function unsealAll<Document extends { readonly id: EventId; readonly sealed: string }>(
  log: EventLog,
  documents: readonly Document[],
): Promise<(readonly [Document, ReceptionEvent | null])[]> {
  return Promise.all(
    documents.map(async (document) => {
      const event = await log.unseal(document).catch(() => null);
      return [document, event] as const;
    }),
  );
}

/** Ids acknowledged under this generation, with their outcome. */
async function heldUnder(log: EventLog, generation: number): Promise<Map<EventId, string>> {
  const held = new Map<EventId, string>();
  for (let after: string | null = null; ; ) {
    const page = await log.store.receiptsAfter(after, PAGE);
    for (const receipt of page) if (receipt.generation === generation) held.set(receipt.id, receipt.outcome);
    const last = page.at(-1);
    if (page.length < PAGE || last === undefined) return held;
    after = last.id;
  }
}

function letTheScreenBreathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
