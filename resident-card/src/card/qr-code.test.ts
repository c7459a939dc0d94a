import { issueCard, issueDayOf, issuerFromPrivateKey } from '@uketsuke/shared/card';
import { newCardId, secureRandomBytes } from '@uketsuke/shared/identifiers';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { importSealingPublicKey, newSealingKeyPair } from '@uketsuke/shared/sealing';
import { describe, expect, it } from 'vitest';
import { drawQrCode, sharpSidePx } from './qr-code.ts';

async function codeOf(members: number): Promise<string> {
  const [household] = sampleHouseholds(5, 1, members);
  if (household === undefined) throw new Error('no sample');
  const receptionKey = await importSealingPublicKey((await newSealingKeyPair()).publicKey);
  const claims = { cardId: newCardId(secureRandomBytes), issuedDay: issueDayOf(Date.now()), validYears: 5, household };
  return issueCard(claims, issuerFromPrivateKey(1, secureRandomBytes(32)), receptionKey);
}

describe("a card's QR code", () => {
  it.each([
    [1, 11, 15],
    [4, 15, 20],
  ])('of %i people is in alphanumeric mode, version at most %i (M) and %i (Q)', async (members, screen, paper) => {
    const code = await codeOf(members);
    for (const [level, largest] of [['M', screen] as const, ['Q', paper] as const]) {
      const drawing = drawQrCode(code, level);
      expect(drawing.modes).toEqual(['Alphanumeric']);
      expect(drawing.version).toBeLessThanOrEqual(largest);
      expect(drawing.sideModules).toBe(17 + 4 * drawing.version + 8);
    }
  });

  it('has room for the largest card there is (CRD-7)', () => {
    const drawing = drawQrCode(`UKE1${'A'.repeat(996)}`, 'Q');
    expect(drawing.modes).toEqual(['Alphanumeric']);
    expect(drawing.version).toBeLessThanOrEqual(27);
  });

  it('keeps its quiet zone free', () => {
    const { path, sideModules } = drawQrCode('UKE1ABCDEFG', 'M');
    const starts = [...path.matchAll(/M(\d+) (\d+)h(\d+)/g)].map((match) => match.slice(1).map(Number));
    expect(starts.length).toBeGreaterThan(50);
    for (const [column = 0, row = 0, length = 0] of starts) {
      expect(Math.min(column, row)).toBeGreaterThanOrEqual(4);
      expect(Math.max(column + length, row + 1)).toBeLessThanOrEqual(sideModules - 4);
    }
  });

  it('refuses text that is not alphanumeric', () => {
    expect(() => drawQrCode('uke1あ', 'M')).toThrow();
  });
});

describe('the side on screen', () => {
  it.each([
    [390, 81, 3],
    [390, 81, 1],
    [320, 97, 2],
    [356, 89, 2.625],
  ])('%i px for %i modules at ratio %d has whole screen pixels per module and fits', (available, modules, ratio) => {
    const side = sharpSidePx(available, modules, ratio);
    const pixels = (side * ratio) / modules;
    expect(Math.abs(pixels - Math.round(pixels))).toBeLessThan(1e-9);
    expect(side).toBeLessThanOrEqual(available);
    expect(side + modules / ratio).toBeGreaterThan(available);
  });

  it('never vanishes', () => {
    expect(sharpSidePx(10, 89, 1)).toBe(89);
  });
});
