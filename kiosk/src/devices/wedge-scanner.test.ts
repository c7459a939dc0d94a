import { hubCode, readHubCode } from '@uketsuke/shared/hub';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SCANNER_TEST_CODE } from './scanner-text.ts';
import {
  BURST_GAP_MS,
  readPasted,
  SILENCE_MS,
  STUTTER_MS,
  type WedgeKey,
  WedgeReader,
  type WedgeStep,
} from './wedge-scanner.ts';

const code = (text: string) => ({ kind: 'code', text });
const CARD = `UKE1${'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.repeat(8)}`;

function keyOf(character: string, at: number, changes: Partial<WedgeKey> = {}): WedgeKey {
  const code = /[A-Z]/.test(character) ? `Key${character}` : `Digit${character}`;
  return {
    code,
    key: character.toLowerCase(),
    at,
    repeat: false,
    ctrl: false,
    alt: false,
    meta: false,
    editable: false,
    ...changes,
  };
}

const end = (at: number, code = 'Enter', changes: Partial<WedgeKey> = {}): WedgeKey => ({
  code,
  key: code,
  at,
  repeat: false,
  ctrl: false,
  alt: false,
  meta: false,
  editable: false,
  ...changes,
});

/** Types the text with a fixed gap, from `start`; returns the steps and the time after the last key. */
function type(reader: WedgeReader, text: string, gap: number, start = 0, changes: Partial<WedgeKey> = {}) {
  const steps: WedgeStep[] = [];
  let at = start;
  for (const character of text) {
    steps.push(reader.key(keyOf(character, at, changes)));
    at += gap;
  }
  return { steps, at };
}

describe('a USB scanner that types', () => {
  it('is read with Enter at the end, and its Enter reaches no button', () => {
    const reader = new WedgeReader();
    const { at } = type(reader, CARD, 8);
    expect(reader.key(end(at))).toEqual({ swallow: true, read: code(CARD) });
  });

  it.each(['Tab', 'NumpadEnter'])('is read with %s at the end', (key) => {
    const reader = new WedgeReader();
    const { at } = type(reader, CARD, 20);
    expect(reader.key(end(at, key)).read).toEqual(code(CARD));
  });

  it('is read without an end key after a silence, and not before', () => {
    const reader = new WedgeReader();
    const { at } = type(reader, CARD, 10);
    expect(reader.silence(at - 10 + SILENCE_MS - 1)).toBeUndefined();
    expect(reader.silence(at - 10 + SILENCE_MS)).toEqual(code(CARD));
    expect(reader.waiting).toBe(false);
  });

  it('is read the same whatever the input method, Caps Lock or Shift make of the keys', () => {
    const reader = new WedgeReader();
    let at = 0;
    for (const character of CARD) {
      reader.key({ ...keyOf(character, at), code: 'ShiftLeft', key: 'Shift' });
      reader.key(keyOf(character, at + 1, { key: 'Process' }));
      at += 12;
    }
    expect(reader.key(end(at, 'Enter', { key: 'Process' })).read).toEqual(code(CARD));
  });

  it('is read from a device that names no physical keys, in full-width letters too', () => {
    const reader = new WedgeReader();
    let at = 0;
    for (const character of CARD) {
      const fullWidth = String.fromCodePoint((character.codePointAt(0) ?? 0) + 0xfee0);
      reader.key(keyOf(character, at, { code: '', key: fullWidth }));
      at += 12;
    }
    expect(reader.key(end(at, '', { key: 'Enter' })).read).toEqual(code(CARD));
  });

  it('is read from the number pad', () => {
    const reader = new WedgeReader();
    let at = 0;
    for (const character of CARD) {
      reader.key(keyOf(character, at, /\d/.test(character) ? { code: `Numpad${character}` } : {}));
      at += 9;
    }
    expect(reader.key(end(at)).read).toEqual(code(CARD));
  });

  it('is read when it stutters after its beginning', () => {
    const reader = new WedgeReader();
    const { at } = type(reader, CARD.slice(0, 100), 10);
    const rest = type(reader, CARD.slice(100), 10, at + 200);
    expect(reader.key(end(rest.at)).read).toEqual(code(CARD));
  });

  it('reads card after card', () => {
    const reader = new WedgeReader();
    const first = type(reader, CARD, 5);
    expect(reader.key(end(first.at)).read).toEqual(code(CARD));
    const second = type(reader, `${CARD}22`, 5, first.at + 5);
    expect(reader.key(end(second.at)).read).toEqual(code(`${CARD}22`));
  });

  it('hands over another kind of code as well, so that staff are told it is not a card', () => {
    const reader = new WedgeReader();
    const { at } = type(reader, '4901234567894', 10);
    expect(reader.key(end(at))).toEqual({ swallow: true, read: code('4901234567894') });
  });

  it.each([
    ['US', 'Semicolon'],
    ['JIS', 'Quote'],
  ])('reads a hub’s QR well enough by %s keys to find the hub', (_layout, colon) => {
    const codes: Readonly<Record<string, string>> = { ' ': 'Space', ':': colon, '/': 'Slash', '.': 'Period' };
    const reader = new WedgeReader();
    let at = 0;
    for (const character of hubCode(['https://192.168.1.20:8443'])) {
      const key = keyOf(character.toUpperCase(), at);
      expect(reader.key({ ...key, code: codes[character] ?? key.code }).read).toBeUndefined();
      at += 10;
    }
    const { read } = reader.key(end(at));
    expect(readHubCode(read?.kind === 'code' ? read.text : '')).toEqual(['https://192.168.1.20:8443']);
  });

  it('is no code over 4 KB, and still presses no button', () => {
    const reader = new WedgeReader();
    const { at } = type(reader, `UKE1${'A'.repeat(4_200)}`, 2);
    expect(reader.key(end(at))).toEqual({ swallow: true, read: { kind: 'no-code' } });
    const next = type(reader, CARD, 5, at + 1_000);
    expect(reader.key(end(next.at)).read).toEqual(code(CARD));
  });
});

const control = (letter: string, at: number, changes: Partial<WedgeKey> = {}): WedgeKey =>
  keyOf(letter, at, { ctrl: true, ...changes });

describe('a scanner as it comes (DSK-3)', () => {
  it.each([...'CDIJKLMWZ'])('is read when it ends a code with Ctrl+%s, which reaches no browser', (letter) => {
    for (const gap of [2, 20, 70]) {
      const reader = new WedgeReader();
      const { at } = type(reader, CARD, gap);
      expect(reader.key({ ...control(letter, at), code: 'ControlLeft', key: 'Control' })).toEqual({ swallow: false });
      expect(reader.key(control(letter, at + 1))).toEqual({ swallow: true, read: code(CARD) });
    }
  });

  it('is read once when it ends a code twice (CR LF, Enter and Tab), and the second end reaches nothing', () => {
    for (const [first, second] of [
      [end, (at: number) => control('J', at)],
      [(at: number) => control('M', at), (at: number) => control('J', at)],
      [end, (at: number) => end(at, 'Tab')],
    ] as const) {
      const reader = new WedgeReader();
      const { at } = type(reader, CARD, 5);
      expect(reader.key(first(at)).read).toEqual(code(CARD));
      expect(reader.key(second(at + 4))).toEqual({ swallow: true });
    }
  });

  it('presses no command by the end of a short code, nor in a text field; a person’s commands are left alone', () => {
    const reader = new WedgeReader();
    expect(reader.key(control('J', type(reader, '1234', 8).at))).toEqual({ swallow: true, read: { kind: 'no-code' } });
    const field = { editable: true };
    expect(reader.key(control('J', type(reader, '49012345', 8, 2_000, field).at, field))).toEqual({ swallow: true });
    for (const letter of 'CVJ') expect(reader.key(control(letter, 9_000))).toEqual({ swallow: false });
    type(reader, 'SHO', 150, 20_000);
    expect(reader.key(control('C', 20_600))).toEqual({ swallow: false });
  });

  it('is read when it types by Alt and the number pad, and ends so, too', () => {
    const reader = new WedgeReader();
    let at = 0;
    let read: unknown;
    const alt = (number: string) => {
      reader.key(end(at, 'AltLeft', { key: 'Alt', alt: true }));
      for (const digit of number) {
        at += 4;
        reader.key(end(at, `Numpad${digit}`, { key: digit, alt: true }));
      }
      at += 4;
      read = reader.keyUp({ key: 'Alt', at, editable: false }).read;
      at += 6;
    };
    for (const character of CARD) alt(String(character.charCodeAt(0)).padStart(4, '0'));
    expect(read).toBeUndefined();
    alt('013');
    expect(read).toEqual(code(CARD));
  });

  it.each([
    [']Q1', []],
    [']Q3', []],
    [']d2', []],
    ['\\Q1', []],
    ['Q', []],
    ['$$01', []],
    ['', ['.']],
    ['', [' ', '1', '8']],
    [']Q1', ['.', 'X']],
  ])('is read behind the prefix %s and before a suffix', (prefix, suffix) => {
    const codes: Readonly<Record<string, string>> = { ']': 'BracketRight', '\\': 'Backslash', $: '', '.': 'Period' };
    const reader = new WedgeReader();
    let at = 0;
    for (const character of [...prefix, ...CARD, ...suffix]) {
      const key = keyOf(character.toUpperCase(), at);
      reader.key({ ...key, code: codes[character] ?? (character === ' ' ? 'Space' : key.code) });
      at += 6;
    }
    expect(reader.key(end(at)).read).toEqual(code(CARD));
  });

  it('leaves out the prefix of other codes as well', () => {
    const reader = new WedgeReader();
    reader.key({ ...keyOf(']', 0), code: 'BracketRight' });
    const { at } = type(reader, 'E04901234567894', 6, 6);
    expect(reader.key(end(at)).read).toEqual(code('4901234567894'));
  });

  it('is read over pauses anywhere inside a code, its first letters among them', () => {
    const anywhere = fc.integer({ min: 1, max: CARD.length - 1 });
    const pause = fc.integer({ min: 0, max: STUTTER_MS });
    fc.assert(
      fc.property(fc.uniqueArray(anywhere, { maxLength: 5 }), pause, fc.constantFrom(4, 15, 40), (places, ms, gap) => {
        const reader = new WedgeReader();
        let at = 1_000;
        for (const [index, character] of [...CARD].entries()) {
          if (places.includes(index)) at += ms - gap;
          at += gap;
          expect(reader.silence(at)).toBeUndefined();
          reader.key(keyOf(character, at));
        }
        expect(reader.key(end(at + gap)).read).toEqual(code(CARD));
      }),
    );
  });

  it('asks for the same again when a code broke off: its end without its beginning, or no more than its beginning', () => {
    const reader = new WedgeReader();
    for (const from of [1, 2, 3, 4, 5, 60]) {
      const { at } = type(reader, CARD.slice(from), 8, from * 100_000);
      expect(reader.key(end(at)).read, `from ${from}`).toEqual({ kind: 'torn' });
    }
    const { at } = type(reader, CARD.slice(0, 12), 8, 900_000);
    expect(reader.silence(at + SILENCE_MS)).toEqual({ kind: 'torn' });
    const test = type(reader, SCANNER_TEST_CODE.replace('M', ''), 8, 950_000);
    expect(reader.key(end(test.at)).read).toEqual({ kind: 'torn' });
  });

  it('says so when keys come that make no code: taken by an input method, too few, or ended by nothing', () => {
    const reader = new WedgeReader();
    let at = 0;
    for (; at < 200; at += 10) reader.key(keyOf('A', at, { code: '', key: 'Process' }));
    expect(reader.key(end(at)).read).toEqual({ kind: 'no-code' });
    const few = type(reader, '123', 8, 5_000);
    expect(reader.key(end(few.at))).toEqual({ swallow: true, read: { kind: 'no-code' } });
    const cloth = type(reader, 'ASDFGHJK', 30, 9_000);
    expect(reader.silence(cloth.at + SILENCE_MS)).toEqual({ kind: 'no-code' });
  });

  it('is read when it types for another layout than the computer has, as long as one of both is right', () => {
    const azerty: Readonly<Record<string, string>> = { A: 'KeyQ', Q: 'KeyA', Z: 'KeyW', W: 'KeyZ', M: 'Semicolon' };
    const layout = new WedgeReader();
    let at = 0;
    for (const character of CARD) {
      at += 8;
      layout.key(keyOf(character, at, { code: azerty[character] ?? keyOf(character, at).code, key: character }));
    }
    // By their places the letters are others; only the layout knows.
    expect(layout.key(end(at)).read).toEqual(code(CARD));
    const dvorak = new WedgeReader();
    for (const character of CARD) {
      at += 8;
      dvorak.key(keyOf(character, at, { key: 'ñ' }));
    }
    expect(dvorak.key(end(at)).read).toEqual(code(CARD));
  });

  it('has its test code read whole', () => {
    const reader = new WedgeReader();
    const { at } = type(reader, SCANNER_TEST_CODE, 8);
    expect(reader.key(end(at)).read).toEqual(code(SCANNER_TEST_CODE));
  });
});

describe('a person who types', () => {
  it('keeps every key, Enter on a button and Tab among them', () => {
    const reader = new WedgeReader();
    const { steps, at } = type(reader, 'UKETSUKE', BURST_GAP_MS + 40);
    expect(steps.every((step) => !step.swallow)).toBe(true);
    expect(reader.key(end(at + 500))).toEqual({ swallow: false });
    expect(reader.key(end(at + 900, 'Tab'))).toEqual({ swallow: false });
    expect(reader.key({ ...end(at + 1_000, 'Space'), key: ' ' })).toEqual({ swallow: false });
    expect(reader.key(end(at + 1_100, 'ArrowDown'))).toEqual({ swallow: false });
  });

  it('keeps every key in a text field even when typing fast', () => {
    const reader = new WedgeReader();
    const { steps, at } = type(reader, 'KUMAMOTO', 40, 0, { editable: true });
    expect(steps.every((step) => !step.swallow)).toBe(true);
    expect(reader.key(end(at, 'Enter', { editable: true }))).toEqual({ swallow: false });
  });

  it('keeps a key held down and commands', () => {
    const reader = new WedgeReader();
    for (let at = 0; at < 1_000; at += 30) {
      expect(reader.key(keyOf('A', at, { repeat: at > 0 })).swallow).toBe(false);
      expect(reader.key(end(at, 'Tab', { repeat: true })).swallow).toBe(false);
    }
    for (const command of ['ctrl', 'alt', 'meta']) {
      const { steps } = type(reader, 'UKE1AAAAAAAAAA', 5, 5_000, { [command]: true });
      expect(steps.some((step) => step.swallow)).toBe(false);
    }
  });

  it('never has a card read out of slow typing', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: BURST_GAP_MS + 1, max: 2_000 }), { maxLength: 60 }), (gaps) => {
        const reader = new WedgeReader();
        let at = 0;
        for (const [index, gap] of gaps.entries()) {
          at += gap;
          expect(reader.key(keyOf('UKE1AB2C'[index % 8] ?? 'A', at)).swallow).toBe(false);
        }
        expect(reader.key(end(at + BURST_GAP_MS + 1)).read).toBeUndefined();
      }),
    );
  });
});

describe('pasted text', () => {
  it('is taken trimmed, not when empty, not over 4 KB', () => {
    expect(readPasted(` ${CARD}\n`)).toBe(CARD);
    expect(readPasted('  \n')).toBeUndefined();
    expect(readPasted('A'.repeat(4_097))).toBeUndefined();
  });
});
