import { expect, it } from 'vitest';
import { hubCode, isHubCode, readHubCode } from './index.ts';

const ORIGINS = ['https://192.168.1.20:8443', 'https://hub.local:8443'];

it('a hub code gives back its addresses', () => {
  expect(readHubCode(hubCode(ORIGINS))).toEqual(ORIGINS);
  expect(isHubCode(hubCode(ORIGINS))).toBe(true);
  expect(isHubCode(hubCode([]))).toBe(true);
});

it('is read from a scanner that types, by JIS and US keys', () => {
  expect(readHubCode('UKEHUB1 HTTPS;//192.168.1.20;8443 HTTPS;//HUB.LOCAL;8443')).toEqual(ORIGINS);
  expect(readHubCode("UKEHUB1 HTTPS'//192.168.1.20'8443")).toEqual(ORIGINS.slice(0, 1));
});

it('gives no address that is not https', () => {
  expect(readHubCode('UKEHUB1 http://192.168.1.20:8443 javascript:alert(1) https://user:pw@hub:1 x')).toEqual([]);
});

it('is told from cards, other codes and later versions', () => {
  expect(readHubCode('UKEHUB2 https://hub:1')).toBeNull();
  expect(isHubCode('UKEHUB2 https://hub:1')).toBe(true);
  for (const text of ['UKE1ABCDEFGH', 'UKEHUBABC', 'https://192.168.1.20:8443', '']) {
    expect(isHubCode(text), text).toBe(false);
    expect(readHubCode(text), text).toBeNull();
  }
});
