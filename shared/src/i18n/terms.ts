import type { NEED_CODES, NEED_KINDS } from '../person/needs.ts';
import type { Sex } from '../person/person.ts';
import type { Assurance, StayKind } from '../reception/events.ts';
import type { Presence } from '../roster/fold.ts';

type KeyOf<Coded extends { kind: string; detail: string }> = Coded extends unknown
  ? `${Coded['kind']}/${Coded['detail']}`
  : never;
type NeedKey = KeyOf<(typeof NEED_CODES)[number]>;

/** Words for the terms of the domain, the same in all apps. i18next resources: merge under the key `terms`. */
export interface Terms {
  readonly needKind: Readonly<Record<(typeof NEED_KINDS)[number], string>>;
  /** By `kind/detail`. */
  readonly need: Readonly<Record<NeedKey, string>>;
  readonly sex: Readonly<Record<Sex, string>>;
  readonly presence: Readonly<Record<Presence, string>>;
  readonly stay: Readonly<Record<StayKind, string>>;
  readonly assurance: Readonly<Record<Assurance, string>>;
}

const ja: Terms = {
  needKind: {
    allergy: 'アレルギー',
    medication: '薬・医療',
    mobility: '移動',
    pregnancy: '妊娠',
    infant: '乳児',
    'care-level': '要介護認定',
    disability: '障害',
    language: '言語',
    pet: 'ペット',
    other: 'その他',
  },
  need: {
    'allergy/shrimp': 'えびアレルギー',
    'allergy/crab': 'かにアレルギー',
    'allergy/walnut': 'くるみアレルギー',
    'allergy/wheat': '小麦アレルギー',
    'allergy/buckwheat': 'そばアレルギー',
    'allergy/egg': '卵アレルギー',
    'allergy/milk': '乳アレルギー',
    'allergy/peanut': '落花生アレルギー',
    'allergy/other-food': 'その他の食物アレルギー',
    'allergy/drug': '薬のアレルギー',
    'medication/daily': '毎日の薬が必要',
    'medication/insulin': 'インスリンが必要',
    'medication/dialysis': '人工透析',
    'medication/oxygen': '在宅酸素',
    'mobility/walking-aid': '杖・歩行器',
    'mobility/wheelchair': '車いす',
    'mobility/bedridden': '寝たきり',
    'pregnancy/pregnant': '妊娠中',
    'infant/milk-and-nappies': 'ミルク・おむつが必要',
    'care-level/support-1': '要支援1',
    'care-level/support-2': '要支援2',
    'care-level/care-1': '要介護1',
    'care-level/care-2': '要介護2',
    'care-level/care-3': '要介護3',
    'care-level/care-4': '要介護4',
    'care-level/care-5': '要介護5',
    'disability/physical': '身体障害',
    'disability/visual': '視覚障害',
    'disability/hearing': '聴覚障害',
    'disability/intellectual': '知的障害',
    'disability/psychosocial': '精神障害',
    'disability/internal': '内部障害',
    'language/easy-japanese': 'やさしい日本語で',
    'language/en': '英語',
    'language/zh': '中国語',
    'language/ko': '韓国・朝鮮語',
    'language/vi': 'ベトナム語',
    'language/ne': 'ネパール語',
    'language/tl': 'フィリピノ語',
    'language/id': 'インドネシア語',
    'language/my': 'ミャンマー語',
    'language/pt': 'ポルトガル語',
    'pet/dog': '犬',
    'pet/cat': '猫',
    'pet/other': 'その他のペット',
  },
  sex: { female: '女', male: '男', other: 'その他', unstated: '未回答' },
  presence: { present: '滞在中', out: '外出中', departed: '退所', transferred: '移動' },
  stay: { shelter: '避難所内', car: '車中泊', home: '在宅避難' },
  assurance: { 'self-declared': '本人申告', 'card-presented': 'カード提示', 'card-and-pin': 'カードと暗証番号' },
};

const en: Terms = {
  needKind: {
    allergy: 'Allergy',
    medication: 'Medicine and treatment',
    mobility: 'Mobility',
    pregnancy: 'Pregnancy',
    infant: 'Infant',
    'care-level': 'Care level',
    disability: 'Disability',
    language: 'Language',
    pet: 'Pet',
    other: 'Other',
  },
  need: {
    'allergy/shrimp': 'Shrimp allergy',
    'allergy/crab': 'Crab allergy',
    'allergy/walnut': 'Walnut allergy',
    'allergy/wheat': 'Wheat allergy',
    'allergy/buckwheat': 'Buckwheat allergy',
    'allergy/egg': 'Egg allergy',
    'allergy/milk': 'Milk allergy',
    'allergy/peanut': 'Peanut allergy',
    'allergy/other-food': 'Other food allergy',
    'allergy/drug': 'Drug allergy',
    'medication/daily': 'Needs daily medicine',
    'medication/insulin': 'Needs insulin',
    'medication/dialysis': 'Dialysis',
    'medication/oxygen': 'Home oxygen',
    'mobility/walking-aid': 'Cane or walker',
    'mobility/wheelchair': 'Wheelchair',
    'mobility/bedridden': 'Bedridden',
    'pregnancy/pregnant': 'Pregnant',
    'infant/milk-and-nappies': 'Needs formula and nappies',
    'care-level/support-1': 'Support level 1',
    'care-level/support-2': 'Support level 2',
    'care-level/care-1': 'Care level 1',
    'care-level/care-2': 'Care level 2',
    'care-level/care-3': 'Care level 3',
    'care-level/care-4': 'Care level 4',
    'care-level/care-5': 'Care level 5',
    'disability/physical': 'Physical disability',
    'disability/visual': 'Visual disability',
    'disability/hearing': 'Hearing disability',
    'disability/intellectual': 'Intellectual disability',
    'disability/psychosocial': 'Psychosocial disability',
    'disability/internal': 'Internal disability',
    'language/easy-japanese': 'Plain Japanese',
    'language/en': 'English',
    'language/zh': 'Chinese',
    'language/ko': 'Korean',
    'language/vi': 'Vietnamese',
    'language/ne': 'Nepali',
    'language/tl': 'Filipino',
    'language/id': 'Indonesian',
    'language/my': 'Burmese',
    'language/pt': 'Portuguese',
    'pet/dog': 'Dog',
    'pet/cat': 'Cat',
    'pet/other': 'Other pet',
  },
  sex: { female: 'Female', male: 'Male', other: 'Other', unstated: 'Not stated' },
  presence: { present: 'Here', out: 'Stepped out', departed: 'Left', transferred: 'Moved' },
  stay: { shelter: 'In the shelter', car: 'In a car', home: 'At home' },
  assurance: { 'self-declared': 'Self-declared', 'card-presented': 'Card shown', 'card-and-pin': 'Card and PIN' },
};

/** Catalogues of the domain's terms, by language. */
export const TERMS = { ja, en } as const;
