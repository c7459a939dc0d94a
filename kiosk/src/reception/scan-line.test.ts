import { type EventId, eventIdSchema } from '@uketsuke/shared/identifiers';
import type { StayKind } from '@uketsuke/shared/reception';
import { describe, expect, it } from 'vitest';
import type { Desk } from '../desk/desk.ts';
import type { ScanOutcome } from './outcomes.ts';
import { ScanLine, type Told } from './scan-line.ts';

const eventId = (number: number) => eventIdSchema.parse(`ev:0199aabbccd${number}-0000-desk1`);

/** A desk that answers each scan when told to, and notes what it was asked. */
function slowDesk() {
  const asked: { text: string; stay: StayKind }[] = [];
  const answers: ((outcome: ScanOutcome) => void)[] = [];
  const meant: (EventId | undefined)[] = [];
  const desk: Pick<Desk, 'scan' | 'undoLast'> = {
    scan: (text, stay) => {
      asked.push({ text, stay });
      return new Promise((resolve) => answers.push(resolve));
    },
    undoLast: async (expected) => {
      meant.push(expected);
      return { kind: 'overtaken' };
    },
  };
  return { desk, asked, answers, meant };
}

function lineOver(desk: Pick<Desk, 'scan' | 'undoLast'>) {
  const chosen: { stay: StayKind; now: number } = { stay: 'shelter', now: 0 };
  const told: Told[] = [];
  const working: boolean[] = [];
  const line = new ScanLine({
    desk,
    stay: () => chosen.stay,
    now: () => chosen.now,
    onTold: (one) => told.push(one),
    onWorking: (busy) => working.push(busy),
  });
  return { line, told, working, chosen };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
const REFUSED: ScanOutcome = { kind: 'refused', refusal: 'not-ours' };

describe('the line at the desk', () => {
  it('asks the desk for one card after the other, in order, losing none', async () => {
    const { desk, asked, answers } = slowDesk();
    const { line, told, working } = lineOver(desk);
    line.take(['A']);
    line.take(['B']);
    line.take(['C']);
    await settle();
    expect(asked.map(({ text }) => text)).toEqual(['A']);
    for (let answered = 0; answered < 3; answered += 1) {
      answers[answered]?.(REFUSED);
      await settle();
    }
    expect(asked.map(({ text }) => text)).toEqual(['A', 'B', 'C']);
    expect(told).toHaveLength(3);
    expect(working.at(-1)).toBe(false);
  });

  it('uses the kind of stay chosen when the card was shown', async () => {
    const { desk, asked, answers } = slowDesk();
    const { line, chosen } = lineOver(desk);
    line.take(['A']);
    chosen.stay = 'car';
    line.take(['B']);
    chosen.stay = 'home';
    await settle();
    answers[0]?.(REFUSED);
    await settle();
    expect(asked).toEqual([
      { text: 'A', stay: 'shelter' },
      { text: 'B', stay: 'car' },
    ]);
  });

  it('takes a code once while it is in view, and says that it was known', async () => {
    const { desk, asked } = slowDesk();
    const { line } = lineOver(desk);
    expect(line.take(['A'])).toBe(false);
    expect(line.take(['A'])).toBe(true);
    expect(line.take(['A', 'B'])).toBe(false);
    await settle();
    expect(asked).toHaveLength(1);
  });

  it('undoes the admission that was shown and no other (RCP-5)', async () => {
    const { desk, meant } = slowDesk();
    const { line, told } = lineOver(desk);
    line.undo(eventId(1));
    await settle();
    expect(meant).toEqual([eventId(1)]);
    expect(told).toEqual([{ about: 'undo', outcome: { kind: 'overtaken' } }]);
  });

  it('tells nothing once closed', async () => {
    const { desk, answers } = slowDesk();
    const { line, told } = lineOver(desk);
    line.take(['A']);
    await settle();
    line.close();
    answers[0]?.(REFUSED);
    await settle();
    expect(told).toEqual([]);
  });
});
