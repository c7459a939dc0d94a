import type { DeskSnapshot } from '../../reception/desk.ts';

/** One sentence of the sync line: a key of the catalogue and what fills it. */
export interface SyncSentence {
  readonly key: string;
  readonly values: { readonly count?: number; readonly time?: string };
}

/** The sync line in words. `look` never says synced unless nothing is pending and the server answered (SYN-1). */
export interface SyncWords {
  readonly look: 'synced' | 'waiting' | 'trouble';
  readonly headline: SyncSentence;
  readonly details: readonly SyncSentence[];
}

/**
 * Says how many records have not reached the server, since when and why.
 * @param formatTime writes a UTC time for the staff
 */
export function syncWordsOf(
  { sync, clock }: Pick<DeskSnapshot, 'sync' | 'clock'>,
  formatTime: (utc: string) => string,
): SyncWords {
  const details: SyncSentence[] = [];
  const say = (key: string, values: SyncSentence['values'] = {}) => details.push({ key, values });

  if (sync.pending > 0 && sync.oldestPendingAt !== null) {
    say('sync.pendingSince', { time: formatTime(sync.oldestPendingAt) });
  }
  if (sync.trouble !== null) say(`sync.trouble.${sync.trouble}`);
  else if (sync.lastExchangeAt === null) say('sync.neverAnswered');
  else if (sync.pending > 0) say('sync.sending');
  else say('sync.syncedHint', { time: formatTime(sync.lastExchangeAt) });
  if (sync.quarantined > 0) say('sync.quarantined', { count: sync.quarantined });
  if (clock !== 'good') say(`sync.clock.${clock}`);
  if (sync.trouble !== null) say('sync.continues');

  const answered = sync.trouble === null && sync.lastExchangeAt !== null;
  const wrong = sync.trouble !== null || sync.quarantined > 0 || clock !== 'good';
  return {
    look: wrong ? 'trouble' : lookOf(sync.pending, answered),
    headline: headlineOf(sync.pending, answered),
    details,
  };
}

function lookOf(pending: number, answered: boolean): 'synced' | 'waiting' {
  return pending === 0 && answered ? 'synced' : 'waiting';
}

function headlineOf(pending: number, answered: boolean): SyncSentence {
  if (pending > 0) return { key: 'sync.pending', values: { count: pending } };
  return { key: answered ? 'sync.synced' : 'sync.nothingPending', values: {} };
}
