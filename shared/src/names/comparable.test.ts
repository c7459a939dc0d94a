import { describe, expect, it } from 'vitest';
import { comparableText, isSameText, nameKeys } from './index.ts';
import { usualCharacter } from './usual-character.ts';

describe('names are the same however they are written (FLD-7)', () => {
  it.each([
    ['高橋 花子', '髙橋 花子'],
    ['渡辺', '渡邉'],
    ['渡邊', '渡邉'],
    ['吉田', '𠮷田'],
    ['斎藤', '齋藤'],
    ['山崎', '山﨑'],
    ['浜田', '濵田'],
    ['浜田', '濱田'],
    ['桜井', '櫻井'],
    ['沢田', '澤田'],
    ['島田', '嶋田'],
    ['宝', '寳'],
    ['佐々木', '佐佐木'],
    ['塚本', '\u{fa10}本'],
    ['葛城', '葛\u{e0100}城'],
    ['辻', '辻\u{e0101}'],
    ['高橋花子', '高橋　花子'],
  ])('%s and %s', (left, right) => {
    expect(isSameText(left, right)).toBe(true);
  });

  it.each([
    ['MARIA SANTOS', 'Santos Maria'],
    ['SANTOS, MARIA', 'Maria Santos'],
    ['Nguyễn Văn An', 'NGUYEN VAN AN'],
    ['José García', 'JOSE GARCIA'],
    ['Łukasz Øster', 'LUKASZ OSTER'],
    ['Müller', 'MULLER'],
    ['O’Neil', "O'NEIL"],
    ['Ｍａｒｉａ', 'maria'],
  ])('%s and %s, in Latin letters', (left, right) => {
    expect(isSameText(left, right)).toBe(true);
  });

  it.each([
    ['ｸﾏﾓﾄ ﾊﾅｺ', 'くまもと はなこ'],
    ['サイトウ', 'サイトー'],
    ['オオノ', 'オウノ'],
    ['ユウキ', 'ユーキ'],
    ['シズカ', 'シヅカ'],
    ['ショウコ', 'シヨウコ'],
    ['ヴィクトル', 'ビクトル'],
    ['サントス マリア', 'マリア・サントス'],
  ])('%s and %s, in kana', (left, right) => {
    expect(isSameText(left, right)).toBe(true);
  });

  it.each([
    ['オノ', 'オオノ'],
    ['斉藤', '斎藤'],
    ['ハナコ', 'バナコ'],
    ['高橋', '高端'],
    ['Maria Santos', 'Mario Santos'],
    ['ユキ', 'ユウキ'],
  ])('but not %s and %s', (left, right) => {
    expect(isSameText(left, right)).toBe(false);
  });

  it('keeps what it does not know, so that nobody loses their name', () => {
    expect(comparableText('ශ්‍රී ලාල්')).toBe('ශ්රීලාල්');
    expect(comparableText('조선')).toBe('조선');
    expect(nameKeys('')).toEqual(['']);
    expect(usualCharacter('高')).toBe('高');
  });
});
