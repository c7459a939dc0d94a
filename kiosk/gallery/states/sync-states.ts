import type { RelayState } from '@uketsuke/shared/contracts';
import { householdOf } from '../stage/households.ts';
import type { KioskSetUp } from '../stage/kiosk-set-up.ts';
import type { ServerAnswers } from '../stage/server.ts';
import type { Stage } from '../stage/stage.ts';
import { atDesk, type GalleryState, MORNING } from './gallery-state.ts';

const PASSED_ON: RelayState = {
  connected: true,
  pending: 0,
  oldestPendingAt: null,
  lastExchangeAt: '2026-11-22T01:20:00.000Z',
};
const NO_WAY: RelayState = {
  connected: false,
  pending: 14,
  oldestPendingAt: '2026-11-22T00:31:00.000Z',
  lastExchangeAt: null,
};

/** Three households came while the server did not answer. */
async function admitThree(stage: Stage): Promise<void> {
  for (let at = 1; at <= 3; at += 1) {
    stage.clock.set(stage.clock.at(`10:${30 + at}`));
    await stage.admit(householdOf(30 + at, 1));
  }
  await stage.settled();
}

/** Waits until the desk knows: an exchange on its way would be the last that worked, at a time that is chance. */
async function beginAnswering(stage: Stage, answers: ServerAnswers): Promise<void> {
  stage.kiosk.server.answers = answers;
  await stage.settled();
}

/** The server answered in the morning and then began to answer like this. */
function laterAnswering(answers: ServerAnswers): (stage: Stage) => Promise<void> {
  return async (stage) => {
    await beginAnswering(stage, answers);
    await admitThree(stage);
  };
}

function line(
  id: string,
  title: GalleryState['title'],
  setUp: KioskSetUp,
  steps?: (stage: Stage) => Promise<unknown>,
  isAlsoLow = false,
): GalleryState {
  return atDesk({
    id: `sync-${id}`,
    screen: 'sync',
    title,
    setUp,
    isAlsoLow,
    ...(steps === undefined ? {} : { steps }),
  });
}

/** Somebody asks why. */
async function openDetails({ screen }: Stage): Promise<void> {
  await screen.press('sync-more');
  await screen.see('[data-testid=sync-details]');
}

/** Everything is wrong at once: set aside, the clock off, the server failing. */
async function everythingAtOnce(stage: Stage): Promise<void> {
  stage.kiosk.server.putsAside = true;
  await stage.admit(householdOf(30, 1));
  await stage.until('a record to be put aside', ({ sync }) => sync.quarantined > 0);
  await beginAnswering(stage, 'failing');
  await admitThree(stage);
}

/** The line at the bottom, in its calm and its troubles. */
export const SYNC_STATES: readonly GalleryState[] = [
  line('never-answered', { ja: 'まだ通信していない', en: 'Never answered' }, { server: 'not-at-all' }),
  line('unreachable', { ja: 'サーバーにつながらない', en: 'Server not reached' }, {}, laterAnswering('not-at-all')),
  line('offline', { ja: 'ネットワークがない', en: 'No network' }, { isOffline: true }),
  line('failing', { ja: 'サーバーの障害', en: 'Server failing' }, {}, laterAnswering('failing')),
  line('strange-answers', { ja: '別のものが応答', en: 'Something else answers' }, {}, laterAnswering('strangely')),
  line('device-revoked', { ja: '登録が取り消された', en: 'Device revoked' }, {}, laterAnswering('revoked')),
  line('device-unknown', { ja: '登録を知らない', en: 'Device unknown' }, {}, laterAnswering('unknown-device')),
  line('store-failed', { ja: 'このパソコンに書けない', en: 'Own store fails' }, {}, async (stage) => {
    stage.kiosk.storeFails = 'receipts';
    await stage.admit(householdOf(30, 1));
    await stage.until('the store to fail', ({ sync }) => sync.trouble === 'store-failed');
  }),
  line(
    'clock-off',
    { ja: '時計がずれて送れない', en: 'Clock off' },
    { server: 'not-at-all', isClockYearBehind: true },
    (stage) => stage.until('the clock to be blamed', ({ sync }) => sync.trouble === 'clock-off'),
  ),
  line('clock-behind', { ja: '時計が遅れている', en: 'Clock behind' }, { serverAheadMinutes: 12 }),
  line('clock-ahead', { ja: '時計が進んでいる', en: 'Clock ahead' }, { serverAheadMinutes: -12 }),
  line('put-aside', { ja: '保留にされた記録', en: 'Records put aside' }, {}, async (stage) => {
    stage.kiosk.server.putsAside = true;
    await stage.admit(householdOf(30, 1));
    await stage.until('a record to be put aside', ({ sync }) => sync.quarantined > 0);
  }),
  line(
    'everything-at-once',
    { ja: 'すべて重なる', en: 'Everything at once' },
    { serverAheadMinutes: 12 },
    everythingAtOnce,
    true,
  ),
  line('details', { ja: 'くわしく', en: 'Details' }, { serverAheadMinutes: 12 }, async (stage) => {
    await everythingAtOnce(stage);
    await openDetails(stage);
  }),
  line(
    'hub-passed-on',
    { ja: 'ハブから本部へ届いた', en: 'Passed on by the hub' },
    { hub: { answers: 'well', relay: PASSED_ON } },
  ),
  line(
    'hub-no-way',
    { ja: 'ハブが本部につながらない', en: 'Hub has no way' },
    {
      hub: { answers: 'well', relay: NO_WAY },
      server: 'not-at-all',
    },
  ),
  line(
    'hub-silent',
    { ja: 'ハブが本部を語らない', en: 'Hub does not say' },
    { hub: { answers: 'well' }, server: 'not-at-all' },
  ),
  line('hub-unreachable', { ja: 'ハブにつながらない', en: 'Hub not reached' }, { hub: { answers: 'not-at-all' } }),
  line(
    'both-unreachable',
    { ja: 'ハブにも本部にもつながらない', en: 'Neither reached' },
    {
      hub: { answers: 'not-at-all' },
      server: 'failing',
      past: MORNING,
    },
  ),
];
