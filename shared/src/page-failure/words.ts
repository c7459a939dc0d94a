/** The pages that can fail. */
export type FailingPage = 'kiosk' | 'console' | 'card';

interface FailureWords {
  /** Whether one can go on, said first; then what to do. */
  readonly title: string;
  readonly kept: Readonly<Record<FailingPage, string>>;
  readonly next: Readonly<Record<FailingPage, string>>;
  readonly reload: string;
}

/**
 * What a page says that could not be drawn. It stands apart from the catalogues, as it is shown when anything may be
 * broken.
 */
export const FAILURE_WORDS = {
  ja: {
    title: '画面を表示できなくなりました',
    kept: {
      kiosk: '受付の記録は消えていません。受付は、開きなおせば続けられます。',
      console: '名簿などの記録は消えていません。',
      card: 'カードと入力した内容は、この端末に残っています。',
    },
    next: {
      kiosk: '「開きなおす」を押し、暗証番号を入力してください。そのあいだの方は、名簿に手書きで受け付けてください。',
      console: '「開きなおす」を押してください。',
      card: '「開きなおす」を押してください。ブラウザーの翻訳を使っているときは、翻訳をやめると直ることがあります。',
    },
    reload: '開きなおす',
  },
  en: {
    title: 'This page could not be shown any more',
    kept: {
      kiosk: 'Nothing that was recorded is lost. Reception goes on once the page is opened again.',
      console: 'Nothing that was recorded is lost.',
      card: 'Your card and what you typed are still on this device.',
    },
    next: {
      kiosk: 'Press “Open again” and type the PIN. Write down by hand who comes meanwhile.',
      console: 'Press “Open again”.',
      card: 'Press “Open again”. If your browser translates this page, it may help to switch that off.',
    },
    reload: 'Open again',
  },
} as const satisfies Record<string, FailureWords>;

/** The words in the page's language; English where there are none. */
export function failureWords(language: string): FailureWords {
  return language.startsWith('ja') ? FAILURE_WORDS.ja : FAILURE_WORDS.en;
}
