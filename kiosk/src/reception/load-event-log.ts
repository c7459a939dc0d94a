import type { EventId } from '@uketsuke/shared/identifiers';
import type { JournalEntry } from '@uketsuke/shared/journal';
import type { ReceptionEvent } from '@uketsuke/shared/reception';
import * as z from 'zod';
import type { KioskJournal } from '../../host/kiosk-host.ts';
import { KioskHostError } from '../../host/kiosk-host-error.ts';
import type { StoredEvent } from '../store/documents.ts';
import { readReceipts } from '../store/receipts.ts';
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
  /** Documents or lines that cannot be read: damaged, or of an earlier enrolment; those not put right by the journal. */
  readonly unreadable: number;
  readonly damagedLines: number;
  /** Events that the store had lost and the journal gave back. */
  readonly restored: number;
}

interface Tally {
  events: number;
  unreadable: number;
  restored: number;
}

/**
 * Folds the whole store, then reconciles it with the journal: what is in either is put into the other (DUR-2). Only
 * this desk's own events belong in its journal. What neither can give is known to the log as damaged.
 * @param generation present generation of the city's store, or 0 before any exchange
 */
export async function loadEventLog(
  log: EventLog,
  journal: KioskJournal | null,
  generation: number,
  onProgress: (progress: LoadProgress) => void,
): Promise<LoadReport> {
  onProgress({ done: 0, total: undefined });
  const total = await log.store.countEvents();
  await loadBounds(log);
  const own = new Map<EventId, ReceptionEvent>();
  const tally: Tally = { events: 0, unreadable: 0, restored: 0 };
  const receipts = await readReceipts(log.store, 'city', generation);
  for (let after: string | null = null; ; ) {
    const page = await log.store.eventsAfter(after, PAGE);
    for (const id of page.damaged) log.damaged.add(id);
    for (const [document, event] of await unsealAll(log, page.documents)) {
      if (event === null) {
        log.damaged.add(document.id);
        continue;
      }
      const receipt = receipts.get(event.id);
      const held = receipt !== undefined || (generation > 0 && document.cityGeneration === generation);
      log.takeIn(event, held ? 'city' : null);
      if (receipt?.quarantined === true) log.acknowledgements.city.acknowledge(event.id, true);
      if (log.isOwn(event)) own.set(event.id, event);
      tally.events += 1;
    }
    onProgress({ done: tally.events, total: Math.max(total, tally.events) });
    await letTheScreenBreathe();
    if (page.next === null) break;
    after = page.next;
  }
  const damagedLines = journal === null ? 0 : await reconcile(log, journal, own, tally);
  return { ...tally, unreadable: tally.unreadable + log.damaged.size, damagedLines };
}

/** Before the events, so that each comes to its place at once. */
async function loadBounds(log: EventLog): Promise<void> {
  for (let after: string | null = null; ; ) {
    const page = await log.store.boundsAfter(after, PAGE);
    for (const { id, ms } of page.documents) log.bound(id, ms);
    if (page.next === null) return;
    after = page.next;
  }
}

const SOUGHT_MARK = 'damaged-sought';

/**
 * Whether to pull everything again: the journal gave back events that the store had lost, so others' may be lost too,
 * or documents are damaged that only a peer can give again. Damaged documents that no peer gave are sought once only.
 * @throws StoreError
 */
export async function isToBePulledAgain(log: EventLog, report: LoadReport): Promise<boolean> {
  const sought = (await log.store.mark(SOUGHT_MARK, z.int())) ?? 0;
  if (sought !== log.damaged.size) await log.store.setMark(SOUGHT_MARK, log.damaged.size);
  return report.restored > 0 || log.damaged.size > sought;
}

async function reconcile(
  log: EventLog,
  journal: KioskJournal,
  own: ReadonlyMap<EventId, ReceptionEvent>,
  tally: Tally,
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

/** Puts journal entries that the store lacks, or holds damaged, into it. */
async function restore(log: EventLog, entries: readonly JournalEntry[], tally: Tally): Promise<void> {
  const lost = entries.filter((entry) => !log.roster.has(entry.id));
  const documents = lost.map((entry) => ({ id: entry.id, sealed: entry.kiosk }));
  const opened: ReceptionEvent[] = [];
  const stored: StoredEvent[] = [];
  for (const [document, event] of await unsealAll(log, documents)) {
    if (event === null) {
      if (!log.damaged.has(document.id)) tally.unreadable += 1;
      continue;
    }
    opened.push(event);
    stored.push({ ...document, deviceId: event.deviceId, cityGeneration: 0 });
  }
  await log.store.addEvents(stored.filter(({ id }) => !log.damaged.has(id)));
  await log.store.replaceEvents(stored.filter(({ id }) => log.damaged.has(id)));
  for (const event of opened) {
    log.damaged.delete(event.id);
    log.takeIn(event, null);
  }
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

function letTheScreenBreathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
