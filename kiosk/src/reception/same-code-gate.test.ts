import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SAME_CODE_HOLD_MS, SameCodeGate } from './same-code-gate.ts';

describe('the same code again', () => {
  it('takes a card held for a minute once, at 20 frames a second (RCP-4)', () => {
    const gate = new SameCodeGate();
    let taken = 0;
    for (let at = 0; at < 60_000; at += 50) if (gate.lets('UKE1A', at)) taken += 1;
    expect(taken).toBe(1);
  });

  it('takes 44 different codes shown 500 ms each, every one once, though each is read on every frame', () => {
    const gate = new SameCodeGate();
    const taken: string[] = [];
    for (let at = 0; at < 44 * 500; at += 33) {
      const text = `UKE1${Math.floor(at / 500)}`;
      if (gate.lets(text, at)) taken.push(text);
    }
    expect(taken).toEqual(Array.from({ length: 44 }, (_, index) => `UKE1${index}`));
  });

  it('takes the same card again once it was out of sight long enough, and not a moment before', () => {
    const gate = new SameCodeGate();
    expect(gate.lets('A', 0)).toBe(true);
    expect(gate.lets('A', SAME_CODE_HOLD_MS - 1)).toBe(false);
    expect(gate.lets('A', 2 * SAME_CODE_HOLD_MS - 2)).toBe(false);
    expect(gate.lets('A', 3 * SAME_CODE_HOLD_MS - 2)).toBe(true);
  });

  it('holds each of two cards in view at once', () => {
    const gate = new SameCodeGate();
    const taken: string[] = [];
    for (let at = 0; at < 20_000; at += 40) {
      const text = (at / 40) % 2 === 0 ? 'A' : 'B';
      if (gate.lets(text, at)) taken.push(text);
    }
    expect(taken).toEqual(['A', 'B']);
  });

  it('never takes one code twice within the hold, whatever is shown', () => {
    const sightings = fc.array(fc.record({ text: fc.constantFrom('A', 'B', 'C'), after: fc.nat(5_000) }));
    fc.assert(
      fc.property(sightings, (list) => {
        const gate = new SameCodeGate();
        const taken = new Map<string, number>();
        let at = 0;
        for (const { text, after } of list) {
          at += after;
          if (!gate.lets(text, at)) continue;
          const before = taken.get(text);
          if (before !== undefined) expect(at - before).toBeGreaterThanOrEqual(SAME_CODE_HOLD_MS);
          taken.set(text, at);
        }
      }),
    );
  });
});
