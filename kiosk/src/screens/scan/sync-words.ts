import type { SyncTrouble } from '@uketsuke/shared/errors';
import type { DeskSnapshot } from '../../desk/desk-view.ts';
import type { WordKey } from '../../i18n/word-key.ts';
import { isAllAtCity, type SyncState } from '../../sync/sync-state.ts';

/** One sentence of the sync line: a key of the catalogue and what fills it. */
export interface SyncSentence {
  readonly key: WordKey;
  readonly values: { readonly count?: number; readonly time?: string };
}

/**
 * The sync line in words. `look` is `synced` only when everything is known to be at headquarters (SYN-1, SYN-8): what
 * only the hub has acknowledged is not.
 */
export interface SyncWords {
  readonly look: 'synced' | 'waiting' | 'trouble';
  readonly headline: SyncSentence;
  readonly details: readonly SyncSentence[];
}

/**
 * Says how many records have not arrived, where, since when and why.
 * @param formatTime writes a UTC time for the staff
 */
export function syncWordsOf(
  { sync, clock }: Pick<DeskSnapshot, 'sync' | 'clock'>,
  formatTime: (utc: string) => string,
): SyncWords {
  const details: SyncSentence[] = [];
  const say = (key: WordKey, values: SyncSentence['values'] = {}) => details.push({ key, values });
  const isAllDone = isAllAtCity(sync);

  if (sync.pending > 0 && sync.oldestPendingAt !== null) {
    say('sync.pendingSince', { time: formatTime(sync.oldestPendingAt) });
  }
  if (sync.peer === 'hub' && sync.pending === 0 && !isAllDone) details.push(...relayWords(sync, formatTime));
  for (const key of troubleKeys(sync)) say(key);
  if (sync.trouble === null && sync.lastExchangeAt !== null && sync.pending > 0) say('sync.sending');
  if (sync.lastExchangeAt === null) say('sync.neverAnswered');
  else say(`sync.lastExchange.${sync.peer ?? 'city'}`, { time: formatTime(sync.lastExchangeAt) });
  if (sync.quarantined > 0) {
    say(sync.peer === 'hub' ? 'sync.quarantinedByHub' : 'sync.quarantined', { count: sync.quarantined });
  }
  if (clock !== 'good') say(`sync.clock.${clock}`);
  if (sync.trouble !== null) say('sync.continues');

  const isWrong = sync.trouble !== null || sync.hubTrouble !== null || sync.quarantined > 0 || clock !== 'good';
  return {
    look: isWrong ? 'trouble' : isAllDone ? 'synced' : 'waiting',
    headline: headlineOf(sync, isAllDone),
    details,
  };
}

function headlineOf(sync: SyncState, isAllDone: boolean): SyncSentence {
  const { pending, peer, lastExchangeAt } = sync;
  if (isAllDone) return { key: 'sync.synced', values: {} };
  if (pending > 0) return { key: peer === 'hub' ? 'sync.pendingHub' : 'sync.pending', values: { count: pending } };
  const isAtHub = peer === 'hub' && lastExchangeAt !== null;
  return { key: isAtHub ? 'sync.atHub' : 'sync.nothingPending', values: {} };
}

/** What the hub says of its own way to headquarters; what it does not say is told as not known. */
function relayWords({ relay }: SyncState, formatTime: (utc: string) => string): SyncSentence[] {
  if (relay === null || relay.pending === null) return [{ key: 'sync.relay.unknown', values: {} }];
  const said: SyncSentence[] = [];
  // Nothing waits at the hub, and yet something of ours is not known to be at headquarters.
  if (relay.pending === 0) said.push({ key: 'sync.relay.unknown', values: {} });
  else said.push({ key: 'sync.relay.pending', values: { count: relay.pending } });
  if (relay.oldestPendingAt !== null) {
    said.push({ key: 'sync.pendingSince', values: { time: formatTime(relay.oldestPendingAt) } });
  }
  if (!relay.connected) said.push({ key: 'sync.relay.noWay', values: {} });
  return said;
}

/** What is wrong with this laptop itself is the same for both peers. */
const OF_THE_LAPTOP: readonly (SyncTrouble | null)[] = ['no-network', 'store-failed', 'clock-off'];

/** Why it fails: with the peer in use, and why the hub is not that peer. */
function troubleKeys({ peer, trouble, hubTrouble }: SyncState): WordKey[] {
  const keys: WordKey[] = [];
  if (trouble !== null) keys.push(peer === 'hub' ? `sync.hubTrouble.${trouble}` : `sync.trouble.${trouble}`);
  const isSaid = hubTrouble === trouble && OF_THE_LAPTOP.includes(trouble);
  if (hubTrouble !== null && peer !== 'hub' && !isSaid) keys.push(`sync.hubTrouble.${hubTrouble}`);
  return keys;
}
