import type { CardAttributes } from '@uketsuke/shared/my-number-card';
import { birthDateSchema } from '@uketsuke/shared/person';
import type { CardReaderState } from '../../host/card-reader/card-reader.ts';
import { householdOf } from '../stage/households.ts';
import type { Stage } from '../stage/stage.ts';
import { atDesk, type GalleryState } from './gallery-state.ts';

const HANAKO: CardAttributes = {
  name: '熊本 花子',
  address: '熊本県熊本市中央区手取本町１番１号',
  birthDate: birthDateSchema.parse('1980-02-17'),
  sex: 'female',
};

function atReader(
  id: string,
  title: GalleryState['title'],
  steps: (stage: Stage) => Promise<unknown>,
  more: Partial<GalleryState> = {},
): GalleryState {
  return atDesk({ id: `my-number-${id}`, screen: 'my-number', title, steps, ...more });
}

const READER_TITLES = {
  'no-pcsc': { ja: 'リーダーの部品がない', en: 'No PC/SC' },
  'service-stopped': { ja: 'リーダーの部品が止まっている', en: 'Service stopped' },
  'no-reader': { ja: 'リーダーがない', en: 'No reader' },
} as const;

/** A card that cannot be read, or is none. */
const TROUBLES: readonly (readonly [
  CardReaderState['kind'] & ('phone' | 'other-card' | 'unreadable' | 'removed-early'),
  GalleryState['title'],
])[] = [
  ['phone', { ja: 'スマートフォン', en: 'A phone' }],
  ['other-card', { ja: '別のカード', en: 'Another card' }],
  ['unreadable', { ja: '読めないカード', en: 'Not readable' }],
  ['removed-early', { ja: '途中で離れた', en: 'Removed early' }],
];

async function layUnlinked(stage: Stage): Promise<void> {
  await stage.layCard('花子');
  await stage.panel('choose');
}

/** The PIN is wrong, and the card gives so many tries more. */
async function enterWrongPin(stage: Stage, triesLeft: number): Promise<void> {
  await layUnlinked(stage);
  await stage.typeDigits('pin', '1234');
  stage.kiosk.host.cardReader.answer({ kind: 'wrong', triesLeft });
  await stage.screen.press('my-number-submit');
  await stage.screen.see('[data-testid=my-number-wrong]');
}

/** Hanako was admitted by PIN, and is offered to register her card. */
async function admitByPin(stage: Stage): Promise<void> {
  await stage.readCard('花子', HANAKO);
  await stage.result('admitted');
  await stage.strip('offer-link');
}

async function register(stage: Stage): Promise<void> {
  await admitByPin(stage);
  await stage.screen.press('link-card');
  await stage.strip('linked');
}

async function tapRegistered(stage: Stage): Promise<void> {
  await register(stage);
  stage.reader({ kind: 'waiting' });
  await stage.layCard('花子');
  await stage.strip('registered');
}

/** The card reader, and what is done with a My Number card on it. */
export const MY_NUMBER_STATES: readonly GalleryState[] = [
  ...(['no-pcsc', 'service-stopped', 'no-reader'] as const).flatMap((reason) => [
    atReader(`reader-${reason}`, READER_TITLES[reason], ({ screen }) => screen.see(`[data-state=${reason}]`), {
      setUp: { reader: { kind: 'unavailable', reason } },
    }),
    atReader(
      `reader-${reason}-how`,
      { ja: `${READER_TITLES[reason].ja}: 直し方`, en: `${READER_TITLES[reason].en}: how to mend` },
      async ({ screen }) => {
        await screen.press('card-reader-how');
        await screen.see('[role=dialog]');
      },
      { setUp: { reader: { kind: 'unavailable', reason } } },
    ),
  ]),
  atReader('reading', { ja: '読んでいる', en: 'Reading' }, async (stage) => {
    stage.reader({ kind: 'reading' });
    await stage.panel('reading');
  }),
  atReader('choose', { ja: '方法を選ぶ', en: 'Choosing a way' }, layUnlinked, { isAlsoLow: true }),
  ...(['expired', 'not-yet-valid'] as const).map((validity) =>
    atReader(
      `choose-${validity}`,
      validity === 'expired'
        ? { ja: '証明書の期限切れ', en: 'Certificate expired' }
        : { ja: '証明書がまだ有効でない', en: 'Certificate not valid yet' },
      async (stage) => {
        await stage.layCard('花子', validity);
        await stage.panel('choose', validity);
      },
    ),
  ),
  atReader(
    'choose-clock-wrong',
    { ja: '時計がずれていて期限が分からない', en: 'Clock wrong' },
    async (stage) => {
      await stage.layCard('花子', 'expired');
      await stage.panel('choose', 'clock-wrong');
    },
    { setUp: { serverAheadMinutes: 12 } },
  ),
  atReader(
    'pin',
    { ja: '暗証番号の入力', en: 'PIN' },
    async (stage) => {
      await layUnlinked(stage);
      await stage.typeDigits('pin', '12');
    },
    { isAlsoLow: true },
  ),
  atReader('pin-wrong', { ja: '暗証番号が違う', en: 'Wrong PIN' }, (stage) => enterWrongPin(stage, 2)),
  atReader('pin-last-try', { ja: 'あと1回', en: 'Last try' }, (stage) => enterWrongPin(stage, 1), { isAlsoLow: true }),
  atReader('pin-scanned', { ja: '読み取り機の入力', en: 'Typed by a scanner' }, async (stage) => {
    await layUnlinked(stage);
    await stage.typeDigits('pin', '');
    for (const key of ['1', '2', '3', '4', 'Enter']) stage.screen.key(key);
    await stage.screen.see('[data-testid=my-number-scanned]');
  }),
  atReader('pin-forgotten', { ja: '番号を消した', en: 'Digits cleared' }, async (stage) => {
    await layUnlinked(stage);
    await stage.typeDigits('pin', '12');
    await stage.timers?.pass(30_000);
    await stage.screen.see('[data-testid=my-number-digits][value=""]');
  }),
  atReader(
    'pin-b',
    { ja: '表の番号の入力', en: 'Number on the face' },
    async (stage) => {
      await layUnlinked(stage);
      await stage.typeDigits('pin-b', '55021720');
    },
    { isAlsoLow: true },
  ),
  atReader('pin-b-fault', { ja: '表の番号の誤り', en: 'Number on the face is none' }, async (stage) => {
    await layUnlinked(stage);
    await stage.typeDigits('pin-b', '55991720352285');
    await stage.screen.see('[data-testid=my-number-fault]');
  }),
  ...(['pin', 'pin-b'] as const).map((way) =>
    atReader(
      `blocked-${way}`,
      way === 'pin' ? { ja: '暗証番号のロック', en: 'PIN blocked' } : { ja: '表の番号のロック', en: 'Number blocked' },
      async (stage) => {
        await layUnlinked(stage);
        stage.kiosk.host.cardReader.triesLeftNow = 'blocked';
        await stage.screen.press(`my-number-way-${way}`);
        await stage.panel('blocked', way);
      },
    ),
  ),
  atReader(
    'same-person',
    { ja: '同じ人か尋ねる', en: 'The same person?' },
    async (stage) => {
      await admitByPin(stage);
      stage.reader({ kind: 'waiting' });
      await stage.readCard('花子の新しいカード', HANAKO);
      await stage.panel('same-person');
    },
    { isAlsoLow: true },
  ),
  ...TROUBLES.map(([kind, title]) =>
    atReader(`trouble-${kind}`, title, async (stage) => {
      stage.reader({ kind, presentation: stage.nextPresentation() });
      await stage.panel('trouble', kind);
    }),
  ),
  ...(['untrusted', 'no-anchors'] as const).map((validity) =>
    atReader(
      `trouble-${validity}`,
      validity === 'untrusted'
        ? { ja: '確認できないカード', en: 'Not trusted' }
        : { ja: '確認の証明書がない', en: 'No trust anchors' },
      async (stage) => {
        await stage.layCard('花子', validity);
        await stage.panel('trouble', validity);
      },
    ),
  ),
  atReader('offer-link', { ja: '受付して登録を勧める', en: 'Admitted, offered to register' }, admitByPin, {
    isAlsoLow: true,
  }),
  atReader(
    'offer-link-family',
    { ja: '家族の登録を勧める', en: 'Family offered to register' },
    async (stage) => {
      await layUnlinked(stage);
      await stage.showCard(householdOf(10, 4));
      await stage.strip('offer-link');
    },
    { isAlsoLow: true },
  ),
  atReader('linked', { ja: '登録した', en: 'Registered' }, register),
  atReader('registered', { ja: '登録済みのカード', en: 'A registered card' }, tapRegistered),
  atReader('unlink-question', { ja: '登録をやめる確認', en: 'Unregistering asked' }, async (stage) => {
    await tapRegistered(stage);
    await stage.screen.press('unlink-card');
    await stage.screen.see('[data-testid=unlink-confirm]');
  }),
  atReader('unlinked', { ja: '登録をやめた', en: 'Unregistered' }, async (stage) => {
    await tapRegistered(stage);
    await stage.screen.press('unlink-card');
    await stage.screen.press('unlink-confirm');
    await stage.strip('unlinked');
  }),
  atReader(
    'link-not-possible',
    { ja: '登録できない', en: 'Cannot be registered' },
    async (stage) => {
      await admitByPin(stage);
      await stage.screen.press('link-card');
      await stage.strip('failed');
    },
    { setUp: { isEnrolledLongAgo: true } },
  ),
  atReader('link-not-recorded', { ja: '登録を記録できない', en: 'Registration not recorded' }, async (stage) => {
    await admitByPin(stage);
    stage.failToRecord('disk-full');
    await stage.screen.press('link-card');
    await stage.strip('failed');
  }),
  atReader('not-recorded', { ja: '受付を記録できない', en: 'Admission not recorded' }, async (stage) => {
    await layUnlinked(stage);
    stage.failToRecord('disk-full');
    await stage.readCard('花子', HANAKO);
    await stage.result('not-recorded');
  }),
];
