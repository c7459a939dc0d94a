import { expect, it } from 'vitest';
import { textsOf } from '../i18n/catalogues.ts';
import { FAILURE_WORDS, failureWords } from './words.ts';

it('every language has every text, and Japanese is for Japanese alone', () => {
  const [ja, en] = [textsOf(FAILURE_WORDS.ja), textsOf(FAILURE_WORDS.en)];
  expect([...en.keys()]).toEqual([...ja.keys()]);
  for (const text of [...ja.values(), ...en.values()]) expect(text.trim()).not.toBe('');
  expect(['ja', 'ja-JP', 'ja-Hira'].map(failureWords)).toEqual([ja, ja, ja].map(() => FAILURE_WORDS.ja));
  expect(['en', 'vi', ''].map(failureWords)).toEqual([en, en, en].map(() => FAILURE_WORDS.en));
});
