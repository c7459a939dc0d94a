import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { KioskCardReader } from '../../../host/card-reader/card-reader.ts';
import { CardFlow, type CardFlowState } from '../../my-number-card/card-flow.ts';
import type { MyNumberDesk } from '../../my-number-card/my-number-desk.ts';
import type { ScanOutcome } from '../../reception/outcomes.ts';

/** What went wrong stays this long, ms, when nothing else comes. */
const TROUBLE_SHOWN_MS = 20_000;

export interface CardFlowOptions {
  readonly reader: KioskCardReader;
  readonly desk: MyNumberDesk;
  readonly stay: () => Parameters<MyNumberDesk['tap']>[1];
  readonly onOutcome: (outcome: ScanOutcome) => void;
  /** Something about the card is to be read that was not asked for. */
  readonly onPanel: (panel: CardFlowState['panel']) => void;
}

/** The card on the reader, for as long as the desk is open. */
export function useCardFlow(options: CardFlowOptions): { readonly flow: CardFlow; readonly state: CardFlowState } {
  const latest = useRef(options);
  latest.current = options;
  const { reader, desk } = options;
  const flow = useMemo(
    () =>
      new CardFlow({
        reader,
        desk,
        stay: () => latest.current.stay(),
        onOutcome: (outcome) => latest.current.onOutcome(outcome),
      }),
    [reader, desk],
  );
  useEffect(() => {
    flow.open();
    return () => flow.close();
  }, [flow]);
  const state = useSyncExternalStore(flow.subscribe, flow.state);
  const { panel } = state;
  useEffect(() => {
    latest.current.onPanel(panel);
    if (panel?.show !== 'trouble') return;
    const timer = setTimeout(() => flow.dismiss(), TROUBLE_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [flow, panel]);
  return { flow, state };
}
