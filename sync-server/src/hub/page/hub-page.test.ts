import type { HubState } from '@uketsuke/shared/contracts';
import { BUNDLE_REFUSALS, SYNC_FAILURES } from '@uketsuke/shared/errors';
import { describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { hubPage } from './hub-page.ts';
import { ja } from './ja.ts';

const state: HubState = {
  shelterName: '<b>健軍</b>',
  version: '1',
  kiosks: 2,
  events: 1_234,
  relay: { connected: false, pending: null, oldestPendingAt: '2026-11-22T20:00:00.000Z', lastExchangeAt: null },
  failure: null,
};
const lan = ['https://192.168.1.20:8443'];
const page = (change: Partial<HubState>, language: 'ja' | 'en' = 'ja', addresses = lan) =>
  hubPage({ state: { ...state, ...change }, addresses, importsBundles: true }, language);

describe("the words of the hub's page", () => {
  it('say why there is no way to the city, and never "0 pending" while that is unknown (SYN-8)', async () => {
    expect(await page({})).toContain(ja.cityStates.connecting);
    expect(await page({})).toContain(ja.pendingUnknown);
    expect(await page({ failure: 'timed-out' })).toContain(ja.cityStates.unreachable);
    expect(await page({ failure: 'revoked' })).toContain(ja.cityStates.refused);
    expect(await page({ failure: 'strange' })).toContain(ja.cityStates.strange);
    expect(await page({ failure: 'busy' }, 'en')).toContain(en.cityStates.failing);
    const { relay } = state;
    expect(await page({ relay: { ...relay, connected: true, pending: 0 } })).toContain(ja.cityStates.connected);
  });

  it('give times of Japan, and what is in the way when there is no LAN', async () => {
    expect(await page({})).toContain('2026/11/23 5:00');
    expect(await page({}, 'ja', ['https://127.0.0.1:8443'])).toContain(ja.onlyHere);
    expect(await page({})).not.toContain(ja.onlyHere);
  });

  it('are text, whatever a shelter is called', async () => {
    expect(await page({})).not.toContain('<b>');
    expect(await page({})).toContain('&lt;b&gt;');
  });

  it('say something of every way to fail, in both languages', async () => {
    for (const language of ['ja', 'en'] as const) {
      const { cityStates, usb } = language === 'ja' ? ja : en;
      const states = Object.values(cityStates).filter((text) => text !== cityStates.connected);
      for (const failure of SYNC_FAILURES) {
        const shown = await page({ failure }, language);
        expect([failure, states.filter((text) => shown.includes(text))]).toEqual([failure, [expect.any(String)]]);
      }
      for (const code of BUNDLE_REFUSALS) expect([code, usb.failures[code]]).toEqual([code, expect.any(String)]);
    }
  });

  it('are all there in both languages', () => {
    const textsOf = (words: unknown): unknown[] =>
      typeof words === 'object' && words !== null ? Object.values(words).flatMap(textsOf) : [words];
    for (const words of [ja, en]) {
      for (const text of textsOf(words)) expect(text).toMatch(/\S/);
    }
    expect(textsOf(en)).toHaveLength(textsOf(ja).length);
  });
});
