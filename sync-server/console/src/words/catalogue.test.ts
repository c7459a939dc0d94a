import { CLIENT_FAILURES, PROBLEM_CODES, QUARANTINE_REASONS } from '@uketsuke/shared/errors';
import { textsOf } from '@uketsuke/shared/i18n';
import { describe, expect, it } from 'vitest';
import { CATALOGUES } from './catalogue.ts';

const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').toSorted();

/** Every key with the placeholders of its words. */
const shapeOf = (catalogue: object) =>
  Object.fromEntries([...textsOf(catalogue)].map(([key, text]) => [key, placeholders(text)]));

describe.each(Object.entries(CATALOGUES))('the words in %s', (_language, catalogue) => {
  it('have the keys and placeholders of the Japanese ones', () => {
    expect(shapeOf(catalogue)).toEqual(shapeOf(CATALOGUES.ja));
  });

  it('have a sentence for every code of an error', () => {
    const { errors, quarantine } = catalogue;
    for (const code of [...PROBLEM_CODES, ...CLIENT_FAILURES]) {
      expect([code, errors[code]]).toEqual([code, expect.stringMatching(/\S/)]);
    }
    for (const reason of QUARANTINE_REASONS) {
      expect([reason, quarantine.reasons[reason]]).toEqual([reason, expect.stringMatching(/\S/)]);
    }
  });

  it('leave nothing empty', () => {
    expect(JSON.stringify(catalogue)).not.toContain('""');
  });
});
