/**
 * A UTC time for the staff: `10:03` on the same day in the laptop's time zone, otherwise with month and day.
 * @param now ms since 1970 UTC
 */
export function formatMoment(utc: string, language: string, now: number): string {
  const moment = new Date(utc);
  const today = moment.toDateString() === new Date(now).toDateString();
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const parts = today ? clock : ({ month: 'numeric', day: 'numeric', ...clock } as const);
  return new Intl.DateTimeFormat(language, parts).format(moment);
}

/** Today in the laptop's time zone, `YYYY-MM-DD`. `now`: ms since 1970 UTC. */
export function localDay(now: number): string {
  const date = new Date(now);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
