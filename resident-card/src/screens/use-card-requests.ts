import { useEffect, useMemo, useState } from 'react';
import { dateInJapan } from '../device/japan-time.ts';
import { useOnline } from '../device/online.ts';
import type { Place } from '../device/place-in-app.ts';
import { CardRequests, type FinishedRequest } from '../server/card-requests.ts';
import type { CardKeeper } from './card-keeper.ts';
import { useSurroundings } from './surroundings.ts';

/**
 * The requests for cards of this device. What was asked for and never answered is asked for again as soon as there is a
 * network, unless the form is open, which does so itself.
 * @returns `finished` rises with each card that came so
 */
export function useCardRequests(keeper: CardKeeper, place: Place) {
  const { memory, service, now, newRequestId } = useSurroundings();
  const online = useOnline();
  const { receive } = keeper;
  const [finished, setFinished] = useState(0);
  const requests = useMemo(
    () => new CardRequests({ memory, service, now, newRequestId, keep: receive }),
    [memory, service, now, newRequestId, receive],
  );
  useEffect(() => {
    if (place === 'household' || !online) return;
    const finish = async () => {
      if (document.visibilityState !== 'visible') return;
      // Whatever fails here stays open, and is told when somebody asks for a card.
      const done = await requests.finish().catch(() => undefined);
      if (done === undefined) return;
      await adoptDraft(done);
      setFinished((before) => before + 1);
    };
    const adoptDraft = async ({ request, card }: FinishedRequest) => {
      // With the checks of the form: code that showing a card does not need.
      const { draftAfter } = await import('../card/draft-after.ts');
      const draft = memory.draft();
      const after = draft && draftAfter(draft, request, card, dateInJapan(now()));
      if (after === undefined) memory.dropDraft();
      else memory.keepDraft(after);
    };
    void finish();
    const whenSeen = () => void finish();
    document.addEventListener('visibilitychange', whenSeen);
    return () => document.removeEventListener('visibilitychange', whenSeen);
  }, [requests, memory, now, place, online]);
  return { requests, finished };
}
