import { hubCode, readHubCode } from '@uketsuke/shared/hub';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BURST_GAP_MS, readPasted, SILENCE_MS, type WedgeKey, WedgeReader, type WedgeStep } from './wedge-scanner.ts';

const CARD = `UKE1${'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.repeat(8)}`;

function keyOf(character: string, at: number, changes: Partial<WedgeKey> = {}): WedgeKey {
  const code = /[A-Z]/.test(character) ? `Key${character}` : `Digit${character}`;
  return { code, key: character.toLowerCase(), at, repeat: false, command: false, editable: false, ...changes };
}

const end = (at: number, code = 'Enter', changes: Partial<WedgeKey> = {}): WedgeKey => ({
  code,
  key: code,
  at,
  repeat: false,
  command: false,
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
    expect(reader.key(end(at))).toEqual({ swallow: true, read: CARD });
  });

  it.each(['Tab', 'NumpadEnter'])('is read with %s at the end', (code) => {
    const reader = new WedgeReader();
    const { at } = type(reader, CARD, 20);
    expect(reader.key(end(at, code)).read).toBe(CARD);
  });

  it('is read without an end key after a silence, and not before', () => {
    const reader = new WedgeReader();
    const { at } = type(reader, CARD, 10);
    expect(reader.silence(at - 10 + SILENCE_MS - 1)).toBeUndefined();
    expect(reader.silence(at - 10 + SILENCE_MS)).toBe(CARD);
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
    expect(reader.key(end(at, 'Enter', { key: 'Process' })).read).toBe(CARD);
  });

  it('is read from a device that names no physical keys, in full-width letters too', () => {
    const reader = new WedgeReader();
    let at = 0;
    for (const character of CARD) {
      const fullWidth = String.fromCodePoint((character.codePointAt(0) ?? 0) + 0xfee0);
      reader.key(keyOf(character, at, { code: '', key: fullWidth }));
      at += 12;
    }
    expect(reader.key(end(at, '', { key: 'Enter' })).read).toBe(CARD);
  });

  it('is read from the number pad', () => {
    const reader = new WedgeReader();
    let at = 0;
    for (const character of CARD) {
      reader.key(keyOf(character, at, /\d/.test(character) ? { code: `Numpad${character}` } : {}));
      at += 9;
    }
    expect(reader.key(end(at)).read).toBe(CARD);
  });

  it('is read when it stutters after its beginning', () => {
    const reader = new WedgeReader();
    const { at } = type(reader, CARD.slice(0, 100), 10);
    const rest = type(reader, CARD.slice(100), 10, at + 200);
    expect(reader.key(end(rest.at)).read).toBe(CARD);
  });

  it('reads card after card', () => {
    const reader = new WedgeReader();
    const first = type(reader, CARD, 5);
    expect(reader.key(end(first.at)).read).toBe(CARD);
    const second = type(reader, `${CARD}22`, 5, first.at + 5);
    expect(reader.key(end(second.at)).read).toBe(`${CARD}22`);
  });

  it('hands over another kind of code as well, so that staff are told it is not a card', () => {
    const reader = new WedgeReader();
    const { at } = type(reader, '4901234567894', 10);
    expect(reader.key(end(at))).toEqual({ swallow: true, read: '4901234567894' });
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
    expect(readHubCode(read ?? '')).toEqual(['https://192.168.1.20:8443']);
  });

  it('is dropped over 4 KB, and still presses no button', () => {
    const reader = new WedgeReader();
    const { at } = type(reader, `UKE1${'A'.repeat(4_200)}`, 2);
    expect(reader.key(end(at))).toEqual({ swallow: true });
    const next = type(reader, CARD, 5, at + 1_000);
    expect(reader.key(end(next.at)).read).toBe(CARD);
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
    expect(type(reader, 'UKE1AAAAAAAAAA', 5, 5_000, { command: true }).steps.some((step) => step.swallow)).toBe(false);
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
