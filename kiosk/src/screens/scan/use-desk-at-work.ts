import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { KioskCardReader } from '../../../host/card-reader/card-reader.ts';
import type { Desk } from '../../desk/desk.ts';
import { TonePlayer } from '../../devices/tones.ts';
import { CardFlow } from '../../my-number-card/card-flow.ts';
import type { CardPanel } from '../../my-number-card/card-panels.ts';
import { DeskLine, type DeskLineParts } from '../../reception/desk-line.ts';
import { wordsOf } from './result-words.ts';

/** A result stays this long, ms, unless a new code replaces it; what needs reading stays longer. */
const SHOWN_MS = { good: 7_000, returned: 7_000, undone: 7_000, attention: 10_000, bad: 14_000 } as const;
/** What went wrong with a card stays this long, ms, when nothing else comes. */
const TROUBLE_SHOWN_MS = 20_000;

/** The desk's line and the card on the reader, for as long as the screen is shown. `hubCodes` must not change. */
export function useDeskAtWork(
  desk: Desk,
  cardReader: KioskCardReader,
  hubCodes: NonNullable<DeskLineParts['hubCodes']>,
) {
  const { line, flow } = useMemo(() => {
    const { cards, admissions, myNumber, view } = desk;
    const isClockWrong = () => view.snapshot().clock !== 'good';
    const newLine = new DeskLine({ cards, admissions, now: () => performance.now(), hubCodes });
    return { line: newLine, flow: new CardFlow({ reader: cardReader, desk: myNumber, line: newLine, isClockWrong }) };
  }, [desk, cardReader, hubCodes]);
  useEffect(() => {
    flow.open();
    return () => {
      flow.close();
      line.close();
    };
  }, [line, flow]);

  const { result: told, question, isSomebodyWaiting, working, stay } = useSyncExternalStore(line.subscribe, line.state);
  const card = useSyncExternalStore(flow.subscribe, flow.state);
  const result = useMemo(() => (told === null ? null : wordsOf(told)), [told]);
  const { panel } = card;
  const tones = useMemo(() => new TonePlayer(), []);

  useEffect(() => {
    if (result === null) return;
    tones.play(result.tone);
    const timer = setTimeout(line.dismiss, SHOWN_MS[result.look]);
    return () => clearTimeout(timer);
  }, [result, line, tones]);
  useEffect(() => {
    if (question !== null) tones.play('attention');
  }, [question, tones]);
  useEffect(() => {
    // Once more, for whoever stands next in line.
    if (isSomebodyWaiting) tones.play('attention');
  }, [isSomebodyWaiting, tones]);
  useEffect(() => {
    if (isToBeRead(panel)) tones.play('attention');
    if (panel?.show !== 'trouble') return;
    const timer = setTimeout(() => flow.dismiss(), TROUBLE_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [panel, flow, tones]);
  return { line, flow, told, result, question, isSomebodyWaiting, working, stay, card };
}

function isToBeRead(panel: CardPanel | null): boolean {
  if (panel === null || panel.show === 'reading') return false;
  return panel.show !== 'entry' || panel.wrong;
}
