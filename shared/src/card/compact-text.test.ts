import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CompactTextError, decodeCompactText, encodeCompactText } from './compact-text.ts';

const character = fc.oneof(
  fc.constantFrom(...'0129-ー ・アンヴヶABZ町区ぁさくらん', 'マンション', '水前寺', 'まンション', '号室'),
  fc.integer({ min: 0x4e00, max: 0x9fff }).map((codePoint) => String.fromCodePoint(codePoint)),
);

describe('compact text', () => {
  it('gives every text back (CRD-6)', () => {
    fc.assert(
      fc.property(fc.array(character, { maxLength: 30 }), (characters) => {
        const text = characters.join('');
        const bytes = encodeCompactText(text);
        expect(bytes).toBeDefined();
        expect(decodeCompactText(bytes ?? new Uint8Array())).toBe(text);
      }),
    );
  });

  it('refuses or reads any bytes, and throws nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          decodeCompactText(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(CompactTextError);
        }
      }),
    );
  });

  it('spends one byte on kana, digits and frequent words, two on kanji', () => {
    expect(encodeCompactText('サトウ ハナコ')?.length).toBe(7);
    expect(encodeCompactText('ロイヤルマンション水前寺 1105')?.length).toBe(8);
    expect(encodeCompactText('髙橋')?.length).toBe(4);
  });

  it('leaves other characters to UTF-8', () => {
    expect(encodeCompactText('𠮷田')).toBeUndefined();
    expect(encodeCompactText('Maria')).toBeUndefined();
  });
});
