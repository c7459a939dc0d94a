import * as z from 'zod';

const EARLIEST_YEAR = 1900;

/**
 * A birth date as far as it is known: `YYYY-MM-DD`, `YYYY-MM` or `YYYY` (reduced precision of ISO 8601-1 §5.2.2).
 * An unknown date is left out, never guessed.
 */
export const birthDateSchema = z
  .string()
  .regex(/^\d{4}(?:-\d{2}(?:-\d{2})?)?$/)
  .refine(isRealDate, 'not a date of the calendar')
  .brand<'BirthDate'>();
export type BirthDate = z.infer<typeof birthDateSchema>;

/** How precisely the date is known. */
export function birthDatePrecision(date: BirthDate): 'day' | 'month' | 'year' {
  if (date.length === 10) return 'day';
  return date.length === 7 ? 'month' : 'year';
}

/** Age in whole years on `today` (`YYYY-MM-DD`), or `undefined` when the date is not known to the day. */
export function ageOn(date: BirthDate, today: string): number | undefined {
  if (birthDatePrecision(date) !== 'day') return undefined;
  const years = Number(today.slice(0, 4)) - Number(date.slice(0, 4));
  const age = today.slice(5) < date.slice(5) ? years - 1 : years;
  // Nobody is younger than nothing: one of the two dates is wrong.
  return age < 0 ? undefined : age;
}

function isRealDate(text: string): boolean {
  const year = Number(text.slice(0, 4));
  const month = text.length > 4 ? Number(text.slice(5, 7)) : 1;
  const day = text.length > 7 ? Number(text.slice(8, 10)) : 1;
  return year >= EARLIEST_YEAR && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

function daysIn(year: number, month: number): number {
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 2) return isLeapYear ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
