import { issuedCardSchema } from '@uketsuke/shared/contracts';
import { declaredHouseholdSchema } from '@uketsuke/shared/person';
import { describe, expect, it } from 'vitest';
import { emptyCardDraft } from '../card/card-draft.ts';
import { storedCardOf } from '../card/stored-card.ts';
import { createDeviceMemory, DeviceMemoryError } from './device-memory.ts';

/** A Web Storage area in memory with room for `room` characters. */
function storageWithRoom(room: number): Storage {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    clear: () => items.clear(),
    getItem: (key) => items.get(key) ?? null,
    key: (at) => [...items.keys()][at] ?? null,
    removeItem: (key) => {
      items.delete(key);
    },
    setItem: (key, value) => {
      if (value.length > room) throw new DOMException('full', 'QuotaExceededError');
      items.set(key, value);
    },
  };
}

const card = storedCardOf(
  issuedCardSchema.parse({
    cardId: 'ABCDEFG2',
    code: 'UKE1AAAA',
    residentIds: ['AAAAAAAAAAAA'],
    issuedAt: '2026-11-22T00:00:00.000Z',
    expiresAt: '2031-11-22T00:00:00.000Z',
    managementToken: 'x'.repeat(43),
  }),
  declaredHouseholdSchema.parse({ members: [{ name: { written: '熊本 花子' }, sex: 'unstated', needs: [] }] }),
  '2026-11-22T07:00:00.000Z',
);

describe("the device's memory", () => {
  it('keeps card, draft and language, and forgets card and draft', () => {
    const memory = createDeviceMemory(storageWithRoom(10_000));
    const draft = emptyCardDraft(() => 'a');
    memory.keepCard(card);
    expect(memory.keepDraft(draft)).toBe(true);
    memory.keepLanguage('en');
    expect([memory.card(), memory.draft(), memory.language()]).toEqual([{ kind: 'card', card }, draft, 'en']);
    memory.forgetAll();
    expect([memory.card(), memory.draft(), memory.language()]).toEqual([{ kind: 'none' }, undefined, 'en']);
  });

  it.each([
    ['full', storageWithRoom(10)],
    ['refused', undefined],
  ])('says when nothing is kept: %s', (_, storage) => {
    const memory = createDeviceMemory(storage);
    expect(() => memory.keepCard(card)).toThrow(DeviceMemoryError);
    expect(memory.keepDraft(emptyCardDraft(() => 'a'))).toBe(false);
    expect(memory.card()).toEqual({ kind: 'none' });
  });

  it('takes a draft it cannot read for none', () => {
    const storage = storageWithRoom(100);
    storage.setItem('uketsuke.card.draft', '{"version":9}');
    expect(createDeviceMemory(storage).draft()).toBeUndefined();
  });
});
