import { SCAN_MAX_CHARACTERS } from '@uketsuke/shared/card';

/**
 * A USB scanner in keyboard mode types what it reads. This tells its bursts from people's typing by the time between
 * keys, and reads physical keys (`KeyboardEvent.code`), so that neither layout, Caps Lock nor an input method changes
 * what arrives: a card holds only A–Z and 2–7, which sit on the same keys of JIS and US keyboards.
 */

/** Keys further apart than this are a person's. */
export const BURST_GAP_MS = 80;
/** Once a burst has begun like a card, a scanner that stutters is given this long. */
export const CARD_GAP_MS = 250;
/** A card whose scanner sends no Enter ends after this much silence. */
export const SILENCE_MS = 300;
/** From here on a burst is a scanner's, whatever it reads. */
const SCANNER_BURST = 6;
const FAMILY_PREFIX = 'UKE';
/** A burst that begins like a card but is shorter is nobody's card. */
const CARD_MIN_CHARACTERS = 20;

/** What the reader needs of a keydown. `at`: the event's own time stamp, ms. */
export interface WedgeKey {
  readonly code: string;
  readonly key: string;
  readonly at: number;
  readonly repeat: boolean;
  /** With Ctrl, Alt or the system key: a command, never a scanner's. */
  readonly command: boolean;
  /** The key would go into a text field. */
  readonly editable: boolean;
}

/** What to do with the key, and what was read if it ended a burst. */
export interface WedgeStep {
  /** Keep the key from everything else on the page. */
  readonly swallow: boolean;
  readonly read?: string;
}

const PASS: WedgeStep = { swallow: false };
const SWALLOW: WedgeStep = { swallow: true };
/** Keys that scanners press along with characters. */
const SILENT_KEYS = new Set(['ShiftLeft', 'ShiftRight', 'CapsLock', 'NumLock']);
const END_KEYS = new Set(['Enter', 'NumpadEnter', 'Tab']);

/** Reads one keyboard's keydowns. Pure but for its own state: time comes with each key. */
export class WedgeReader {
  #text = '';
  #lastAt = Number.NEGATIVE_INFINITY;

  /** Takes a keydown. */
  key(key: WedgeKey): WedgeStep {
    if (key.command) return this.#drop();
    if (SILENT_KEYS.has(key.code) || key.key === 'Shift') return PASS;
    this.#dropIfStale(key.at);
    if (END_KEYS.has(key.code) || (key.code === '' && (key.key === 'Enter' || key.key === 'Tab')))
      return this.#end(key);
    const character = characterOf(key);
    if (character === undefined || key.repeat) return this.#drop();
    if (character === ' ' && !this.#isScanners(key.editable)) return this.#drop();
    this.#lastAt = key.at;
    if (this.#text.length <= SCAN_MAX_CHARACTERS) this.#text += character;
    return this.#isScanners(key.editable) ? SWALLOW : PASS;
  }

  /** Takes the passing of time: a card that ended without Enter. `nowMs` on the keys' clock. */
  silence(nowMs: number): string | undefined {
    if (this.#text === '' || nowMs - this.#lastAt < SILENCE_MS) return undefined;
    const text = this.#take();
    return text.startsWith(FAMILY_PREFIX) && text.length >= CARD_MIN_CHARACTERS ? withinLimit(text) : undefined;
  }

  /** Whether a burst may still be going on, so that `silence` is worth asking. */
  get waiting(): boolean {
    return this.#text !== '';
  }

  #end(key: WedgeKey): WedgeStep {
    const scanners = this.#isScanners(key.editable);
    const text = this.#take();
    if (!scanners) return PASS;
    const read = withinLimit(text);
    return read === undefined || text.length < SCANNER_BURST ? SWALLOW : { swallow: true, read };
  }

  /** In a text field only what begins like a card is a scanner's: fast typists are left alone. */
  #isScanners(editable: boolean): boolean {
    return this.#text.startsWith(FAMILY_PREFIX) || (!editable && this.#text.length >= SCANNER_BURST);
  }

  #dropIfStale(at: number): void {
    const gap = this.#text.startsWith(FAMILY_PREFIX) ? CARD_GAP_MS : BURST_GAP_MS;
    if (at - this.#lastAt > gap) this.#text = '';
  }

  #drop(): WedgeStep {
    this.#text = '';
    return PASS;
  }

  #take(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }
}

/** Text that came by another way (pasted, dropped); nothing when it is empty or over 4 KB. */
export function readPasted(text: string): string | undefined {
  const trimmed = text.trim();
  return trimmed === '' ? undefined : withinLimit(trimmed);
}

function withinLimit(text: string): string | undefined {
  return text.length > SCAN_MAX_CHARACTERS ? undefined : text;
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
  ['NumpadDecimal', '.'],
  ['NumpadSubtract', '-'],
  ['NumpadDivide', '/'],
  ['NumpadAdd', '+'],
  ['NumpadMultiply', '*'],
]);

/** The character of the physical key; where a device names none, of the key's text. */
function characterOf(key: WedgeKey): string | undefined {
  const letterOrDigit = /^(?:Key([A-Z])|(?:Digit|Numpad)([0-9]))$/.exec(key.code);
  if (letterOrDigit !== null) return letterOrDigit[1] ?? letterOrDigit[2];
  if (key.code !== '' && key.code !== 'Unidentified') return PUNCTUATION.get(key.code);
  const text = key.key.normalize('NFKC').toUpperCase();
  return /^[!-~]$/.test(text) ? text : undefined;
}
