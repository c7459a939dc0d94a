import { UNKNOWN_CHARACTER } from './scanner-text.ts';

/** What is asked of a key for the character it types. */
interface TypedKey {
  readonly code: string;
  readonly key: string;
}

const PUNCTUATION: ReadonlyMap<string, string> = new Map([
  ['Space', ' '],
  ['Minus', '-'],
  ['Slash', '/'],
  ['Period', '.'],
  ['Comma', ','],
  ['Semicolon', ';'],
  ['Quote', "'"],
  ['Equal', '='],
  ['Backslash', '\\'],
  ['BracketLeft', '['],
  ['BracketRight', ']'],
  ['Backquote', '`'],
  ['IntlRo', '_'],
  ['IntlYen', '|'],
  ['IntlBackslash', '\\'],
  ['NumpadDecimal', '.'],
  ['NumpadSubtract', '-'],
  ['NumpadDivide', '/'],
  ['NumpadAdd', '+'],
  ['NumpadMultiply', '*'],
]);
/** What an input method leaves of a key that it took for itself. */
const TAKEN_BY_INPUT_METHOD = new Set(['Process', 'Unidentified', 'Dead']);

/** A key's character by where the key is and by what the layout makes of it; undefined for keys that type nothing. */
export function typedCharacter(key: TypedKey): { readonly byKey: string; readonly byLayout: string } | undefined {
  const byLayout = ofLayout(key.key);
  const byKey = ofPlace(key.code) ?? byLayout;
  if (byKey !== undefined) return { byKey, byLayout: byLayout ?? byKey };
  const isNamed = key.code !== '' && key.code !== 'Unidentified';
  if (isNamed || !TAKEN_BY_INPUT_METHOD.has(key.key)) return undefined;
  return { byKey: UNKNOWN_CHARACTER, byLayout: UNKNOWN_CHARACTER };
}

function ofPlace(code: string): string | undefined {
  const letterOrDigit = /^(?:Key([A-Z])|(?:Digit|Numpad)([0-9]))$/.exec(code);
  return letterOrDigit === null ? PUNCTUATION.get(code) : (letterOrDigit[1] ?? letterOrDigit[2]);
}

/** In capitals and half width: a card has no others, and Caps Lock and input methods may have changed them. */
function ofLayout(key: string): string | undefined {
  const text = key.normalize('NFKC').toUpperCase();
  return /^[ -~]$/.test(text) ? text : undefined;
}
