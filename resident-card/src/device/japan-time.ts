const JAPAN = 'Asia/Tokyo';

/** The date in Japan at a moment (ms since 1970 UTC), `YYYY-MM-DD`. */
export function dateInJapan(ms: number): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: JAPAN }).format(ms);
}

/** A date for people, in Japan's time zone, for example 2031年11月21日. */
export function writtenDate(ms: number, language: string): string {
  return new Intl.DateTimeFormat(language, { timeZone: JAPAN, dateStyle: 'long' }).format(ms);
}

/** Date and time for people, in Japan's time zone. */
export function writtenMoment(ms: number, language: string): string {
  return new Intl.DateTimeFormat(language, { timeZone: JAPAN, dateStyle: 'medium', timeStyle: 'short' }).format(ms);
}

/** A birth date of day, month or year precision for people. */
export function writtenBirthDate(date: string, language: string): string {
  const [year = '', month, day] = date.split('-');
  const at = Date.UTC(Number(year), Number(month ?? 1) - 1, Number(day ?? 1));
  return new Intl.DateTimeFormat(language, {
    timeZone: 'UTC',
    year: 'numeric',
    ...(month === undefined ? {} : { month: 'long' }),
    ...(day === undefined ? {} : { day: 'numeric' }),
  }).format(at);
}
