import type { SyncTrouble } from '@uketsuke/shared/errors';
import type { DeskSnapshot } from '../../desk/desk-view.ts';
import type { WordKey } from '../../i18n/word-key.ts';
import type { SyncState } from '../../sync/sync-state.ts';

/** How bad it is for the desk: it mends itself, somebody here can mend it, or headquarters has to be called. */
export const SEVERITIES = ['waiting', 'act', 'call'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One sentence of the sync line: a key of the catalogue and what fills it. */
export interface SyncSentence {
  readonly key: WordKey;
  readonly values: { readonly count?: number; readonly time?: string };
}

/** Whether the desk can go on; the later, the less it can. */
export const GO_ON = ['sync.goOn.yes', 'sync.goOn.kept', 'sync.goOn.whenGreen', 'sync.goOn.elsewhere'] as const;

/** Something that keeps records from headquarters, or may: how bad, whether the desk goes on, what to do, and why. */
export interface SyncConcern {
  readonly severity: Severity;
  readonly goOn: (typeof GO_ON)[number];
  readonly todo: WordKey;
  readonly why: SyncSentence;
}

type Advice = Omit<SyncConcern, 'why'>;

const OF_ITSELF: Advice = { severity: 'waiting', goOn: 'sync.goOn.kept', todo: 'sync.todo.whenBack' };
const FREE_DISK: Advice = { severity: 'act', goOn: 'sync.goOn.whenGreen', todo: 'sync.todo.freeDisk' };
const SET_CLOCK: Advice = { severity: 'act', goOn: 'sync.goOn.yes', todo: 'sync.todo.setClock' };
const CALL: Advice = { severity: 'call', goOn: 'sync.goOn.yes', todo: 'sync.todo.callHq' };
/** What is admitted here does not get onto headquarters' roster: better not to go on here (SYN-7). */
const ELSEWHERE: Advice = { severity: 'call', goOn: 'sync.goOn.elsewhere', todo: 'sync.todo.withdrawn' };

const AT_CITY: Readonly<Record<SyncTrouble, Advice>> = {
  'no-network': OF_ITSELF,
  'server-unreachable': OF_ITSELF,
  'server-failing': { ...OF_ITSELF, todo: 'sync.todo.whenMended' },
  'answers-strangely': { severity: 'act', goOn: 'sync.goOn.kept', todo: 'sync.todo.signIn' },
  'device-revoked': ELSEWHERE,
  'device-unknown': ELSEWHERE,
  'store-failed': FREE_DISK,
  'clock-off': SET_CLOCK,
};

const AT_HUB: Readonly<Record<SyncTrouble, Advice>> = {
  'no-network': OF_ITSELF,
  'server-unreachable': { severity: 'act', goOn: 'sync.goOn.yes', todo: 'sync.todo.checkHub' },
  'server-failing': { severity: 'act', goOn: 'sync.goOn.yes', todo: 'sync.todo.restartHub' },
  'answers-strangely': { severity: 'act', goOn: 'sync.goOn.yes', todo: 'sync.todo.scanHub' },
  'device-revoked': CALL,
  'device-unknown': { ...CALL, todo: 'sync.todo.enrolAgain' },
  'store-failed': FREE_DISK,
  'clock-off': SET_CLOCK,
};

/** What is wrong with this laptop itself is the same for both peers. */
const OF_THE_LAPTOP: readonly (SyncTrouble | null)[] = ['no-network', 'store-failed', 'clock-off'];

/** All that is wrong, the worst first. */
export function concernsOf({ sync, clock }: Pick<DeskSnapshot, 'sync' | 'clock'>): SyncConcern[] {
  const found = [...setAside(sync), ...troubles(sync), ...ofRelay(sync)];
  if (clock !== 'good' && sync.trouble !== 'clock-off' && sync.hubTrouble !== 'clock-off') {
    found.push({ ...SET_CLOCK, why: sentence(`sync.clock.${clock}`) });
  }
  return found.sort((one, other) => SEVERITIES.indexOf(other.severity) - SEVERITIES.indexOf(one.severity));
}

/** Whether nothing that this kiosk records gets to headquarters until a person there does something. */
export function isCutOff({ trouble, hubTrouble, peer }: SyncState): boolean {
  if (trouble === 'device-revoked' || (trouble === 'device-unknown' && peer !== 'hub')) return true;
  // The hub was told of it, and the city cannot be asked.
  return hubTrouble === 'device-revoked' && trouble !== null;
}

export function sentence(key: WordKey, values: SyncSentence['values'] = {}): SyncSentence {
  return { key, values };
}

function setAside({ quarantinedAtCity, quarantined, peer }: SyncState): SyncConcern[] {
  const found: SyncConcern[] = [];
  if (quarantinedAtCity > 0) {
    found.push({ ...CALL, why: sentence('sync.quarantined', { count: quarantinedAtCity }) });
  }
  if (peer === 'hub' && quarantined > 0) {
    found.push({ ...CALL, why: sentence('sync.quarantinedByHub', { count: quarantined }) });
  }
  return found;
}

/** Why it fails: with the peer in use, and why the hub is not that peer. */
function troubles(sync: SyncState): SyncConcern[] {
  const { peer, trouble, hubTrouble } = sync;
  const found: SyncConcern[] = [];
  const atHub = (code: SyncTrouble): SyncConcern => ({
    ...(code === 'device-revoked' && isCutOff(sync) ? ELSEWHERE : AT_HUB[code]),
    why: sentence(`sync.hubTrouble.${code}`),
  });
  if (trouble !== null) {
    found.push(peer === 'hub' ? atHub(trouble) : { ...AT_CITY[trouble], why: sentence(`sync.trouble.${trouble}`) });
  }
  const isSaid = hubTrouble === trouble && OF_THE_LAPTOP.includes(trouble);
  if (hubTrouble !== null && peer !== 'hub' && !isSaid) found.push(atHub(hubTrouble));
  return found;
}

/** The hub has no way to headquarters: it sends by itself when it has. */
function ofRelay({ peer, relay }: SyncState): SyncConcern[] {
  if (peer !== 'hub' || relay === null || relay.connected) return [];
  const advice = { severity: 'waiting', goOn: 'sync.goOn.yes', todo: 'sync.todo.whenHubIsBack' } as const;
  return [{ ...advice, why: sentence('sync.relay.noWay') }];
}
