import { CARD_REFUSALS, type CardRefusal } from '@uketsuke/shared/errors';
import { SCANNER_TEST_CODE } from '../../src/devices/scanner-text.ts';
import { householdNamed, householdOf, onAnotherPhone } from '../stage/households.ts';
import type { Stage } from '../stage/stage.ts';
import type { CameraSetUp } from '../stage/still-camera.ts';
import { atDesk, type GalleryState } from './gallery-state.ts';

const LONG_NAMES = householdNamed([
  {
    written: '勘解由小路 龍之介左衛門尉義兼',
    kana: 'カデノコウジ リュウノスケサエモンノジョウヨシカネ',
    needs: [
      { kind: 'other', detail: '人工呼吸器の電源が必要。ふだんは西側の部屋で過ごす' },
      { kind: 'mobility', detail: 'wheelchair' },
      { kind: 'medication', detail: 'oxygen' },
    ],
  },
  {
    written: 'MARIA ISABELLA DE LOS SANTOS VILLANUEVA-RODRIGUEZ',
    kana: 'マリア イサベラ デ ロス サントス ビジャヌエバロドリゲス',
    needs: [{ kind: 'language', detail: 'tl' }],
  },
]);

const WITH_NEEDS = householdNamed([
  {
    written: '緒方 千代',
    kana: 'オガタ チヨ',
    born: '1938-05-03',
    needs: [
      { kind: 'care-level', detail: 'care-3' },
      { kind: 'mobility', detail: 'wheelchair' },
      { kind: 'medication', detail: 'daily' },
    ],
  },
  {
    written: '緒方 美咲',
    kana: 'オガタ ミサキ',
    born: '1996-11-30',
    needs: [
      { kind: 'pregnancy', detail: 'pregnant' },
      { kind: 'allergy', detail: 'buckwheat' },
      { kind: 'pet', detail: 'dog' },
    ],
  },
]);

const SCANNER_SAID = {
  works: { ja: '読み取り機が動いた', en: 'A scanner works' },
  torn: { ja: 'コードが途中で切れた', en: 'The code broke off' },
  'no-code': { ja: 'コードにならない入力', en: 'Keys that make no code' },
} as const;

/** Shows a card that is refused in this way. */
const SHOW_REFUSED: Readonly<Record<CardRefusal, (stage: Stage) => unknown>> = {
  'not-ours': ({ screen }) => screen.scan('HTTPS://EXAMPLE.ORG/'),
  damaged: ({ screen }) => screen.scan('UKE1ABCDEFGH'),
  foreign: (stage) => stage.showCard(householdOf(20, 2), { from: 'other-city' }),
  'unknown-issuer': (stage) => stage.showCard(householdOf(20, 2), { from: 'unknown-issuer' }),
  forged: (stage) => stage.showCard(householdOf(20, 2), { from: 'impostor' }),
  'too-new': ({ screen }) => screen.scan('UKE3ABCDEFGH'),
  revoked: (stage) => stage.showRevokedCard(householdOf(20, 2)),
  superseded: (stage) => stage.showReplacedCard(householdOf(20, 2)),
};

const REFUSAL_TITLES: Readonly<Record<CardRefusal, GalleryState['title']>> = {
  'not-ours': { ja: '受付用のカードではない', en: 'Not one of our cards' },
  damaged: { ja: '途中までしか読めない', en: 'Damaged' },
  foreign: { ja: 'ほかの市町村のカード', en: 'Of another city' },
  'unknown-issuer': { ja: '発行元が分からない', en: 'Issuer not known' },
  forged: { ja: '書き換えられたカード', en: 'Forged' },
  'too-new': { ja: '新しい形式', en: 'Too new' },
  revoked: { ja: '取り消されたカード', en: 'Revoked' },
  superseded: { ja: '新しいカードがある', en: 'Superseded' },
};

const NOT_RECORDED = {
  'disk-full': { ja: '空き容量不足で記録できない', en: 'Not recorded: disk full' },
  'journal-failed': { ja: '控えを保存できない', en: 'Not recorded: journal' },
  'store-failed': { ja: '名簿を保存できない', en: 'Not recorded: store' },
} as const;

const CAMERA: Readonly<Record<Exclude<CameraSetUp, 'picture'>, GalleryState['title']>> = {
  starting: { ja: '準備中', en: 'Starting' },
  denied: { ja: '許可されていない', en: 'Not allowed' },
  none: { ja: 'カメラがない', en: 'No camera' },
  busy: { ja: 'ほかが使っている', en: 'In use elsewhere' },
  unplugged: { ja: '外れた', en: 'Unplugged' },
  'no-picture': { ja: '映像が来ない', en: 'No picture' },
  frozen: { ja: 'カメラの映像が止まった', en: 'Picture stands still' },
  unsupported: { ja: 'この画面では使えない', en: 'Not supported' },
};

/** Somebody was admitted, and the question whether to undo it stands. */
async function askToUndo(stage: Stage): Promise<void> {
  await stage.showCard(householdOf(10, 3));
  await stage.result('admitted');
  await stage.screen.press('undo');
  await stage.screen.see('[data-testid=undo-confirm]');
}

/** A family comes with the card of another phone, and the question who they are stands. */
async function askAboutFamily(stage: Stage): Promise<void> {
  await stage.showCard(onAnotherPhone(householdOf(3, 4)));
  await stage.panel('same-person');
}

function admitted(
  id: string,
  title: GalleryState['title'],
  show: (stage: Stage) => Promise<void>,
  more: Partial<GalleryState> = {},
): GalleryState {
  return atDesk({
    id,
    screen: 'reception',
    title,
    steps: async (stage) => {
      await show(stage);
      await stage.result('admitted');
    },
    ...more,
  });
}

/** The desk at work with QR cards. */
export const RECEPTION_STATES: readonly GalleryState[] = [
  atDesk({
    id: 'reception-first',
    screen: 'reception',
    title: { ja: 'まだ受付がない', en: 'Nobody yet' },
    setUp: { past: [] },
  }),
  atDesk({
    id: 'reception-ready',
    screen: 'reception',
    title: { ja: '次のカードを待つ', en: 'Ready for a card' },
    isAlsoLow: true,
  }),
  atDesk({
    id: 'reception-long-shelter-name',
    screen: 'reception',
    title: { ja: '長い避難所名', en: 'Long shelter name' },
    setUp: { shelterName: '熊本市立東部地域防災コミュニティセンター併設健軍東小学校体育館および武道場' },
  }),
  atDesk({
    id: 'reception-working',
    screen: 'reception',
    title: { ja: '記録している', en: 'Recording' },
    steps: async (stage) => {
      stage.kiosk.host.nextJournalOutcome = 'pending';
      await stage.showCard(householdOf(10, 1));
      await stage.screen.see('[data-testid=ready][data-working=true]');
    },
  }),
  admitted('reception-admitted-one', { ja: '1人を受付', en: 'One admitted' }, (stage) =>
    stage.showCard(householdOf(14, 1)),
  ),
  admitted(
    'reception-admitted-family',
    { ja: '家族を受付', en: 'Family admitted' },
    (stage) => stage.showCard(householdOf(10, 4)),
    { isAlsoLow: true },
  ),
  admitted(
    'reception-admitted-with-needs',
    { ja: '配慮が必要な人', en: 'With needs' },
    (stage) => stage.showCard(WITH_NEEDS),
    { isAlsoLow: true },
  ),
  admitted('reception-admitted-in-car', { ja: '車中泊で受付', en: 'Admitted to a car' }, async (stage) => {
    await stage.screen.press('stay-car');
    await stage.showCard(householdOf(12, 2));
  }),
  admitted(
    'reception-admitted-large',
    { ja: '大家族', en: 'Large household' },
    (stage) => stage.showCard(householdOf(11, 12)),
    { isAlsoLow: true },
  ),
  admitted(
    'reception-admitted-long-names',
    { ja: '長い名前', en: 'Long names' },
    (stage) => stage.showCard(LONG_NAMES),
    { isAlsoLow: true },
  ),
  admitted('reception-admitted-expired', { ja: '期限切れのカード', en: 'Card expired' }, (stage) =>
    stage.showCard(householdOf(13, 2), { yearsAgo: 6 }),
  ),
  admitted(
    'reception-admitted-expiry-not-known',
    { ja: '時計がずれていて期限が分からない', en: 'Expiry not known' },
    (stage) => stage.showCard(householdOf(13, 2), { yearsAgo: 5 }),
    { setUp: { server: 'not-at-all', isClockYearBehind: true } },
  ),
  admitted('reception-admitted-rest', { ja: '家族の一部が受付済み', en: 'Some were here before' }, async (stage) => {
    const household = householdOf(5, 3);
    const [later] = householdOf(15, 1).members;
    await stage.showCard({ ...household, members: [...household.members, ...(later === undefined ? [] : [later])] });
  }),
  atDesk({
    id: 'reception-returned',
    screen: 'reception',
    title: { ja: '外出から戻った', en: 'Came back' },
    steps: async (stage) => {
      await stage.everybodyStepsOut();
      await stage.showCard(householdOf(3, 4));
      await stage.result('returned');
    },
  }),
  atDesk({
    id: 'reception-already-admitted',
    screen: 'reception',
    title: { ja: '受付済み', en: 'Here already' },
    steps: async (stage) => {
      await stage.showCard(householdOf(3, 4));
      await stage.result('already-admitted');
    },
  }),
  atDesk({
    id: 'reception-same-person',
    screen: 'reception',
    title: { ja: '同じ人か尋ねる', en: 'The same person?' },
    steps: async (stage) => {
      await stage.showCard(onAnotherPhone(householdOf(2, 1)));
      await stage.panel('same-person');
    },
  }),
  atDesk({
    id: 'reception-same-family',
    screen: 'reception',
    title: { ja: '同じ家族か尋ねる', en: 'The same family?' },
    steps: askAboutFamily,
    isAlsoLow: true,
  }),
  atDesk({
    id: 'reception-same-some',
    screen: 'reception',
    title: { ja: '家族の一部だけ同じ', en: 'Only some are the same' },
    steps: async (stage) => {
      await askAboutFamily(stage);
      await stage.screen.press('same-choice');
      stage.screen.scan('UKE1ABCDEFGH');
      await stage.screen.see('[data-testid=same-waiting]');
    },
  }),
  ...CARD_REFUSALS.map((refusal) =>
    atDesk({
      id: `reception-refused-${refusal}`,
      screen: 'reception',
      title: REFUSAL_TITLES[refusal],
      steps: async (stage) => {
        await SHOW_REFUSED[refusal](stage);
        await stage.screen.see(`[data-testid=result][data-refusal=${refusal}]`);
      },
    }),
  ),
  ...(['disk-full', 'journal-failed', 'store-failed'] as const).map((reason) =>
    atDesk({
      id: `reception-not-recorded-${reason}`,
      screen: 'reception',
      title: NOT_RECORDED[reason],
      steps: async (stage) => {
        stage.failToRecord(reason);
        await stage.showCard(householdOf(10, 3));
        await stage.screen.see(`[data-testid=result][data-reason=${reason}]`);
      },
    }),
  ),
  atDesk({
    id: 'reception-undo-question',
    screen: 'reception',
    title: { ja: '取り消しの確認', en: 'Undo asked' },
    steps: askToUndo,
    isAlsoLow: true,
  }),
  atDesk({
    id: 'reception-undone',
    screen: 'reception',
    title: { ja: '取り消した', en: 'Undone' },
    steps: async (stage) => {
      await askToUndo(stage);
      await stage.screen.press('undo-confirm');
      await stage.result('undone');
    },
  }),
  atDesk({
    id: 'reception-undo-not-recorded',
    screen: 'reception',
    title: { ja: '取り消しを記録できない', en: 'Undo not recorded' },
    steps: async (stage) => {
      await askToUndo(stage);
      stage.failToRecord('disk-full');
      await stage.screen.press('undo-confirm');
      await stage.screen.see('[data-testid=result][data-reason=disk-full]');
    },
  }),
  atDesk({
    id: 'reception-language-menu',
    screen: 'reception',
    title: { ja: '言語メニュー', en: 'Language menu' },
    steps: async ({ screen }) => {
      await screen.press('language');
      await screen.see('.menu-popover');
    },
  }),
  ...(['starting', 'denied', 'none', 'busy', 'unplugged', 'no-picture', 'frozen', 'unsupported'] as const).map(
    (camera) =>
      atDesk({
        id: `camera-${camera}`,
        screen: 'camera',
        title: CAMERA[camera],
        setUp: { camera },
        steps: async (stage) => {
          if (camera === 'frozen') await stage.screen.see('[data-fault=frozen]');
          if (camera !== 'unplugged') return;
          stage.camera?.unplug();
          await stage.screen.see('[data-testid=scan-screen][data-camera=failed]');
        },
      }),
  ),
  atDesk({
    id: 'camera-menu',
    screen: 'camera',
    title: { ja: 'カメラを選ぶ', en: 'Choosing a camera' },
    steps: async ({ screen }) => {
      await screen.press('camera-choice');
      await screen.see('.menu-popover');
    },
  }),
  ...(['works', 'torn', 'no-code'] as const).map((said) =>
    atDesk({
      id: `scanner-${said}`,
      screen: 'reception',
      title: SCANNER_SAID[said],
      steps: async ({ screen }) => {
        const typed = { works: SCANNER_TEST_CODE, torn: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 'no-code': '123' }[said];
        for (const key of [...typed, 'Enter']) screen.key(key);
        await screen.see(`[data-testid=scanner-said][data-kind=${said}]`);
      },
    }),
  ),
];
