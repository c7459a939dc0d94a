import { type ApiError, asApiError } from '@uketsuke/shared/contracts';
import { useState } from 'react';
import { flushSync } from 'react-dom';
import { type CardDraft, checkCardDraft } from '../../card/card-draft.ts';
import { asksFor, type CardWish } from '../../card/card-request.ts';
import { draftAfter } from '../../card/draft-after.ts';
import type { StoredCard } from '../../card/stored-card.ts';
import { dateInJapan } from '../../device/japan-time.ts';
import { askToKeepData } from '../../device/offline-copy.ts';
import type { CardRequests } from '../../server/card-requests.ts';
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

interface SubmissionParts {
  readonly form: DraftForm;
  readonly card: StoredCard | undefined;
  readonly keeper: CardKeeper;
  readonly requests: CardRequests;
  readonly onReceived: () => void;
}

/** Sends the draft and hands on the card. Whatever fails, the draft stays. */
export function useSubmission({ form, card, keeper, requests, onReceived }: SubmissionParts) {
  const { now } = useSurroundings();
  const [working, setWorking] = useState(false);
  const [failure, setFailure] = useState<ApiError>();
  const today = dateInJapan(now());

  const submit = async () => {
    if (working) return;
    setFailure(undefined);
    if (wishOf(form.draft, card, today) === undefined) {
      flushSync(form.attempt);
      focusSummary();
      return;
    }
    setWorking(true);
    try {
      const changed = await finishEarlier(form.draft);
      if (changed !== undefined) await requests.ask(changed);
      onReceived();
      // Only now: a browser that asks its user first would leave the card unkept meanwhile.
      void askToKeepData();
    } catch (thrown) {
      const error = asApiError(thrown);
      setFailure(error);
      if (card !== undefined && form.draft.replaces === card.cardId && NOT_REPLACEABLE.has(error.code)) {
        becomeFirstCard(error, card);
      }
    } finally {
      setWorking(false);
    }
  };

  /**
   * The answer to an earlier request may have been lost, and something else typed since: then that one's card comes
   * first, and what was typed changes it.
   * @returns what is still to be asked for
   */
  const finishEarlier = async (draft: CardDraft): Promise<CardWish | undefined> => {
    const wish = wishOf(draft, card, today);
    const open = requests.open();
    if (wish === undefined || open === undefined || asksFor(open, wish)) return wish;
    try {
      const finished = await requests.finish();
      if (finished === undefined) return wish;
      const after = draftAfter(draft, finished.request, finished.card, today);
      if (after === undefined) return undefined;
      form.replaceWith(after);
      return wishOf(after, finished.card, today);
    } catch (thrown) {
      // No card came of it and none will: what is typed now does not depend on it.
      if (requests.open() === undefined && !NOT_REPLACEABLE.has(asApiError(thrown).code)) return wish;
      throw thrown;
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

/** What the draft asks for; `undefined` while something is to be mended. */
function wishOf(draft: CardDraft, card: StoredCard | undefined, today: string): CardWish | undefined {
  const checked = checkCardDraft(draft, today);
  if (!('household' in checked)) return undefined;
  const replaced = card !== undefined && draft.replaces === card.cardId ? card : undefined;
  return {
    household: checked.household,
    memberKeys: draft.members.map(({ key }) => key),
    ...(replaced === undefined
      ? {}
      : { replaces: { cardId: replaced.cardId, managementToken: replaced.managementToken } }),
  };
}
