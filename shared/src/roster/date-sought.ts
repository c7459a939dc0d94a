/** The year before each era's first, by the era's name and its usual letter. */
const ERAS: Readonly<Record<string, number>> = {
  明治: 1867,
  M: 1867,
  大正: 1911,
  T: 1911,
  昭和: 1925,
  S: 1925,
  平成: 1988,
  H: 1988,
  令和: 2018,
  R: 2018,
};
const BETWEEN = String.raw`\s*[-/.年]\s*`;
const MONTH_AND_DAY = String.raw`(?<month>\d{1,2})(?:\s*[-/.月]\s*(?<day>\d{1,2})\s*日?|\s*月)?`;
const FORMS = [
  new RegExp(
    String.raw`(?<era>明治|大正|昭和|平成|令和|\b[MTSHR])\s*(?<of>\d{1,2}|元)(?:${BETWEEN}${MONTH_AND_DAY}|\s*年)?`,
    'iu',
  ),
  new RegExp(String.raw`\b(?<year>(?:18|19|20)\d\d)${BETWEEN}${MONTH_AND_DAY}`, 'u'),
  /\b(?<year>(?:18|19|20)\d\d)(?<month>[01]\d)(?<day>[0-3]\d)\b/u,
  /\b(?<year>(?:18|19|20)\d\d)(?:\s*年|\b)/u,
];

/** A birth date among what was typed, and the rest. */
export interface DateSought {
  /** As birth dates begin: YYYY, YYYY-MM or YYYY-MM-DD; null when there is none. */
  readonly date: string | null;
  readonly rest: string;
}

/** Finds a birth date in what was typed into a search. */
export function dateSought(typed: string): DateSought {
  const text = typed.normalize('NFKC');
  for (const form of FORMS) {
    const groups = form.exec(text)?.groups;
    if (groups === undefined) continue;
    const { era, of, year, month, day } = groups;
    const begins = era === undefined ? year : String((ERAS[era.toUpperCase()] ?? 0) + (of === '元' ? 1 : Number(of)));
    const parts = [begins, month?.padStart(2, '0'), day?.padStart(2, '0')].filter((part) => part !== undefined);
    return { date: parts.join('-'), rest: text.replace(form, ' ') };
  }
  return { date: null, rest: text };
}
