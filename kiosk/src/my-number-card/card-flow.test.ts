import { eventIdSchema } from '@uketsuke/shared/identifiers';
import type { CardAttributes } from '@uketsuke/shared/my-number-card';
import { type Answers, allOthers, allTheSame, type Doubt } from '@uketsuke/shared/roster';
import { sampleHouseholds } from '@uketsuke/shared/sample-households';
import { describe, expect, it, vi } from 'vitest';
import { ScriptedCardReader } from '../../gallery/stage/scripted-card-reader.ts';
import type { AttributesOutcome, CardReaderState, CertificateValidity } from '../../host/card-reader/card-reader.ts';
import { DeskLine, type Told } from '../reception/desk-line.ts';
import type { PresentedOutcome, ScanOutcome } from '../reception/outcomes.ts';
import { CardFlow } from './card-flow.ts';
import type { LinkOutcome, MyNumberDesk, TapOutcome } from './my-number-desk.ts';

/** The order of things between the reader, the desk and the staff; each answer comes when the test lets it. */

const hanako: CardAttributes = { name: '熊本 花子', address: '', birthDate: null, sex: 'female' };
const person = sampleHouseholds(5, 1, 1)[0]?.members[0];
if (person === undefined) throw new Error('no sample');
const already: Extract<ScanOutcome, { kind: 'already-admitted' }> = {
  kind: 'already-admitted',
  cardId: null,
  entries: [
    {
      residentId: person.residentId,
      person,
      address: undefined,
      presence: 'present',
      stay: 'shelter',
      assurance: 'card-presented',
      admissionId: eventIdSchema.parse('ev:019000000000-0000-desk1'),
      admittedAt: '2026-11-22T01:00:00.000Z',
      since: '2026-11-22T01:00:00.000Z',
      repeatedAdmissions: 0,
      householdResidentIds: [person.residentId],
    },
  ],
};

const [, lookalike] = sampleHouseholds(5, 2, 1).flatMap(({ members }) => members);
if (lookalike === undefined) throw new Error('no sample');
const doubts: readonly Doubt[] = [{ member: lookalike, entries: already.entries }];

function card(presentation: number, validity: CertificateValidity = 'good'): CardReaderState {
  return { kind: 'card', presentation, certificateSha256: 'A'.repeat(43), validity };
}

/** A desk that answers when it is told. */
class HeldDesk implements MyNumberDesk {
  readonly taps: ((outcome: TapOutcome) => void)[] = [];
  readonly reads: ((outcome: PresentedOutcome) => void)[] = [];
  readonly answered: (Answers | undefined)[] = [];
  readonly tapAnswers: (Answers | undefined)[] = [];
  readonly links: ((outcome: LinkOutcome) => void)[] = [];
  linked: readonly string[] = [];
  tap: MyNumberDesk['tap'] = (_certificate, _stay, answers) => {
    this.tapAnswers.push(answers);
    return new Promise<TapOutcome>((resolve) => this.taps.push(resolve));
  };
  admitRead: MyNumberDesk['admitRead'] = (_certificate, _read, _stay, answers) => {
    this.answered.push(answers);
    return new Promise<PresentedOutcome>((resolve) => this.reads.push(resolve));
  };
  link = (_certificate: string, residentIds: readonly string[]) => {
    this.linked = residentIds;
    return new Promise<LinkOutcome>((resolve) => this.links.push(resolve));
  };
  unlink = () => new Promise<LinkOutcome>((resolve) => this.links.push(resolve));
}

class HeldReader extends ScriptedCardReader {
  readonly answers: ((outcome: AttributesOutcome) => void)[] = [];
  override readAttributes(): Promise<AttributesOutcome> {
    return new Promise((resolve) => this.answers.push(resolve));
  }
}

function open(isClockWrong = false) {
  const reader = new HeldReader();
  const desk = new HeldDesk();
  const shown: ScanOutcome[] = [];
  const line = new DeskLine({
    cards: { scan: async () => shown.shift() ?? { kind: 'refused', refusal: 'not-ours' } },
    admissions: { undoLast: async () => ({ kind: 'nothing-to-undo' }) },
    now: () => 0,
  });
  const told: Told[] = [];
  line.subscribe(() => {
    const { result } = line.state();
    if (result !== null && result !== told.at(-1)) told.push(result);
  });
  const flow = new CardFlow({ reader, desk, line, isClockWrong: () => isClockWrong });
  flow.open();
  /** Shows a QR card that comes to this. */
  const showQr = async (outcome: ScanOutcome) => {
    shown.push(outcome);
    line.take([`card ${told.length}`]);
    await settled();
  };
  return {
    reader,
    desk,
    flow,
    line,
    showQr,
    told: () => told.map(({ outcome }) => outcome.kind),
    panel: () => flow.state().panel,
    strip: () => flow.state().strip,
  };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

/** A flow with an unregistered card on the reader, at the digits of its PIN. */
async function atPin() {
  const opened = open();
  opened.reader.show(card(1));
  await settled();
  opened.desk.taps[0]?.({ kind: 'not-linked' });
  await settled();
  await opened.flow.choose('pin');
  return opened;
}

describe('a card out of its dates', () => {
  it.each(['expired', 'not-yet-valid'] as const)(
    'is said to be %s, but by a clock that is known to be wrong; both ways its PIN is asked for (CRD-5)',
    async (validity) => {
      for (const isClockWrong of [false, true]) {
        const { reader, flow, panel } = open(isClockWrong);
        const choose = { show: 'choose', why: isClockWrong ? 'clock-wrong' : validity };
        reader.show(card(1, validity));
        await settled();
        expect(panel()).toEqual(choose);
        await flow.choose('pin');
        expect(panel()).toMatchObject({ show: 'entry', way: 'pin' });
        flow.back();
        expect(panel()).toEqual(choose);
      }
    },
  );
});

describe('the flow of a card', () => {
  it('takes a card that lies on the reader when the desk opens, once', async () => {
    const { reader, desk, flow } = open();
    flow.close();
    reader.show(card(1));
    flow.open();
    reader.show(card(1));
    await settled();
    expect(desk.taps).toHaveLength(1);
  });

  it('tells of an admission although the card went meanwhile, and then offers nothing', async () => {
    const { reader, desk, told, panel, strip } = open();
    reader.show(card(1));
    expect(panel()).toEqual({ show: 'reading' });
    reader.show({ kind: 'waiting' });
    await settled();
    desk.taps[0]?.(already);
    await settled();
    expect([told(), panel(), strip()]).toEqual([['already-admitted'], null, null]);
  });

  it('never answers a card with what belongs to the one before it (MNC-3)', async () => {
    const { reader, desk, told, panel, strip } = open();
    reader.show(card(1));
    reader.show(card(2));
    await settled();
    desk.taps[0]?.({ kind: 'not-linked' });
    await settled();
    expect(panel()).toEqual({ show: 'reading' });
    await settled();
    desk.taps[1]?.(already);
    await settled();
    expect([told(), panel(), strip()]).toEqual([['already-admitted'], null, { show: 'registered' }]);
  });

  it('gives digits to the card once, however often they are sent', async () => {
    const { reader, flow } = await atPin();
    void flow.submit('1234');
    void flow.submit('1234');
    expect(reader.answers).toHaveLength(1);
  });

  it('forgets the digits of a card that went; its answer changes nothing for the next (MNC-3)', async () => {
    const { reader, desk, flow, told, panel } = await atPin();
    void flow.submit('1234');
    reader.show(card(2));
    reader.answers[0]?.({ kind: 'wrong', triesLeft: 2 });
    await settled();
    expect(panel()).toEqual({ show: 'reading' });
    await settled();
    desk.taps[1]?.({ kind: 'not-linked' });
    await settled();
    expect(panel()).toEqual({ show: 'choose', why: 'not-linked' });
    expect(told()).toEqual([]);
  });

  it.each([
    [
      { kind: 'wrong', triesLeft: 1 },
      { show: 'entry', way: 'pin', triesLeft: 1, wrong: true, busy: false },
    ],
    [
      { kind: 'wrong', triesLeft: null },
      { show: 'entry', way: 'pin', triesLeft: null, wrong: true, busy: false },
    ],
    [{ kind: 'malformed-pin' }, { show: 'entry', way: 'pin', triesLeft: null, wrong: false, busy: false }],
    [{ kind: 'blocked' }, { show: 'blocked', way: 'pin' }],
    [{ kind: 'removed' }, { show: 'trouble', trouble: 'removed-early' }],
    [{ kind: 'unreadable' }, { show: 'trouble', trouble: 'unreadable' }],
  ] as const)('admits nobody after %j (MNC-3)', async (outcome, expected) => {
    const { reader, desk, flow, told, panel } = await atPin();
    void flow.submit('1234');
    reader.answers[0]?.(outcome);
    await settled();
    expect(panel()).toEqual(expected);
    expect([told(), desk.reads.length]).toEqual([[], 0]);
  });

  it('says that the card is unreadable when the host has gone', async () => {
    const trace = vi.spyOn(console, 'error').mockReturnValue();
    const { reader, flow, panel } = await atPin();
    reader.readAttributes = () => Promise.reject(new Error('gone'));
    await flow.submit('1234');
    expect(panel()).toEqual({ show: 'trouble', trouble: 'unreadable' });
    trace.mockRestore();
  });

  it('asks who it is, and forgets what the card said with the answer or the card (FLD-4)', async () => {
    const { reader, desk, flow, told, panel } = await atPin();
    void flow.submit('1234');
    reader.answers[0]?.({ kind: 'read', attributes: hanako });
    await settled();
    desk.reads[0]?.({ kind: 'probably-here', doubts });
    await settled();
    expect(panel()).toEqual({ show: 'same-person', doubts });
    void flow.answer(allTheSame(doubts));
    void flow.answer(allOthers(doubts));
    await settled();
    desk.reads[1]?.(already);
    await settled();
    expect([desk.answered, told()]).toEqual([[undefined, allTheSame(doubts)], ['already-admitted']]);

    const gone = await atPin();
    void gone.flow.submit('1234');
    gone.reader.answers[0]?.({ kind: 'read', attributes: hanako });
    await settled();
    gone.desk.reads[0]?.({ kind: 'probably-here', doubts });
    await settled();
    gone.reader.show({ kind: 'waiting' });
    await gone.flow.answer(allOthers(doubts));
    expect([gone.panel(), gone.desk.answered]).toEqual([null, [undefined]]);
  });

  it('asks who tapped, though the card was taken away since (FLD-4)', async () => {
    const { reader, desk, line, told, panel } = open();
    reader.show(card(1));
    await settled();
    reader.show({ kind: 'waiting' });
    desk.taps[0]?.({ kind: 'probably-here', doubts });
    await settled();
    expect([panel(), line.state().question?.doubts]).toEqual([null, doubts]);
    line.answer(allTheSame(doubts));
    await settled();
    desk.taps[1]?.(already);
    await settled();
    expect([desk.tapAnswers, told()]).toEqual([[undefined, allTheSame(doubts)], ['already-admitted']]);
  });

  it('asks nothing over the words that the admission could not be recorded (DUR-3)', async () => {
    const { reader, desk, flow, told, panel, strip } = await atPin();
    void flow.submit('1234');
    reader.answers[0]?.({ kind: 'read', attributes: hanako });
    await settled();
    desk.reads[0]?.({ kind: 'not-recorded', reason: 'disk-full' });
    await settled();
    expect([told(), panel(), strip()]).toEqual([['not-recorded'], null, null]);
  });

  it('registers the people who were admitted with the card that lies there, and no other', async () => {
    const { reader, desk, flow, strip, showQr } = await atPin();
    flow.back();
    await showQr(already);
    expect(strip()).toEqual({ show: 'offer-link', names: [person.name.written] });
    void flow.link();
    await settled();
    expect(desk.linked).toEqual([person.residentId]);
    desk.links[0]?.({ kind: 'not-recorded', reason: 'disk-full' });
    await settled();
    expect(strip()).toEqual({ show: 'failed', reason: 'not-recorded' });
    reader.show({ kind: 'waiting' });
    await flow.link();
    expect(desk.links).toHaveLength(1);
  });

  it('offers no registration to whoever shows a QR card with no card, or a refused one', async () => {
    const { strip, showQr } = open();
    await showQr(already);
    expect(strip()).toBeNull();
    const other = await atPin();
    other.flow.back();
    await other.showQr({ kind: 'refused', refusal: 'forged' });
    expect(other.strip()).toBeNull();
  });

  it('hears nothing any more once it is closed', () => {
    const { reader, desk, flow, panel } = open();
    flow.close();
    reader.show(card(1));
    expect([desk.taps.length, panel()]).toEqual([0, null]);
  });
});
