import type { KioskSetUp, PastAdmission } from '../stage/kiosk-set-up.ts';
import type { Stage } from '../stage/stage.ts';

/** The screens, in the order in which the gallery shows them, with what the gallery calls them. */
export const GALLERY_SCREENS = {
  start: { ja: '開始', en: 'Start' },
  enrolment: { ja: '登録', en: 'Enrolment' },
  unlock: { ja: '暗証番号', en: 'Unlock' },
  reception: { ja: '受付', en: 'Reception' },
  camera: { ja: 'カメラ', en: 'Camera' },
  'my-number': { ja: 'マイナンバーカード', en: 'My Number card' },
  sync: { ja: '送信の行', en: 'Sync line' },
  settings: { ja: '設定', en: 'Settings' },
} as const;

/** One state of one screen: how the kiosk is found, and the steps that lead to what is shown. */
export interface GalleryState {
  /** Names the state in the page's address and its picture's file: kebab-case, unique, never changed. */
  readonly id: string;
  readonly screen: keyof typeof GALLERY_SCREENS;
  readonly title: { readonly ja: string; readonly en: string };
  readonly setUp?: KioskSetUp;
  readonly steps?: (stage: Stage) => Promise<unknown>;
  /** Also pictured on a low screen: 1280 × 600. */
  readonly isAlsoLow?: boolean;
}

/** A morning's work at the desk. */
export const MORNING: readonly PastAdmission[] = [
  { at: '09:12', household: 1, members: 2 },
  { at: '09:15', household: 2, members: 1 },
  { at: '09:31', household: 3, members: 4 },
  { at: '09:58', household: 4, members: 1 },
  { at: '10:02', household: 5, members: 3 },
  { at: '10:20', household: 6, members: 5 },
];

/** A state of the open desk; the morning's admissions are there unless told otherwise. */
export function atDesk(state: GalleryState): GalleryState {
  return {
    ...state,
    setUp: { past: MORNING, ...state.setUp },
    steps: async (stage) => {
      await stage.unlock();
      await state.steps?.(stage);
    },
  };
}
