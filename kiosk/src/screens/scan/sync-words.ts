import type { DeskSnapshot } from '../../desk/desk-view.ts';
import { isAllAtCity, type SyncState } from '../../sync/sync-state.ts';
import {
  concernsOf,
  GO_ON,
  isCutOff,
  type Severity,
  type SyncConcern,
  type SyncSentence,
  sentence,
} from './sync-concerns.ts';

/** More than two things to do at a time nobody does; the others stand in the details. */
const TODOS_SHOWN = 2;

/**
 * The sync line in words. `look` is `synced` only when everything is known to be at headquarters (SYN-1, SYN-8): what
 * only the hub has acknowledged is not, nor is what was set aside.
 */
export interface SyncWords {
  readonly look: 'synced' | Severity;
  readonly headline: SyncSentence;
  /** Whether the desk can go on, then what to do: at most three sentences. */
  readonly main: readonly SyncSentence[];
  /** Why, since when, and when the peer answered last: on demand. */
  readonly details: readonly SyncSentence[];
}

/**
 * Says how many records have not arrived, whether the desk can go on, what to do, and in the details why (DSK-1).
 * @param formatTime writes a UTC time for the staff
 */
export function syncWordsOf(
  { sync, clock }: Pick<DeskSnapshot, 'sync' | 'clock'>,
  formatTime: (utc: string) => string,
): SyncWords {
  const isAllDone = isAllAtCity(sync);
  const concerns = concernsOf({ sync, clock });
  const [worst] = concerns;
  const { shown, left } = todosOf(concerns);
  const relay = sync.peer === 'hub' && sync.pending === 0 && !isAllDone ? relayWords(sync, formatTime) : [];
  const headline = headlineOf(sync, isAllDone);
  const main = [...goOnOf(concerns), ...shown, ...(concerns.length === 0 ? relay : [])];
  const details = [
    ...concerns.map(({ why }) => why),
    ...left,
    ...(concerns.length === 0 ? [] : relay),
    ...pendingWords(sync, headline, formatTime),
    ...lastExchangeWords(sync, headline, formatTime),
  ];
  return { look: worst?.severity ?? (isAllDone ? 'synced' : 'waiting'), headline, main, details };
}

function headlineOf(sync: SyncState, isAllDone: boolean): SyncSentence {
  const { pending, peer, lastExchangeAt, quarantined, quarantinedAtCity } = sync;
  if (isAllDone) return sentence('sync.synced');
  if (isCutOff(sync)) return sentence('sync.cannotSend');
  if (quarantinedAtCity > 0) return sentence('sync.notOnRoster', { count: quarantinedAtCity });
  if (peer === 'hub' && quarantined > 0) return sentence('sync.notAtHub', { count: quarantined });
  if (pending > 0) return sentence(peer === 'hub' ? 'sync.pendingHub' : 'sync.pending', { count: pending });
  if (lastExchangeAt === null) return sentence('sync.neverAnswered');
  return sentence(peer === 'hub' ? 'sync.atHub' : 'sync.nothingPending');
}

/** Whether the desk can go on, by what allows it least. */
function goOnOf(concerns: readonly SyncConcern[]): SyncSentence[] {
  const found = GO_ON.findLast((key) => concerns.some(({ goOn }) => goOn === key));
  return found === undefined ? [] : [sentence(found)];
}

/** What to do, the most urgent first; what goes on by itself is said only where there is nothing to do. */
function todosOf(concerns: readonly SyncConcern[]): { shown: SyncSentence[]; left: SyncSentence[] } {
  const isUrgent = concerns[0]?.severity !== 'waiting';
  const first = concerns.filter(({ severity }) => !isUrgent || severity !== 'waiting');
  const shown = [...new Set(first.map(({ todo }) => todo))].slice(0, isUrgent ? TODOS_SHOWN : 1);
  const left = [...new Set(concerns.map(({ todo }) => todo))].filter((todo) => !shown.includes(todo));
  return { shown: shown.map((key) => sentence(key)), left: left.map((key) => sentence(key)) };
}

/** What the hub says of its own way to headquarters; what it does not say is told as not known. */
function relayWords({ relay }: SyncState, formatTime: (utc: string) => string): SyncSentence[] {
  // Nothing waits at the hub, and yet something of ours is not known to be at headquarters.
  if (relay === null || relay.pending === null || relay.pending === 0) return [sentence('sync.relay.unknown')];
  const said = [sentence('sync.relay.pending', { count: relay.pending })];
  if (relay.oldestPendingAt !== null) {
    said.push(sentence('sync.relay.pendingSince', { time: formatTime(relay.oldestPendingAt) }));
  }
  return said;
}

function pendingWords(sync: SyncState, headline: SyncSentence, formatTime: (utc: string) => string): SyncSentence[] {
  const { pending, peer, oldestPendingAt, trouble, lastExchangeAt } = sync;
  if (pending === 0) return [];
  const counted = sentence(peer === 'hub' ? 'sync.pendingHub' : 'sync.pending', { count: pending });
  const said = headline.key === counted.key ? [] : [counted];
  if (oldestPendingAt !== null) said.push(sentence('sync.pendingSince', { time: formatTime(oldestPendingAt) }));
  if (trouble === null && lastExchangeAt !== null) said.push(sentence('sync.sending'));
  return said;
}

function lastExchangeWords(
  { peer, lastExchangeAt }: SyncState,
  headline: SyncSentence,
  formatTime: (utc: string) => string,
): SyncSentence[] {
  if (lastExchangeAt !== null) {
    return [sentence(`sync.lastExchange.${peer ?? 'city'}`, { time: formatTime(lastExchangeAt) })];
  }
  return headline.key === 'sync.neverAnswered' ? [] : [sentence('sync.neverAnswered')];
}
