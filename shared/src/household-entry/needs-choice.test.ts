import { describe, expect, it } from 'vitest';
import { NEED_CODES } from '../person/index.ts';
import { NEED_GROUPS, withNeed } from './needs-choice.ts';

describe('needs to choose from', () => {
  it('are all coded needs, each once', () => {
    const keys = NEED_GROUPS.flatMap((group) => group.keys);
    expect(keys.toSorted()).toEqual(NEED_CODES.map((need) => `${need.kind}/${need.detail}`).toSorted());
  });

  it('allow one care level only, and several allergies', () => {
    const care = NEED_GROUPS.find((group) => group.kind === 'care-level');
    const allergy = NEED_GROUPS.find((group) => group.kind === 'allergy');
    if (care === undefined || allergy === undefined) throw new Error('a group is missing');
    const chosen = withNeed(['allergy/egg', 'care-level/care-1'], care, 'care-level/care-4', true);
    expect(chosen).toEqual(['allergy/egg', 'care-level/care-4']);
    expect(withNeed(chosen, allergy, 'allergy/milk', true)).toContain('allergy/egg');
    expect(withNeed(chosen, care, 'care-level/care-4', false)).toEqual(['allergy/egg']);
  });
});
