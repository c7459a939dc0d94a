/** The shelters' time zone, whatever the laptop is set to. */
const TIME_ZONE = 'Asia/Tokyo';

/**
 * A UTC time for the staff, in Japan's time: `10:03` on the same day, otherwise with month and day.
 * @param now ms since 1970 UTC
 */
export function formatMoment(utc: string, language: string, now: number): string {
  const moment = new Date(utc);
  const today = localDay(moment.getTime()) === localDay(now);
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: TIME_ZONE } as const;
  const parts = today ? clock : ({ month: 'numeric', day: 'numeric', ...clock } as const);
  return new Intl.DateTimeFormat(language, parts).format(moment);
}

/** The day in Japan, `YYYY-MM-DD`. `now`: ms since 1970 UTC. */
export function localDay(now: number): string {
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: TIME_ZONE } as const;
  return new Intl.DateTimeFormat('sv-SE', parts).format(now);
}
