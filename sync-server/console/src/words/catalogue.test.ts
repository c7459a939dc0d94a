import { PROBLEM_CODES, QUARANTINE_REASONS } from '@uketsuke/shared/errors';
import { describe, expect, it } from 'vitest';
import { CONSOLE_LANGUAGES, RESOURCES } from './catalogue.ts';

/** Every key with the placeholders of its words. */
function shapeOf(tree: object, prefix = ''): Map<string, string> {
  const shape = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    const path = `${prefix}${key}`;
    if (typeof value === 'string') {
      const placeholders = [...value.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '');
      shape.set(path, placeholders.toSorted().join());
    } else {
      for (const [inner, names] of shapeOf(value, `${path}.`)) shape.set(inner, names);
    }
  }
  return shape;
}

const japanese = shapeOf(RESOURCES.ja.translation);

describe.each(CONSOLE_LANGUAGES)('the words in %s', (language) => {
  it('have the keys and placeholders of the Japanese ones', () => {
    expect(Object.fromEntries(shapeOf(RESOURCES[language].translation))).toEqual(Object.fromEntries(japanese));
  });

  it('have a sentence for every code of an error', () => {
    const { errors, quarantine } = RESOURCES[language].translation;
    for (const code of [...PROBLEM_CODES, 'unreachable', 'unexpected-answer', 'file-unreadable'] as const) {
      expect([code, errors[code]]).toEqual([code, expect.stringMatching(/\S/)]);
    }
    for (const reason of QUARANTINE_REASONS) {
      expect([reason, quarantine.reasons[reason]]).toEqual([reason, expect.stringMatching(/\S/)]);
    }
  });

  it('leave nothing empty', () => {
    expect(JSON.stringify(RESOURCES[language])).not.toContain('""');
  });
});
