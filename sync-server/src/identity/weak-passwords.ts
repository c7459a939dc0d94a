/**
 * Passwords that are tried first, refused whatever else they hold (NIST SP 800-63B, 3.1.1.2). Lists of leaked passwords
 * hold hardly any of twelve characters that are not made so: a well-known word, a run of keys or one pattern repeated,
 * with a few digits or signs behind. So it is asked how they are made, and no list of millions is kept.
 */
const WORDS = [
  'administrator',
  'admin',
  'changeme',
  'disaster',
  'dragon',
  'evacuation',
  'football',
  'baseball',
  'headquarters',
  'iloveyou',
  'kumamoto',
  'letmein',
  'login',
  'master',
  'monkey',
  'office',
  'pass',
  'passphrase',
  'password',
  'princess',
  'reception',
  'root',
  'saigai',
  'hinanjo',
  'secret',
  'shelter',
  'sunshine',
  'superman',
  'system',
  'taisaku',
  'test',
  'trustno',
  'uketsuke',
  'user',
  'welcome',
  'パスワード',
  '災害',
  '対策',
  '本部',
  '避難所',
  '受付',
  '管理者',
  '熊本',
  '熊本市',
] as const;

/** Rows of the usual keyboards, the alphabet and the digits; a run goes along one, either way. */
const RUNS = [
  '01234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'abcdefghijklmnopqrstuvwxyz',
  '1qaz2wsx3edc4rfv5tgb',
  'qazwsxedcrfvtgb',
];
const RUN_AT_LEAST = 4;
/** So many characters have to be left when all that is well known is taken away. */
const OWN_AT_LEAST = 5;

const LOOKALIKES: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/** Whether a password is among the first to be tried. @param known what belongs to the account and the city */
export function isWeakPassword(password: string, known: readonly string[]): boolean {
  const text = password.normalize('NFKC').toLowerCase().replaceAll(/\s/g, '');
  const words = [...WORDS, ...known.map((word) => word.normalize('NFKC').toLowerCase())].filter(
    (word) => word.length > 1,
  );
  const spoken = [...text].map((character) => LOOKALIKES[character] ?? character).join('');
  return [text, spoken].some((form) => leftOf(form, words) < OWN_AT_LEAST);
}

/** How many different characters are left of the text without words, runs, repetitions and digits. */
function leftOf(text: string, words: readonly string[]): number {
  let left = text;
  for (const word of words.toSorted((one, other) => other.length - one.length)) left = left.replaceAll(word, ' ');
  left = withoutRuns(left)
    .replaceAll(/(.{1,6}?)\1{2,}/gu, ' $1')
    .replaceAll(/[\d\p{P}\p{S}\s]/gu, '');
  return new Set(left).size;
}

function withoutRuns(text: string): string {
  let left = text;
  for (const row of RUNS.flatMap((each) => [each, [...each].reverse().join('')])) {
    for (let length = row.length; length >= RUN_AT_LEAST; length -= 1) {
      for (let from = 0; from + length <= row.length; from += 1)
        left = left.replaceAll(row.slice(from, from + length), ' ');
    }
  }
  return left;
}
