import { useCallback, useEffect, useRef, useState } from 'react';
import type { CardState, StoredCard, StoredCardReading } from '../card/stored-card.ts';
import { useOnline } from '../device/online.ts';
import { useSurroundings } from './surroundings.ts';

/** The card of this device, and what may be done with it. */
export interface CardKeeper {
  readonly reading: StoredCardReading;
  /** The browser could not store the card: it is lost when the app closes. */
  readonly notKept: boolean;
  /** `failed`: the server could not be asked just now. */
  readonly check: 'idle' | 'checking' | 'failed';
  /** Takes a card; whether the device kept it. */
  readonly receive: (card: StoredCard) => boolean;
  /** Takes up what the server says of the card. */
  readonly noteState: (card: StoredCard, state: CardState) => void;
  readonly forget: () => void;
}

/** Keeps the card in step with the device's memory, other tabs, and the server's word on it. */
export function useCardKeeper(): CardKeeper {
  const { memory, service, now } = useSurroundings();
  const online = useOnline();
  const [reading, setReading] = useState(() => memory.card());
  const [notKept, setNotKept] = useState(false);
  const [check, setCheck] = useState<CardKeeper['check']>('idle');
  const current = useRef(reading);
  current.current = reading;

  const receive = useCallback(
    (card: StoredCard) => {
      setReading({ kind: 'card', card });
      try {
        memory.keepCard(card);
        setNotKept(false);
        return true;
      } catch {
        setNotKept(true);
        return false;
      }
    },
    [memory],
  );

  const noteState = useCallback(
    (card: StoredCard, state: CardState) => {
      const present = current.current;
      // The card may have been replaced or deleted while the server was asked.
      if (present.kind !== 'card' || present.card.cardId !== card.cardId) return;
      // So may it have been in another tab, of which this one, frozen, was not told: that one's card is the newer.
      const kept = memory.card();
      if (kept.kind === 'card' && kept.card.cardId !== card.cardId) {
        setReading(kept);
        return;
      }
      receive({ ...card, lastState: { state, checkedAt: new Date(now()).toISOString() } });
    },
    [receive, memory, now],
  );

  const askServer = useCallback(async () => {
    const present = current.current;
    if (present.kind !== 'card' || present.card.lastState.state === 'revoked') return;
    // Its place may have been taken by a card whose answer is still to come: then it is not simply revoked.
    if (memory.request() !== undefined) return;
    setCheck('checking');
    try {
      noteState(present.card, await service.state(present.card));
      setCheck('idle');
    } catch {
      setCheck('failed');
    }
  }, [service, memory, noteState]);

  const cardId = reading.kind === 'card' ? reading.card.cardId : undefined;
  useEffect(() => {
    if (cardId === undefined) return;
    if (!online) {
      setCheck('failed');
      return;
    }
    const whenSeen = () => {
      if (document.visibilityState === 'visible') void askServer();
    };
    whenSeen();
    document.addEventListener('visibilitychange', whenSeen);
    return () => document.removeEventListener('visibilitychange', whenSeen);
  }, [cardId, online, askServer]);

  useEffect(() => {
    const otherTab = () => setReading(memory.card());
    window.addEventListener('storage', otherTab);
    return () => window.removeEventListener('storage', otherTab);
  }, [memory]);

  const forget = useCallback(() => {
    memory.forgetAll();
    setReading({ kind: 'none' });
  }, [memory]);

  return { reading, notKept, check, receive, noteState, forget };
}
