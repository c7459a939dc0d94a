import { GALLERY_PIN } from '../stage/host.ts';
import type { Stage } from '../stage/stage.ts';
import type { GalleryState } from './gallery-state.ts';

async function tryPins(stage: Stage, count: number): Promise<void> {
  for (let at = 1; at <= count; at += 1) {
    await stage.screen.type('unlock-pin', '111111');
    await stage.screen.press('unlock-submit');
    const code = at > 2 ? 'too-many-attempts' : 'wrong-pin';
    await stage.screen.see(`[data-testid=unlock-error][data-code=${code}]`);
    await stage.screen.see('[data-testid=unlock-pin][value=""]');
  }
}

async function enterPin({ screen }: Stage): Promise<void> {
  await screen.type('unlock-pin', GALLERY_PIN);
  await screen.press('unlock-submit');
}

async function fillEnrolment({ screen }: Stage): Promise<void> {
  await screen.type('enrol-server', 'https://uketsuke.example.jp');
  await screen.type('enrol-code', 'ABCD-2345-WXYZ');
  await screen.type('enrol-name', '受付1');
  await screen.type('enrol-pin', GALLERY_PIN);
  await screen.type('enrol-pin-repeat', GALLERY_PIN);
  await screen.press('enrol-submit');
}

/** Everything before the desk is open. */
export const START_STATES: readonly GalleryState[] = [
  {
    id: 'start-connecting',
    screen: 'start',
    title: { ja: '準備中', en: 'Getting ready' },
    setUp: { start: 'connecting' },
    steps: ({ screen }) => screen.see('.start'),
  },
  {
    id: 'start-another-window',
    screen: 'start',
    title: { ja: '別の画面で開いている', en: 'Open in another window' },
    setUp: { start: 'another-window' },
    steps: ({ screen }) => screen.see('[data-trouble=another-window]'),
  },
  {
    id: 'start-host-gone',
    screen: 'start',
    title: { ja: '受付プログラムがない', en: 'Host gone' },
    setUp: { start: 'host-gone' },
    steps: ({ screen }) => screen.see('[data-trouble=host-gone]'),
  },
  {
    id: 'enrolment-empty',
    screen: 'enrolment',
    title: { ja: '未入力', en: 'Empty' },
    setUp: { vault: 'empty' },
    steps: ({ screen }) => screen.see('[data-testid=enrol-submit]'),
    isAlsoLow: true,
  },
  {
    id: 'enrolment-faults',
    screen: 'enrolment',
    title: { ja: '入力の誤り', en: 'Faults at the fields' },
    setUp: { vault: 'empty' },
    steps: async ({ screen }) => {
      await screen.type('enrol-pin', '111111');
      await screen.press('enrol-submit');
      await screen.see('[slot=errorMessage]');
    },
    isAlsoLow: true,
  },
  {
    id: 'enrolment-working',
    screen: 'enrolment',
    title: { ja: '登録中', en: 'Enrolling' },
    setUp: { vault: 'empty', enrolment: 'pending' },
    steps: async (stage) => {
      await fillEnrolment(stage);
      await stage.screen.see('[data-testid=enrol-submit][disabled]');
    },
  },
  ...(['enrolment-code-invalid', 'server-unreachable'] as const).map(
    (code): GalleryState => ({
      id: `enrolment-${code === 'server-unreachable' ? code : 'refused'}`,
      screen: 'enrolment',
      title: {
        'enrolment-code-invalid': { ja: '使えないコード', en: 'Code refused' },
        'server-unreachable': { ja: 'サーバーにつながらない', en: 'Server not reached' },
      }[code],
      setUp: { vault: 'empty', enrolment: code },
      steps: async (stage) => {
        await fillEnrolment(stage);
        await stage.screen.see(`[data-testid=enrol-error][data-code=${code}]`);
      },
    }),
  ),
  {
    id: 'unlock-empty',
    screen: 'unlock',
    title: { ja: '未入力', en: 'Empty' },
    steps: ({ screen }) => screen.see('[data-testid=unlock-submit]'),
    isAlsoLow: true,
  },
  {
    id: 'unlock-wrong-pin',
    screen: 'unlock',
    title: { ja: '暗証番号が違う', en: 'Wrong PIN' },
    steps: (stage) => tryPins(stage, 1),
  },
  {
    id: 'unlock-too-many-attempts',
    screen: 'unlock',
    title: { ja: '入力を待たされる', en: 'Too many attempts' },
    steps: (stage) => tryPins(stage, 3),
  },
  {
    id: 'unlock-scanned',
    screen: 'unlock',
    title: { ja: '開く前に読み取った', en: 'Scanned before unlocking' },
    steps: async ({ screen }) => {
      await screen.see('[data-testid=unlock-submit]');
      screen.scan('UKE1ABCDEFGHIJKLMNOPQRSTUVWXYZ234567');
      await screen.see('[data-testid=unlock-scanned]');
    },
  },
  {
    id: 'unlock-vault-damaged',
    screen: 'unlock',
    title: { ja: '登録の情報が壊れている', en: 'Vault damaged' },
    setUp: { vault: 'damaged' },
    steps: async (stage) => {
      await enterPin(stage);
      await stage.screen.see('[data-testid=unlock-error][data-code=vault-damaged]');
    },
  },
  {
    id: 'unlock-opening',
    screen: 'unlock',
    title: { ja: '開いている途中', en: 'Opening' },
    setUp: { opening: { done: 12_400, total: 31_000 } },
    steps: async (stage) => {
      await enterPin(stage);
      await stage.screen.see('.progress');
    },
  },
  {
    id: 'unlock-language-menu',
    screen: 'unlock',
    title: { ja: '言語メニュー', en: 'Language menu' },
    steps: async ({ screen }) => {
      // The screens before have such a button, too.
      await screen.see('[data-testid=unlock-submit]');
      await screen.press('language');
      await screen.see('.menu-popover');
    },
  },
];
