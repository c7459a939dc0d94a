import { pinBOf } from '@uketsuke/shared/my-number-card';

/** Whoever a virtual card belongs to. Invented. */
export interface Persona {
  /** As the card has it: U+3000 between family name and given name. */
  readonly name: string;
  readonly address: string;
  /** YYYYMMDD, as the card has it. */
  readonly birthDate: string;
  /** 1 male, 2 female, 9 not applicable, 0 not known; undefined: the card does not hold it. */
  readonly sex?: string | undefined;
  /** 4 digits. */
  readonly pin: string;
  /** 14 digits. */
  readonly pinB: string;
}

const FAMILY_NAMES = ['山田', '佐藤', '田中', '坂本', '西村', '本田', '緒方', '中島', '前田', '古閑', '髙橋'] as const;
const GIVEN_NAMES = ['花子', '太郎', '美咲', '健一', '陽子', '大輔', 'さくら', '翔太'] as const;
const TOWNS = [
  '手取本町1-1',
  '新町2丁目4番27号',
  '健軍本町30-5',
  '水前寺6丁目18-1',
  '花畑町7番10号 城見ハイツ203',
] as const;

/** The persona of a number from 0: the same number gives the same persona, up to 88 all have different names. */
export function personaOf(number: number): Persona {
  const at = (texts: readonly string[], index: number) => texts[index % texts.length] ?? '';
  const year = 1935 + ((number * 7) % 80);
  const month = String((number % 12) + 1).padStart(2, '0');
  const day = String((number % 28) + 1).padStart(2, '0');
  const fourDigits = String(1000 + ((number * 613) % 9000));
  return {
    name: `${at(FAMILY_NAMES, number)}\u3000${at(GIVEN_NAMES, number)}`,
    address: `熊本県熊本市中央区${at(TOWNS, number)}`,
    birthDate: `${year}${month}${day}`,
    sex: number % 2 === 0 ? '2' : '1',
    pin: fourDigits,
    pinB: pinBOf({ birthDate: `${year}-${month}-${day}`, expiryYear: 2034, securityCode: fourDigits }),
  };
}
