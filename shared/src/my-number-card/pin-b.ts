import { CodedError } from '../coded-error/coded-error.ts';

/**
 * PIN-B (照合番号B): 14 digits that stand on the card's face and open the four attributes: birth date `YYMMDD` with the
 * year of the Japanese era, four-digit year of expiry, four-digit security code. 1980-02-17, 2035, 2285 gives
 * `55021720352285`.
 */
export interface PinBParts {
  /** `YYYY-MM-DD`, Gregorian. */
  readonly birthDate: string;
  /** Gregorian. */
  readonly expiryYear: number;
  /** Four digits, at the foot of the card's face. */
  readonly securityCode: string;
}

/** Why a PIN-B cannot be right; the card need not be asked, and no try is lost. */
export type PinBFault = 'incomplete' | 'not-a-birth-date' | 'not-an-expiry-year';

/** The parts do not make a PIN-B. */
export class PinBError extends CodedError<'pin-b'> {
  override readonly name = 'PinBError';
  readonly fault: PinBFault;
  constructor(fault: PinBFault) {
    super('pin-b', `not a PIN-B: ${fault}`);
    this.fault = fault;
  }
}

/** First days of the eras (改元), newest first; dates before Meiji do not occur. */
const ERAS = [
  { firstDay: '2019-05-01', firstYear: 2019 },
  { firstDay: '1989-01-08', firstYear: 1989 },
  { firstDay: '1926-12-25', firstYear: 1926 },
  { firstDay: '1912-07-30', firstYear: 1912 },
  { firstDay: '1873-01-01', firstYear: 1868 },
] as const;

/** The cards are given out since January 2016 and are valid for ten years at most. */
const EXPIRY_YEARS = { first: 2016, last: 2099 } as const;

/** The year of the Japanese era on that day (`YYYY-MM-DD`): 1980-02-17 is in Showa 55. */
export function eraYear(date: string): number {
  const era = ERAS.find(({ firstDay }) => date >= firstDay);
  if (era === undefined) throw new PinBError('not-a-birth-date');
  return Number(date.slice(0, 4)) - era.firstYear + 1;
}

/**
 * The 14 digits of a card with this face.
 * @throws PinBError
 */
export function pinBOf({ birthDate, expiryYear, securityCode }: PinBParts): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(birthDate)) throw new PinBError('not-a-birth-date');
  if (!/^\d{4}$/.test(securityCode)) throw new PinBError('incomplete');
  const year = String(eraYear(birthDate)).padStart(2, '0');
  const digits = `${year}${birthDate.slice(5, 7)}${birthDate.slice(8)}${expiryYear}${securityCode}`;
  const fault = faultOfPinB(digits);
  if (fault !== null) throw new PinBError(fault);
  return digits;
}

/** Why these digits cannot be a PIN-B; null when they can. */
export function faultOfPinB(digits: string): PinBFault | null {
  if (!/^\d{14}$/.test(digits)) return 'incomplete';
  const [year, month, day] = [Number(digits.slice(0, 2)), Number(digits.slice(2, 4)), Number(digits.slice(4, 6))];
  // Showa ended in its 64th year; a birth date that the register does not know has zeros.
  if (year > 64 || month > 12 || day > 31) return 'not-a-birth-date';
  const expiry = Number(digits.slice(6, 10));
  return expiry < EXPIRY_YEARS.first || expiry > EXPIRY_YEARS.last ? 'not-an-expiry-year' : null;
}
