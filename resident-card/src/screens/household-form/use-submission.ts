import { type ApiError, asApiError } from '@uketsuke/shared/contracts';
import { useState } from 'react';
import { flushSync } from 'react-dom';
import { checkCardDraft, issueRequest } from '../../card/card-draft.ts';
import { type StoredCard, storedCardOf } from '../../card/stored-card.ts';
import { dateInJapan } from '../../device/japan-time.ts';
import { askToKeepData } from '../../device/offline-copy.ts';
import type { CardKeeper } from '../card-keeper.ts';
import { useSurroundings } from '../surroundings.ts';
import { focusSummary } from './problem-summary.tsx';
import type { DraftForm } from './use-draft.ts';

/** Answers after which the old card cannot be replaced any more, only a new one made. */
const NOT_REPLACEABLE: ReadonlySet<ApiError['code']> = new Set([
  'card-revoked',
  'card-unknown',
  'not-found',
  'wrong-credentials',
  'not-signed-in',
]);

/** Sends the draft and hands on the card. Whatever fails, the draft stays. */
export function useSubmission(
  form: DraftForm,
  card: StoredCard | undefined,
  keeper: CardKeeper,
  onReceived: (card: StoredCard) => void,
) {
  const { service, now } = useSurroundings();
  const [working, setWorking] = useState(false);
  const [failure, setFailure] = useState<ApiError>();

  const submit = async () => {
    if (working) return;
    setFailure(undefined);
    const checked = checkCardDraft(form.draft, dateInJapan(now()));
    if (!('household' in checked)) {
      flushSync(form.attempt);
      focusSummary();
      return;
    }
    setWorking(true);
    const replaced = form.draft.replaces !== undefined && form.draft.replaces === card?.cardId ? card : undefined;
    try {
      const request = issueRequest(checked.household);
      const issued = await (replaced === undefined ? service.issue(request) : service.reissue(replaced, request));
      onReceived(storedCardOf(issued, checked.household, new Date(now()).toISOString()));
      // Only now: a browser that asks its user first would leave the card unkept meanwhile.
      void askToKeepData();
    } catch (thrown) {
      const error = asApiError(thrown);
      setFailure(error);
      if (replaced !== undefined && NOT_REPLACEABLE.has(error.code)) becomeFirstCard(error, replaced);
    } finally {
      setWorking(false);
    }
  };

  /** The next try makes a new card of the same household. */
  const becomeFirstCard = (error: ApiError, replaced: StoredCard) => {
    const { replaces: _, ...draft } = form.draft;
    form.replaceWith({ ...draft, members: draft.members.map(({ residentId: __, ...member }) => member) });
    keeper.noteState(replaced, error.code === 'card-revoked' ? 'revoked' : 'unknown');
  };

  return { submit, working, failure };
}
