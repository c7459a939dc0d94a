import type { Language } from '@uketsuke/shared/i18n';

/** Every time on the page is Japan's, whatever the PC is set to. */
const TIME_ZONE = 'Asia/Tokyo';

const dayAndTime = memoize((language) =>
  format(language, { month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
);
const timeToTheSecond = memoize((language) =>
  format(language, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }),
);
const fullDate = memoize((language) =>
  format(language, {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }),
);

/** `11/22 16:03`, Japan Standard Time. */
export function formatDayAndTime(moment: string, language: Language): string {
  return dayAndTime(language).format(new Date(moment));
}

/** `16:03:21`, Japan Standard Time; `ms` since 1970 UTC. */
export function formatTimeToTheSecond(ms: number, language: Language): string {
  return timeToTheSecond(language).format(new Date(ms));
}

/** `2026/11/22 16:03`, Japan Standard Time. */
export function formatFullDate(moment: string, language: Language): string {
  return fullDate(language).format(new Date(moment));
}

/** Today in Japan as `YYYY-MM-DD`; `ms` since 1970 UTC. */
export function japaneseDay(ms: number): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: TIME_ZONE }).format(new Date(ms));
}

function format(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(language === 'ja' ? 'ja-JP' : 'en-GB', { timeZone: TIME_ZONE, ...options });
}

function memoize(make: (language: Language) => Intl.DateTimeFormat): (language: Language) => Intl.DateTimeFormat {
  const made = new Map<Language, Intl.DateTimeFormat>();
  return (language) => {
    const existing = made.get(language);
    if (existing !== undefined) return existing;
    const created = make(language);
    made.set(language, created);
    return created;
  };
}
