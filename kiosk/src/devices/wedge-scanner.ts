import { SCAN_MAX_CHARACTERS } from '@uketsuke/shared/card';
import { beginsLikeOurs, readBurst, type ScannerRead } from './scanner-text.ts';
import { typedCharacter } from './typed-character.ts';

/**
 * A USB scanner in keyboard mode types what it reads. This tells its bursts from people's typing by the time between
 * keys, and reads physical keys (`KeyboardEvent.code`), so that neither layout, Caps Lock nor an input method changes
 * what arrives: a card holds only A–Z and 2–7, which sit on the same keys of JIS and US keyboards. What the layout made
 * of the keys is kept beside it, for scanners that type for another layout (DSK-3).
 */

/** Keys further apart than this are a person's. */
export const BURST_GAP_MS = 80;
/** A scanner that stutters inside a code is given this long. */
export const STUTTER_MS = 450;
/** A code whose scanner sends nothing after it ends after this much silence. */
export const SILENCE_MS = 500;
/** From here on a burst is a scanner's, whatever it reads. */
const SCANNER_BURST = 6;
/** So many keys so close come from no hand, though they be few. */
const HANDLESS_KEYS = 3;
const HANDLESS_GAP_MS = 30;
/** A second end, as of CR and LF, comes within this. */
const SECOND_END_MS = 100;

/** What the reader needs of a keydown. `at`: the event's own time stamp, ms. */
export interface WedgeKey {
  readonly code: string;
  readonly key: string;
  readonly at: number;
  readonly repeat: boolean;
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly meta: boolean;
  /** The key would go into a text field. */
  readonly editable: boolean;
}

/** What to do with the key, and what was read if it ended a burst. */
export interface WedgeStep {
  /** Keep the key from everything else on the page. */
  readonly swallow: boolean;
  readonly read?: ScannerRead;
}

const PASS: WedgeStep = { swallow: false };
const SWALLOW: WedgeStep = { swallow: true };
/** Keys that scanners press along with characters. */
const SILENT_KEYS = new Set(['Shift', 'CapsLock', 'NumLock', 'Control', 'Alt', 'Meta', 'AltGraph']);
const SILENT_CODES = new Set(['ShiftLeft', 'ShiftRight', 'CapsLock', 'NumLock', 'ControlLeft', 'ControlRight']);
const END_KEYS = new Set(['Enter', 'NumpadEnter', 'Tab']);
/** Control characters that end a code, as the letters pressed with Ctrl: ETX, EOT, TAB, LF, VT, FF, CR, ETB, SUB. */
const END_LETTERS = new Set([...'CDIJKLMWZ']);
const END_CONTROLS = new Set([...END_LETTERS].map((letter) => letter.charCodeAt(0) - 64));

/** Reads one keyboard's keydowns. Pure but for its own state: time comes with each key. */
export class WedgeReader {
  #byKeys = '';
  #byLayout = '';
  #lastAt = Number.NEGATIVE_INFINITY;
  #endedAt = Number.NEGATIVE_INFINITY;
  /** Keys in a row at a scanner's pace, the most there were, and those no hand is as fast as. */
  #run = 0;
  #longest = 0;
  #handless = 0;
  #editable = false;
  /** Digits pressed with Alt: the number of a character. */
  #altNumber = '';
  #altAt = 0;

  /** Takes a keydown. */
  key(key: WedgeKey): WedgeStep {
    if (SILENT_CODES.has(key.code) || SILENT_KEYS.has(key.key)) return this.#modifier(key);
    this.#dropIfStale(key.at);
    if (key.meta) return this.#drop();
    if (key.alt) return this.#alt(key);
    if (key.ctrl) return this.#control(key);
    if (END_KEYS.has(key.code) || (key.code === '' && END_KEYS.has(key.key))) return this.#end(key);
    const character = typedCharacter(key);
    if (character === undefined || key.repeat) return this.#drop();
    if (character.byKey === ' ' && !this.#isScanners(key.editable)) return this.#drop();
    this.#take(character.byKey, character.byLayout, key);
    return this.#isScanners(key.editable) ? SWALLOW : PASS;
  }

  /** Takes a keyup: Alt coming up types the character whose number was pressed. */
  keyUp(key: Pick<WedgeKey, 'key' | 'at' | 'editable'>): WedgeStep {
    if (key.key !== 'Alt' || this.#altNumber === '') return PASS;
    const number = Number(this.#altNumber) % 256;
    this.#altNumber = '';
    if (END_CONTROLS.has(number)) return this.#end(key);
    const character = String.fromCharCode(number).toUpperCase();
    if (/^[ -~]$/.test(character)) this.#take(character, character, key, this.#altAt);
    return this.#isScanners(key.editable) ? SWALLOW : PASS;
  }

  /** Takes the passing of time: a code that ended without a key. `nowMs` on the keys' clock. */
  silence(nowMs: number): ScannerRead | undefined {
    if (this.#byKeys === '' || nowMs - this.#lastAt < SILENCE_MS) return undefined;
    const isScanners = this.#isScanners(this.#editable);
    const read = this.#read();
    if (!isScanners) return undefined;
    // Keys that nothing ended may also be a cloth that wipes them: no word of what they would mean.
    return read.kind === 'code' && !beginsLikeOurs(read.text) ? { kind: 'no-code' } : read;
  }

  /** Whether a burst may still be going on, so that `silence` is worth asking. */
  get waiting(): boolean {
    return this.#byKeys !== '';
  }

  #modifier({ key, at }: WedgeKey): WedgeStep {
    if (key === 'Alt') {
      this.#altNumber = '';
      this.#altAt = at;
    }
    // Alt alone would open a menu.
    return key === 'Alt' && at - this.#lastAt <= STUTTER_MS && this.#isScanners(false) ? SWALLOW : PASS;
  }

  #alt(key: WedgeKey): WedgeStep {
    const digit = /^Numpad(\d)$/.exec(key.code)?.[1];
    if (digit === undefined || key.ctrl) return this.#drop();
    this.#altNumber = (this.#altNumber + digit).slice(-4);
    return this.#isScanners(key.editable) ? SWALLOW : PASS;
  }

  /** A control character within a burst is the scanner's; else it is a person's command. */
  #control(key: WedgeKey): WedgeStep {
    if (this.#isSecondEnd(key.at)) return SWALLOW;
    if (!this.#isScanners(key.editable) && !this.#isHandless(key.at)) return this.#drop();
    if (END_LETTERS.has(/^Key([A-Z])$/.exec(key.code)?.[1] ?? key.key.toUpperCase())) return this.#end(key, true);
    this.#lastAt = key.at;
    return SWALLOW;
  }

  #end({ at, editable }: Pick<WedgeKey, 'at' | 'editable'>, isControl = false): WedgeStep {
    if (this.#isSecondEnd(at)) return SWALLOW;
    const isScanners = this.#isScanners(editable) || (!editable && this.#isHandless(at));
    const read = this.#read();
    // A control character so close is a scanner's also where the text is left to the field: it is no command.
    if (!isScanners) return isControl ? SWALLOW : PASS;
    this.#endedAt = at;
    return { swallow: true, read };
  }

  #isSecondEnd(at: number): boolean {
    return this.#byKeys === '' && at - this.#endedAt <= SECOND_END_MS;
  }

  #isHandless(at: number): boolean {
    return this.#handless >= HANDLESS_KEYS && at - this.#lastAt <= HANDLESS_GAP_MS;
  }

  /** In a text field only what begins like a card is a scanner's: fast typists are left alone. */
  #isScanners(editable: boolean): boolean {
    const isOurs = beginsLikeOurs(this.#byKeys) || beginsLikeOurs(this.#byLayout);
    return (isOurs && this.#longest >= HANDLESS_KEYS) || (!editable && this.#longest >= SCANNER_BURST);
  }

  /** @param beganAt when the character's first key went down */
  #take(
    byKey: string,
    byLayout: string,
    { at, editable }: Pick<WedgeKey, 'at' | 'editable'>,
    beganAt: number = at,
  ): void {
    const gap = beganAt - this.#lastAt;
    this.#run = gap <= BURST_GAP_MS ? this.#run + 1 : 1;
    this.#handless = gap <= HANDLESS_GAP_MS ? this.#handless + 1 : 1;
    this.#longest = Math.max(this.#longest, this.#run);
    this.#lastAt = at;
    this.#editable = editable;
    if (this.#byKeys.length > SCAN_MAX_CHARACTERS) return;
    this.#byKeys += byKey;
    this.#byLayout += byLayout;
  }

  #dropIfStale(at: number): void {
    if (at - this.#lastAt > STUTTER_MS) this.#clear();
  }

  #drop(): WedgeStep {
    this.#clear();
    return PASS;
  }

  #read(): ScannerRead {
    const [byKeys, byLayout] = [this.#byKeys, this.#byLayout];
    this.#clear();
    if (byKeys.length > SCAN_MAX_CHARACTERS || byKeys.length < SCANNER_BURST) return { kind: 'no-code' };
    return readBurst(byKeys, byLayout);
  }

  #clear(): void {
    this.#byKeys = '';
    this.#byLayout = '';
    this.#run = 0;
    this.#longest = 0;
    this.#handless = 0;
  }
}

/** Text that came by another way (pasted, dropped); nothing when it is empty or over 4 KB. */
export function readPasted(text: string): string | undefined {
  const trimmed = text.trim();
  return trimmed === '' || trimmed.length > SCAN_MAX_CHARACTERS ? undefined : trimmed;
}
