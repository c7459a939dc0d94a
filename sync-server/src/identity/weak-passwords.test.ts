import { describe, expect, it } from 'vitest';
import { isWeakPassword } from './weak-passwords.ts';

describe('a password that is tried first (SEC-9)', () => {
  it.each([
    'password1234',
    'Password!2026',
    'P@ssw0rd2026!',
    'passwordpassword',
    'administrator',
    '123456789012',
    '111111111111',
    'qwertyuiop12',
    '1qaz2wsx3edc',
    'abcdefghijkl',
    'aaaaaaaaaaaaaaaa',
    'abcabcabcabc',
    'uketsuke2026!',
    'kumamoto12345',
    'welcome12345',
    'ＰＡＳＳＷＯＲＤ１２３４',
    'tanaka123456',
    'tanakatanaka',
    'パスワード12345678',
    '熊本市災害対策本部2026',
    'letmein letmein',
  ])('%s', (password) => {
    expect(isWeakPassword(password, ['tanaka', '熊本市'])).toBe(true);
  });

  it.each([
    '熊本城の石垣は高い2026',
    'correct horse battery staple',
    'ashita no asa wa hayai',
    'xK4-mwq7-Tz0p',
    '白川の土手で待ち合わせ',
    'my password is a long walk',
  ])('is not %s', (password) => {
    expect(isWeakPassword(password, ['tanaka', '熊本市'])).toBe(false);
  });
});
