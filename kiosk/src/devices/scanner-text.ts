/** What a scanner's burst of keys came to. */
export type ScannerRead =
  | { readonly kind: 'code'; readonly text: string }
  /** A piece of a card: its beginning or its end was lost on the way. */
  | { readonly kind: 'torn' }
  /** Keys came, and they make no code. */
  | { readonly kind: 'no-code' };

/** Stands for a key that types something which cannot be known. */
export const UNKNOWN_CHARACTER = '\uFFFD';

/**
 * The code on the sheet by which a scanner is tried out: every character that a card may have. It is no card, and shows
 * that whatever a card is made of arrives.
 */
export const SCANNER_TEST_CODE = 'UKETEST1ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** How our own codes begin: cards and hubs of any version, and the test code. No card has a 0, 1, 8 or 9 inside. */
const OWN_CODE = /UKE(?:HUB|TEST)?\d/;
const TEST_CODE = /^UKETEST\d/;
const CARD = /^UKE\d/;
/** What follows a card is a scanner's suffix. */
const CARD_AND_SUFFIX = /^(UKE\d[A-Z2-7]*)[^A-Z2-7].*$/s;
/** Symbology identifier of ISO/IEC 15424; the bracket comes as another character by JIS and US keys. */
const AIM_PREFIX = /^[\][\\}{|][A-Z][0-9A-Z](?=.)/;
/** A burst that begins like a card but is shorter is nobody's card. */
const CARD_MIN_CHARACTERS = 20;
/** No scanner puts more before a code. */
const PREFIX_MAX = 12;
/** The inside of a card, perhaps with a torn beginning: so long a run of its letters and digits is hardly else. */
const PIECE_OF_CARD = /^[A-Z0-9]{0,4}[A-Z2-7]{24,}$/;

/** Whether the text holds the beginning of one of our codes, wherever a scanner's prefix puts it. */
export function beginsLikeOurs(text: string): boolean {
  return text.includes('UKE');
}

/**
 * What a burst means, as it was typed by physical keys and by what the keyboard's layout made of them: the reading in
 * which one of our codes is whole is the right one. Prefixes, AIM identifiers among them, and suffixes are left out.
 */
export function readBurst(byKeys: string, byLayout: string): ScannerRead {
  const own = [ownCodeIn(byKeys), ownCodeIn(byLayout)].filter((read) => read !== null);
  const whole = own.filter((read) => read.kind === 'code').sort((one, other) => other.text.length - one.text.length)[0];
  const found = whole ?? own[0];
  if (found !== undefined) return found;
  const text = byKeys.trim();
  if (/^UKE/.test(text) || isPieceOfCard(byKeys) || isPieceOfCard(byLayout)) return { kind: 'torn' };
  if (text === '' || text.includes(UNKNOWN_CHARACTER)) return { kind: 'no-code' };
  return { kind: 'code', text: text.replace(AIM_PREFIX, '') };
}

/** Whether it is the test code, whole. */
export function isScannerTest(text: string): boolean {
  return text.trim() === SCANNER_TEST_CODE;
}

function ownCodeIn(text: string): ScannerRead | null {
  const at = text.search(OWN_CODE);
  return at < 0 || at > PREFIX_MAX ? null : ownCode(text.slice(at));
}

function ownCode(text: string): ScannerRead {
  if (TEST_CODE.test(text)) {
    return text.startsWith(SCANNER_TEST_CODE) ? { kind: 'code', text: SCANNER_TEST_CODE } : { kind: 'torn' };
  }
  if (!CARD.test(text)) return { kind: 'code', text };
  const card = text.replace(CARD_AND_SUFFIX, '$1');
  return card.length < CARD_MIN_CHARACTERS || text.includes(UNKNOWN_CHARACTER)
    ? { kind: 'torn' }
    : { kind: 'code', text: card };
}

function isPieceOfCard(text: string): boolean {
  return PIECE_OF_CARD.test(text) && /[2-7]/.test(text) && /[A-Z]/.test(text);
}
