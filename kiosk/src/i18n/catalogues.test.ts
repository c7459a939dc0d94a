import {
  CARD_REFUSALS,
  HUB_REFUSALS,
  KIOSK_HOST_ERROR_CODES,
  type KioskHostErrorCode,
  PIN_REFUSALS,
  SYNC_TROUBLES,
} from '@uketsuke/shared/errors';
import { textsOf } from '@uketsuke/shared/i18n';
import { describe, expect, it } from 'vitest';
import { CATALOGUES } from './index.ts';

const japanese = textsOf(CATALOGUES.ja);
const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

describe.each(Object.entries(CATALOGUES))('the catalogue %s', (language, catalogue) => {
  const texts = [...textsOf(catalogue)];

  it('has the same keys as the Japanese one, none empty', () => {
    expect(texts.map(([key]) => key).sort()).toEqual([...japanese.keys()].sort());
    expect(texts.filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('fills in the same values', () => {
    for (const [key, text] of texts) expect(placeholders(text), key).toEqual(placeholders(japanese.get(key) ?? ''));
  });

  it('has a sentence for every code of an error that is shown', () => {
    const { reception, sync, hub, enrolment, unlock } = catalogue;
    for (const code of CARD_REFUSALS) expect([code, reception.refused[code].next]).not.toContain('');
    for (const code of SYNC_TROUBLES) expect([code, sync.trouble[code], sync.hubTrouble[code]]).not.toContain('');
    for (const code of PIN_REFUSALS) expect([code, enrolment.invalid[code], enrolment.failed[code]]).not.toContain('');
    for (const code of HUB_REFUSALS) expect([code, hub.failed[code]]).not.toContain('');
    const said = new Set(Object.keys({ ...enrolment.failed, ...unlock.failed, ...hub.failed }));
    const ofScreens: ReadonlySet<KioskHostErrorCode> = new Set(['another-window']);
    expect(KIOSK_HOST_ERROR_CODES.filter((code) => !said.has(code) && !ofScreens.has(code))).toEqual([]);
  });

  it('is in its own language', () => {
    const hasKana = texts.filter(([, text]) => /[ぁ-んァ-ヶ一-龠]/.test(text)).length;
    if (language === 'ja') expect(hasKana).toBeGreaterThan(texts.length * 0.8);
    else expect(hasKana).toBe(0);
  });
});
