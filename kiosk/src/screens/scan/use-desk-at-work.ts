import type { StayKind } from '@uketsuke/shared/reception';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { KioskCardReader } from '../../../host/card-reader/card-reader.ts';
import type { Desk } from '../../desk/desk.ts';
import { TonePlayer } from '../../devices/tones.ts';
import type { CardPanel } from '../../my-number-card/card-panels.ts';
import type { ScanOutcome } from '../../reception/outcomes.ts';
import { ScanLine, type Told } from '../../reception/scan-line.ts';
import { useCardFlow } from '../my-number-card/use-card-flow.ts';
import { type ResultWords, wordsOf } from './result-words.ts';

/** A result stays this long, ms, unless a new code replaces it; what needs reading stays longer. */
const SHOWN_MS = { good: 7_000, returned: 7_000, undone: 7_000, attention: 10_000, bad: 14_000 } as const;

export interface DeskAtWorkOptions {
  readonly desk: Desk;
  readonly cardReader: KioskCardReader;
  /** The kind of stay chosen now. */
  readonly stay: StayKind;
  readonly onHubCode: (text: string) => void;
}

/** The line of scans and the card on the reader, and what either told last. */
export function useDeskAtWork({ desk, cardReader, stay, onHubCode }: DeskAtWorkOptions) {
  const [result, setResult] = useState<ResultWords | null>(null);
  const [working, setWorking] = useState(false);
  const chosenStay = useRef(stay);
  chosenStay.current = stay;
  const tones = useRef(new TonePlayer());
  const scanned = useRef<(outcome: ScanOutcome) => void>(() => undefined);

  const tell = useCallback((told: Told) => {
    const words = wordsOf(told);
    flushSync(() => setResult(words));
    tones.current.play(words.tone);
  }, []);
  const line = useMemo(
    () =>
      new ScanLine({
        desk,
        stay: () => chosenStay.current,
        now: () => performance.now(),
        onTold: (told) => {
          tell(told);
          if (told.about === 'scan') scanned.current(told.outcome);
        },
        onHubCode: (text) => {
          setResult(null);
          onHubCode(text);
        },
        onWorking: setWorking,
      }),
    [desk, onHubCode, tell],
  );
  useEffect(() => () => line.close(), [line]);

  const card = useCardFlow({
    reader: cardReader,
    desk: desk.myNumber,
    stay: () => chosenStay.current,
    onOutcome: (outcome) => tell({ about: 'scan', outcome }),
    onPanel: (panel) => {
      // The result of whoever came before makes room for the card that lies there now.
      if (panel !== null) setResult(null);
      if (isToBeRead(panel)) tones.current.play('attention');
    },
  });
  scanned.current = (outcome) => card.flow.scanned(outcome);

  useEffect(() => {
    if (result === null) return;
    const timer = setTimeout(() => setResult(null), SHOWN_MS[result.look]);
    return () => clearTimeout(timer);
  }, [result]);
  const dismissResult = useCallback(() => setResult(null), []);
  return { line, result, working, card, dismissResult };
}

function isToBeRead(panel: CardPanel | null): boolean {
  if (panel === null || panel.show === 'reading') return false;
  return panel.show !== 'entry' || panel.wrong;
}
