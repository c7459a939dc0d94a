import { HUB_REFUSALS } from '@uketsuke/shared/errors';
import { hubCode } from '@uketsuke/shared/hub';
import { HUB_ORIGIN, type HubAnswer } from '../stage/hubs.ts';
import type { Stage } from '../stage/stage.ts';
import { atDesk, type GalleryState } from './gallery-state.ts';

function setting(
  id: string,
  title: GalleryState['title'],
  steps: (stage: Stage) => Promise<unknown>,
  more: Partial<GalleryState> = {},
): GalleryState {
  return atDesk({
    id: `settings-${id}`,
    screen: 'settings',
    title,
    steps: async (stage) => {
      await stage.screen.press('settings-open');
      await stage.screen.see(`[data-testid=hub-${stage.kiosk.host.hubInUse === null ? 'none' : 'in-use'}]`);
      await steps(stage);
    },
    ...more,
  });
}

/** A hub is looked for by its address; this is what answers. */
async function find(stage: Stage, answer: HubAnswer): Promise<void> {
  await stage.nextHub(answer);
  await stage.screen.type('hub-address', '192.168.1.20:8443');
  await stage.screen.press('hub-find');
}

const REFUSED: Readonly<Record<(typeof HUB_REFUSALS)[number] | 'hub-unreachable', GalleryState['title']>> = {
  malformed: { ja: 'ハブの証明を読めない', en: 'Hub: credential malformed' },
  'bad-signature': { ja: '偽物のおそれ', en: 'Hub: not signed by the city' },
  'not-a-hub': { ja: 'ハブではない', en: 'Hub: not a hub' },
  'other-shelter': { ja: '別の避難所のハブ', en: 'Hub: of another shelter' },
  'other-certificate': { ja: 'なりすましのおそれ', en: 'Hub: another certificate' },
  'enrolment-outdated': { ja: '登録が古い', en: 'Hub: enrolled long ago' },
  withdrawn: { ja: '使うのをやめさせたハブ', en: 'Hub: withdrawn' },
  'hub-unreachable': { ja: 'ハブが応答しない', en: 'Hub: not reached' },
};

/** Hub and USB export. */
export const SETTINGS_STATES: readonly GalleryState[] = [
  setting('open', { ja: '開いた', en: 'Open' }, async () => undefined, { isAlsoLow: true }),
  setting('nothing-to-export', { ja: '記録がない', en: 'No records' }, async () => undefined, { setUp: { past: [] } }),
  setting('enrolled-long-ago', { ja: '登録が古い(USB)', en: 'USB: enrolled long ago' }, async () => undefined, {
    setUp: { isEnrolledLongAgo: true },
  }),
  setting('hub-in-use', { ja: 'ハブを使っている', en: 'Hub in use' }, async () => undefined, {
    setUp: { hub: { answers: 'well' } },
  }),
  setting('hub-finding', { ja: 'ハブを探している', en: 'Looking for a hub' }, async (stage) => {
    await find(stage, 'pending');
    await stage.screen.see('[data-testid=hub][data-step=finding]');
  }),
  atDesk({
    id: 'settings-hub-found',
    screen: 'settings',
    title: { ja: 'ハブのQRを見せた', en: 'Hub found by its QR' },
    steps: async ({ screen }) => {
      await screen.press('settings-open');
      await screen.see('[data-testid=hub-none]');
      screen.scan(hubCode([HUB_ORIGIN]));
      await screen.see('[data-testid=hub-found]');
      await screen.see('[data-testid=hub-none]');
    },
    isAlsoLow: true,
  }),
  setting('hub-connected', { ja: 'ハブにつないだ', en: 'Hub connected' }, async (stage) => {
    stage.kiosk.hub.answers = 'well';
    await find(stage, 'hub');
    await stage.screen.press('hub-use');
    await stage.screen.see('[data-testid=hub][data-step=connected]');
    await stage.screen.see('[data-testid=hub-in-use]');
  }),
  setting(
    'hub-disconnected',
    { ja: 'ハブをやめた', en: 'Hub given up' },
    async ({ screen }) => {
      await screen.press('hub-forget');
      await screen.see('[data-testid=hub][data-step=disconnected]');
      await screen.see('[data-testid=hub-none]');
    },
    { setUp: { hub: { answers: 'well' } } },
  ),
  ...([...HUB_REFUSALS, 'hub-unreachable'] as const).map((refusal) =>
    setting(
      `hub-${refusal}`,
      REFUSED[refusal],
      async (stage) => {
        await find(stage, refusal);
        await stage.screen.see(`[data-testid=hub-error][data-code=${refusal}]`);
      },
      refusal === 'enrolment-outdated' ? { setUp: { isEnrolledLongAgo: true } } : {},
    ),
  ),
  setting(
    'exported',
    { ja: 'ファイルに保存した', en: 'Exported' },
    async ({ screen }) => {
      await screen.press('usb-all');
      await screen.press('usb-save');
      await screen.see('[data-testid=usb-saved]');
    },
    { isAlsoLow: true },
  ),
  setting('scanner', { ja: '読み取り機', en: 'Scanners' }, async ({ screen }) => {
    (await screen.see('[data-testid=scanner]')).scrollIntoView();
  }),
];
