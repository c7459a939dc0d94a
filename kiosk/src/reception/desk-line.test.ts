import { hubCode } from '@uketsuke/shared/hub';
import { type EventId, eventIdSchema } from '@uketsuke/shared/identifiers';
import type { StayKind } from '@uketsuke/shared/reception';
import { type Answers, allOthers, type Doubt } from '@uketsuke/shared/roster';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { describe, expect, it, vi } from 'vitest';
import { DeskLine, type DeskLineParts, type Told } from './desk-line.ts';
import type { PresentedOutcome, ScanOutcome } from './outcomes.ts';

const eventId = (number: number) => eventIdSchema.parse(`ev:0199aabbccd${number}-0000-desk1`);

/** A desk that answers each scan when told to, and notes what it was asked. */
function slowDesk() {
  const asked: { text: string; stay: StayKind; who?: Answers }[] = [];
  const answers: ((outcome: PresentedOutcome) => void)[] = [];
  const meant: (EventId | undefined)[] = [];
  const desk: Pick<DeskLineParts, 'cards' | 'admissions'> = {
    cards: {
      scan: (text, stay, who) => {
        asked.push({ text, stay, ...(who === undefined ? {} : { who }) });
        return new Promise((resolve) => answers.push(resolve));
      },
    },
    admissions: {
      undoLast: async (expected) => {
        meant.push(expected);
        return { kind: 'overtaken' };
      },
    },
  };
  return { desk, asked, answers, meant };
}

function lineOver(desk: Pick<DeskLineParts, 'cards' | 'admissions'>, asked = { hubs: true }) {
  const told: Told[] = [];
  const hubCodes: string[] = [];
  const line = new DeskLine({
    ...desk,
    now: () => 0,
    hubCodes: { areAskedFor: () => asked.hubs, take: (text) => hubCodes.push(text) },
  });
  line.subscribe(() => {
    const { result } = line.state();
    if (result !== null && result !== told.at(-1)) told.push(result);
  });
  return { line, told, hubCodes };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
const HUB_CODE = hubCode(['https://192.168.1.5:8443']);
const [first, second] = sampleHouseholds(3, 2, 1).flatMap(({ members }) => members);
if (first === undefined || second === undefined) throw new Error('no sample');
const DOUBTS: readonly Doubt[] = [{ member: first, entries: [] }];
const OTHER_DOUBTS: readonly Doubt[] = [{ member: second, entries: [] }];
const REFUSED: ScanOutcome = { kind: 'refused', refusal: 'not-ours' };

describe('the line at the desk', () => {
  it('asks the desk for one card after the other, in order, losing none', async () => {
    const { desk, asked, answers } = slowDesk();
    const { line, told } = lineOver(desk);
    line.take(['A']);
    line.take(['B']);
    line.take(['C']);
    await settle();
    expect(asked.map(({ text }) => text)).toEqual(['A']);
    expect(line.state().working).toBe(true);
    for (let answered = 0; answered < 3; answered += 1) {
      answers[answered]?.(REFUSED);
      await settle();
    }
    expect(asked.map(({ text }) => text)).toEqual(['A', 'B', 'C']);
    expect(told).toHaveLength(3);
    expect(line.state().working).toBe(false);
  });

  it('uses the kind of stay chosen when the card was shown', async () => {
    const { desk, asked, answers } = slowDesk();
    const { line } = lineOver(desk);
    line.take(['A']);
    line.choose('car');
    line.take(['B']);
    line.choose('home');
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

  it('takes its turn with other sources: a card on the reader waits for the QR card before it, and is told after it', async () => {
    const { desk, answers } = slowDesk();
    const { line, told } = lineOver(desk);
    const order: string[] = [];
    line.take(['A']);
    line.choose('car');
    const tap = line
      .enqueue(async (stay) => {
        order.push(`tap ${stay}`);
        return REFUSED;
      })
      .then((outcome) => line.tell({ about: 'scan', outcome }));
    line.choose('home');
    await settle();
    expect(order).toEqual([]);
    answers[0]?.({ kind: 'refused', refusal: 'forged' });
    await tap;
    expect(order).toEqual(['tap car']);
    expect(told.map(({ outcome }) => outcome)).toEqual([{ kind: 'refused', refusal: 'forged' }, REFUSED]);
  });

  it('goes on when somebody who hears of a card fails, or the work of a source does', async () => {
    const trace = vi.spyOn(console, 'error').mockReturnValue();
    const { desk, answers } = slowDesk();
    const { line, told } = lineOver(desk);
    line.onQrCard(() => {
      throw new Error('a listener fails');
    });
    line.take(['A']);
    const failing = line.enqueue(() => Promise.reject(new Error('a source fails')));
    line.take(['B']);
    await settle();
    answers[0]?.(REFUSED);
    await expect(failing).rejects.toThrow('a source fails');
    await settle();
    answers[1]?.(REFUSED);
    await settle();
    expect(told).toHaveLength(2);
    expect(line.state().working).toBe(false);
    expect(trace).toHaveBeenCalledTimes(2);
    trace.mockRestore();
  });

  it('keeps what was told until it is dismissed', async () => {
    const { desk, answers } = slowDesk();
    const { line } = lineOver(desk);
    line.take(['A']);
    await settle();
    answers[0]?.(REFUSED);
    await settle();
    expect(line.state().result).toEqual({ about: 'scan', outcome: REFUSED });
    line.dismiss();
    expect(line.state().result).toBeNull();
  });

  it("shows a hub's code to the settings, not to the desk, and makes room for them (HUB-2)", async () => {
    const { desk, asked } = slowDesk();
    const { line, hubCodes } = lineOver(desk);
    line.tell({ about: 'scan', outcome: REFUSED });
    line.take([HUB_CODE]);
    await settle();
    expect([hubCodes, asked, line.state().result]).toEqual([[HUB_CODE], [], null]);
  });

  it('takes a hub’s QR for any other code where nobody asked for one, and looks at it once somebody does (HUB-2)', async () => {
    const { desk, asked } = slowDesk();
    const settings = { hubs: false };
    const { line, hubCodes } = lineOver(desk, settings);
    line.take([HUB_CODE]);
    await settle();
    expect([hubCodes, asked.map(({ text }) => text)]).toEqual([[], [HUB_CODE]]);
    // It is held to the camera all the while.
    settings.hubs = true;
    line.take([HUB_CODE]);
    line.take([HUB_CODE]);
    expect(hubCodes).toEqual([HUB_CODE]);
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

describe('a question at the desk (FLD-4)', () => {
  it('holds everybody else back until it is answered, and says so', async () => {
    const { desk, asked, answers } = slowDesk();
    const { line, told } = lineOver(desk);
    line.take(['A', 'B']);
    await settle();
    answers[0]?.({ kind: 'probably-here', doubts: DOUBTS });
    await settle();
    expect(line.state()).toMatchObject({ question: { code: 'A', doubts: DOUBTS }, isSomebodyWaiting: true });
    line.take(['C']);
    line.choose('car');
    line.answer(allOthers(DOUBTS));
    await settle();
    expect(asked).toEqual([
      { text: 'A', stay: 'shelter' },
      { text: 'A', stay: 'car', who: allOthers(DOUBTS) },
    ]);
    answers[1]?.(REFUSED);
    await settle();
    expect([line.state().question, line.state().isSomebodyWaiting, told.length]).toEqual([null, false, 1]);
    line.take(['C']);
    await settle();
    expect(asked.at(-1)).toEqual({ text: 'C', stay: 'car' });
  });

  it('is not disturbed by the card it is about, which a camera goes on seeing', async () => {
    const { desk, asked, answers } = slowDesk();
    const { line } = lineOver(desk);
    line.take(['A']);
    await settle();
    answers[0]?.({ kind: 'probably-here', doubts: DOUBTS });
    await settle();
    expect(line.take(['A'])).toBe(true);
    await settle();
    expect([line.state().isSomebodyWaiting, asked.length]).toEqual([false, 1]);
  });

  it('is one after the other where two cards ask, and can be left with nobody admitted', async () => {
    const { desk, asked, answers } = slowDesk();
    const { line, told } = lineOver(desk);
    line.take(['A']);
    await settle();
    const again = async () => REFUSED;
    line.ask({ code: null, doubts: OTHER_DOUBTS, again });
    answers[0]?.({ kind: 'probably-here', doubts: DOUBTS });
    await settle();
    expect(line.state().question?.doubts).toBe(OTHER_DOUBTS);
    line.leave();
    expect(line.state().question?.doubts).toBe(DOUBTS);
    line.leave();
    line.answer(allOthers(DOUBTS));
    await settle();
    expect([line.state().question, told, asked.length]).toEqual([null, [], 1]);
  });

  it('comes again when others are in doubt by the time of the answer', async () => {
    const { desk, answers } = slowDesk();
    const { line } = lineOver(desk);
    line.take(['A']);
    await settle();
    answers[0]?.({ kind: 'probably-here', doubts: DOUBTS });
    await settle();
    line.answer(allOthers(DOUBTS));
    await settle();
    answers[1]?.({ kind: 'probably-here', doubts: OTHER_DOUBTS });
    await settle();
    expect(line.state().question).toMatchObject({ code: 'A', doubts: OTHER_DOUBTS });
  });
});
