/** The shelters' time zone, whatever the laptop is set to. */
const TIME_ZONE = 'Asia/Tokyo';

/** Kept, as making one is slow: three a line of the last admissions were most of what a scan cost. */
const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * A UTC time for the staff, in Japan's time: `10:03` on the same day, otherwise with month and day.
 * @param now ms since 1970 UTC
 */
export function formatMoment(utc: string, language: string, now: number): string {
  const moment = new Date(utc);
  const today = localDay(moment.getTime()) === localDay(now);
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  return format(language, today ? clock : { month: 'numeric', day: 'numeric', ...clock }).format(moment);
}

/** The day in Japan, `YYYY-MM-DD`. `now`: ms since 1970 UTC. */
export function localDay(now: number): string {
  return format('sv-SE', { year: 'numeric', month: '2-digit', day: '2-digit' }).format(now);
}

function format(language: string, parts: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${Object.keys(parts).join(' ')}`;
  const made = formats.get(key) ?? new Intl.DateTimeFormat(language, { ...parts, timeZone: TIME_ZONE });
  formats.set(key, made);
  return made;
}
