import { newResidentId, type RandomBytes } from '../identifiers/identifiers.ts';
import { birthDateSchema } from '../person/birth-date.ts';
import type { Need } from '../person/needs.ts';
import type { Address, Household, Person, Sex } from '../person/person.ts';

/**
 * Invented households for demonstrations, tests and benches. Names are common Japanese family and given names
 * joined at random, addresses are towns of Kumamoto City with invented numbers: none is a real person.
 */
const FAMILY_NAMES =
  `佐藤/サトウ 鈴木/スズキ 高橋/タカハシ 田中/タナカ 伊藤/イトウ 渡邊/ワタナベ 山本/ヤマモト 中村/ナカムラ 小林/コバヤシ 加藤/カトウ
吉田/ヨシダ 山田/ヤマダ 佐々木/ササキ 山口/ヤマグチ 松本/マツモト 井上/イノウエ 木村/キムラ 林/ハヤシ 清水/シミズ 山﨑/ヤマサキ 池田/イケダ 橋本/ハシモト
阿部/アベ 石川/イシカワ 森/モリ 前田/マエダ 藤田/フジタ 後藤/ゴトウ 岡田/オカダ 長谷川/ハセガワ 村上/ムラカミ 近藤/コンドウ 石井/イシイ 坂本/サカモト
遠藤/エンドウ 青木/アオキ 藤井/フジイ 西村/ニシムラ 福田/フクダ 太田/オオタ 髙木/タカキ 緒方/オガタ 宮本/ミヤモト 上田/ウエダ 勘解由小路/カデノコウジ`
    .split(/\s+/)
    .map(readName);

const GIVEN_NAMES: Readonly<Record<'female' | 'male', readonly NamePair[]>> = {
  female:
    `花子/ハナコ 美咲/ミサキ 結衣/ユイ 陽菜/ヒナ さくら/サクラ 葵/アオイ 恵子/ケイコ 由美子/ユミコ 千代/チヨ 和子/カズコ 幸子/サチコ 詩織/シオリ 美智子/ミチコ 凛/リン 明日香/アスカ 愛/アイ`
      .split(/\s+/)
      .map(readName),
  male: `太郎/タロウ 健太/ケンタ 翔/ショウ 大輔/ダイスケ 蓮/レン 陽翔/ハルト 一郎/イチロウ 誠/マコト 清/キヨシ 健一郎/ケンイチロウ 拓海/タクミ 颯太/ソウタ 浩二/コウジ 勇/イサム 龍之介/リュウノスケ 隆/タカシ`
    .split(/\s+/)
    .map(readName),
};

const FOREIGN_NAMES: readonly (NamePair & { readonly language: string })[] = [
  { written: 'NGUYEN VAN ANH', kana: 'グエン ヴァン アイン', language: 'vi' },
  { written: 'SHRESTHA RAMESH', kana: 'シュレスタ ラメシュ', language: 'ne' },
  { written: '王 小明', kana: 'オウ ショウメイ', language: 'zh' },
  { written: 'Maria Santos', kana: 'マリア サントス', language: 'tl' },
  { written: '김 민준', kana: 'キム ミンジュン', language: 'ko' },
];

const TOWNS = [
  '43101 手取本町',
  '43101 水前寺5丁目',
  '43101 新屋敷2丁目',
  '43101 大江4丁目',
  '43102 健軍3丁目',
  '43102 戸島西1丁目',
  '43102 秋津町秋田',
  '43102 長嶺南6丁目',
  '43103 春日7丁目',
  '43103 城山半田2丁目',
  '43103 河内町船津',
  '43104 富合町清藤',
  '43104 城南町舞原',
  '43104 近見1丁目',
  '43105 植木町岩野',
  '43105 龍田陳内4丁目',
  '43105 清水亀井町',
  '43443 木山',
] as const;

const BUILDINGS = [
  '',
  '',
  '',
  '',
  'コーポ花園203',
  'ロイヤルマンション水前寺 1105',
  '市営住宅7棟401',
  'グランドメゾン健軍 302号室',
  'ハイツ緑 B-5',
];

const NEEDS: readonly Need[] = [
  { kind: 'allergy', detail: 'egg' },
  { kind: 'allergy', detail: 'buckwheat' },
  { kind: 'medication', detail: 'daily' },
  { kind: 'medication', detail: 'insulin' },
  { kind: 'mobility', detail: 'wheelchair' },
  { kind: 'pregnancy', detail: 'pregnant' },
  { kind: 'care-level', detail: 'care-2' },
  { kind: 'disability', detail: 'hearing' },
  { kind: 'pet', detail: 'dog' },
];

interface NamePair {
  readonly written: string;
  readonly kana: string;
}

/** Mulberry32: a small seeded generator of numbers in [0, 1). Good enough for samples, never for keys. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Seeded bytes for samples, never for keys. */
export function seededBytes(seed: number): RandomBytes {
  const random = seededRandom(seed);
  return (length) => Uint8Array.from({ length }, () => Math.floor(random() * 256));
}

/** `count` invented households; the same seed gives the same ones. `members` fixes their size. */
export function sampleHouseholds(seed: number, count: number, members?: number): Household[] {
  const random = seededRandom(seed);
  const bytes = seededBytes(seed + 1);
  return Array.from({ length: count }, () =>
    sampleHousehold(random, bytes, members ?? pick(random, [1, 1, 2, 2, 3, 4, 5])),
  );
}

function sampleHousehold(random: () => number, bytes: RandomBytes, size: number): Household {
  const address = sampleAddress(random);
  if (random() < 0.06) {
    const foreign = pick(random, FOREIGN_NAMES);
    const need: Need = { kind: 'language', detail: foreign.language };
    return {
      address,
      members: [samplePerson(random, bytes, { written: foreign.written, kana: foreign.kana }, 'unstated', 0, [need])],
    };
  }
  const family = pick(random, FAMILY_NAMES);
  const people = Array.from({ length: size }, (_, position) => {
    const sex = random() < 0.5 ? 'female' : 'male';
    const given = pick(random, GIVEN_NAMES[sex]);
    const name = { written: `${family.written} ${given.written}`, kana: `${family.kana} ${given.kana}` };
    const needs = random() < 0.25 ? [pick(random, NEEDS)] : [];
    return samplePerson(random, bytes, name, sex, position, needs);
  });
  return { address, members: people };
}

function samplePerson(
  random: () => number,
  bytes: RandomBytes,
  name: NamePair,
  sex: Sex,
  position: number,
  needs: Need[],
): Person {
  const age = position < 2 ? 22 + Math.floor(random() * 70) : Math.floor(random() * 18);
  const day = `${2025 - age}-${two(1 + Math.floor(random() * 12))}-${two(1 + Math.floor(random() * 28))}`;
  return { residentId: newResidentId(bytes), name, birthDate: birthDateSchema.parse(day), sex, needs };
}

function sampleAddress(random: () => number): Address {
  const [municipality = '', town = ''] = pick(random, TOWNS).split(' ');
  const number = `${1 + Math.floor(random() * 40)}-${1 + Math.floor(random() * 30)}`;
  const building = pick(random, BUILDINGS);
  return { municipality, line: `${town}${number}${building === '' ? '' : ` ${building}`}` };
}

function readName(pair: string): NamePair {
  const [written = '', kana = ''] = pair.split('/');
  return { written, kana };
}

function pick<Item>(random: () => number, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
