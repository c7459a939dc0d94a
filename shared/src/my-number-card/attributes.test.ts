import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ATTRIBUTES_HEAD_BYTES, attributesFileLength, CardAttributesError, parseAttributes } from './attributes.ts';
import { type AttributesFile, writeAttributesFile } from './attributes-file.ts';

const kumamoto: AttributesFile = {
  name: '熊本　花子',
  address: '熊本県熊本市中央区手取本町１番１号',
  birthDate: '19800217',
  sex: '2',
  fileLength: 1_024,
};
const longAddress = `熊本県熊本市中央区${'大江本町'.repeat(30)}`;

describe('the four attributes of a card', () => {
  it('are read, the separator of the name turned into a space', () => {
    expect(parseAttributes(writeAttributesFile(kumamoto))).toEqual({
      name: '熊本 花子',
      address: '熊本県熊本市中央区手取本町１番１号',
      birthDate: '1980-02-17',
      sex: 'female',
    });
  });

  it.each([
    [
      'an address of more than 127 bytes',
      { ...kumamoto, address: '熊本県熊本市'.repeat(9) },
      { address: '熊本県熊本市'.repeat(9) },
    ],
    ['an address of more than 255 bytes', { ...kumamoto, address: longAddress }, { address: longAddress }],
    [
      'the two bytes before the tag of some cards of 2023',
      { ...kumamoto, prefix: [0x00, 0x00] },
      { name: '熊本 花子' },
    ],
    ['no sex', { ...kumamoto, sex: undefined }, { sex: 'unstated' }],
    ['an empty sex', { ...kumamoto, sex: '' }, { sex: 'unstated' }],
    ['sex 1', { ...kumamoto, sex: '1' }, { sex: 'male' }],
    ['sex 9', { ...kumamoto, sex: '9' }, { sex: 'other' }],
    ['sex 0', { ...kumamoto, sex: '0' }, { sex: 'unstated' }],
    ['no address', { ...kumamoto, address: undefined }, { address: '' }],
    ['no filler', { ...kumamoto, fileLength: undefined }, { name: '熊本 花子' }],
    ['fields padded with NUL', { ...kumamoto, name: '熊本　花子\0\0\0' }, { name: '熊本 花子' }],
    ['an unknown day of birth', { ...kumamoto, birthDate: '19500400' }, { birthDate: '1950-04' }],
    ['an unknown month of birth', { ...kumamoto, birthDate: '19500000' }, { birthDate: '1950' }],
    ['a birth date that is none', { ...kumamoto, birthDate: '19801399' }, { birthDate: null }],
    ['no birth date', { ...kumamoto, birthDate: undefined }, { birthDate: null }],
  ] as const)('are read with %s', (_, file, expected) => {
    expect(parseAttributes(writeAttributesFile(file))).toMatchObject(expected);
  });

  it('pass over tags they do not know', () => {
    const known = writeAttributesFile({ name: 'A' });
    const grown = Uint8Array.from([
      ...known.subarray(0, 2),
      (known[2] ?? 0) + 4,
      0xdf,
      0x30,
      1,
      7,
      ...known.subarray(3),
    ]);
    expect(parseAttributes(grown).name).toBe('A');
  });

  it('tell from the head how far to read', () => {
    for (const file of [kumamoto, { ...kumamoto, prefix: [1, 2] }, { ...kumamoto, address: longAddress }]) {
      const bytes = writeAttributesFile(file);
      const length = attributesFileLength(bytes.subarray(0, ATTRIBUTES_HEAD_BYTES));
      expect(parseAttributes(bytes.subarray(0, length))).toEqual(parseAttributes(bytes));
      expect(() => parseAttributes(bytes.subarray(0, length - 1))).toThrow(CardAttributesError);
    }
  });

  it('are refused without a name, with half a character, with a field twice', () => {
    const twice = writeAttributesFile({ name: 'A' });
    const refused = [
      writeAttributesFile({ ...kumamoto, name: undefined }),
      writeAttributesFile({ ...kumamoto, name: '　' }),
      writeAttributesFile({ name: 'あ' }).map((byte, at, all) => (at === all.length - 1 ? 0x41 : byte)),
      Uint8Array.from([...twice.subarray(0, 2), (twice[2] ?? 0) + 4, ...twice.subarray(3), ...twice.subarray(-4)]),
      new Uint8Array(1_024).fill(0xff),
    ];
    for (const bytes of refused) {
      expect(() => parseAttributes(bytes)).toThrow(expect.objectContaining({ code: 'attributes-malformed' }));
    }
  });

  it('give only a named error for any bytes, cut anywhere (MNC-3)', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.uint8Array({ maxLength: 400 }).map((rest) => Uint8Array.from([0xff, 0x20, ...rest])),
      fc
        .tuple(fc.string({ maxLength: 200 }), fc.string({ maxLength: 300 }), fc.string({ maxLength: 10 }), fc.nat())
        .map(([name, address, birthDate, cut]) => {
          const whole = writeAttributesFile({ name, address, birthDate, sex: '1', fileLength: 600 });
          return whole.subarray(0, cut % (whole.length + 1));
        }),
    );
    fc.assert(
      fc.property(bytes, (file) => {
        for (const read of [() => parseAttributes(file), () => attributesFileLength(file)]) {
          try {
            read();
          } catch (error) {
            expect(error).toBeInstanceOf(CardAttributesError);
          }
        }
      }),
    );
  });

  it('never come out of a file whose declared end was not read (MNC-3)', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 60 }), fc.nat(), (name, cut) => {
        const whole = writeAttributesFile({ ...kumamoto, name, fileLength: undefined });
        expect(() => parseAttributes(whole.subarray(0, cut % whole.length))).toThrow(CardAttributesError);
      }),
    );
  });
});
