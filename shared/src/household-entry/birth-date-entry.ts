import type { EntryProblemCode } from '../errors/error-codes.ts';
import { type BirthDate, birthDateSchema } from '../person/index.ts';

/** What is wrong with a typed birth date; each has its own words on the screen. */
export type BirthDateProblem = Extract<EntryProblemCode, `birth-${string}`>;

export type BirthDateEntry = { readonly date?: BirthDate } | { readonly problem: BirthDateProblem };

/**
 * Japanese eras with their first Gregorian year and the last year number people may write (昭和64 is 1989).
 * Source: 元号法 and its cabinet orders; months at the seams are not checked, as documents themselves differ there.
 */
const ERAS = [
  { names: ['明治', 'M'], firstYear: 1868, lastNumber: 45 },
  { names: ['大正', 'T'], firstYear: 1912, lastNumber: 15 },
  { names: ['昭和', 'S'], firstYear: 1926, lastNumber: 64 },
  { names: ['平成', 'H'], firstYear: 1989, lastNumber: 31 },
  { names: ['令和', 'R'], firstYear: 2019, lastNumber: 99 },
] as const;

const EARLIEST_YEAR = 1900;
const SEPARATED = /^(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?)?[年月]?$/;
const EIGHT_DIGITS = /^(\d{4})(\d{2})(\d{2})$/;
const ERA_DATE =
  /^(明治|大正|昭和|平成|令和|[MTSHR])\.?(元|\d{1,2})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?)?[年月]?$/;

/**
 * Reads a birth date the way people write it: `1980-02-17`, `1980/2/17`, `1980年2月17日`, `19800217`, `昭和55年2月17日`,
 * `S55.2.17`, full-width digits too; only year and month, or only the year, when the rest is not known.
 * @param today the date in Japan, `YYYY-MM-DD`
 * @returns no `date` for an empty text
 */
export function readBirthDate(text: string, today: string): BirthDateEntry {
  const typed = text.normalize('NFKC').replaceAll(/\s+/g, '').toUpperCase();
  if (typed === '') return {};
  const parts = numbersOf(typed);
  if (parts === undefined) return { problem: 'birth-unreadable' };
  const [year, month, day] = parts;
  if (year < EARLIEST_YEAR) return { problem: 'birth-too-early' };
  const date = birthDateSchema.safeParse(
    [String(year), month, day]
      .filter((part) => part !== undefined)
      .map(twoDigits)
      .join('-'),
  );
  if (!date.success) return { problem: 'birth-not-a-date' };
  if (date.data > today.slice(0, date.data.length)) return { problem: 'birth-in-future' };
  return { date: date.data };
}

type DateParts = readonly [year: number, month: string | undefined, day: string | undefined];

function numbersOf(typed: string): DateParts | undefined {
  const era = ERA_DATE.exec(typed);
  if (era !== null) {
    const year = yearOfEra(era[1] ?? '', era[2] ?? '');
    return year === undefined ? undefined : [year, era[3], era[4]];
  }
  const western = SEPARATED.exec(typed) ?? EIGHT_DIGITS.exec(typed);
  return western === null ? undefined : [Number(western[1]), western[2], western[3]];
}

function yearOfEra(name: string, number: string): number | undefined {
  const era = ERAS.find(({ names }) => names.some((one) => one === name));
  const count = number === '元' ? 1 : Number(number);
  return era === undefined || count < 1 || count > era.lastNumber ? undefined : era.firstYear + count - 1;
}

function twoDigits(part: string): string {
  return part.length === 1 ? `0${part}` : part;
}
