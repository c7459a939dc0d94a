import type { EntryProblemCode } from '@uketsuke/shared/errors';
import { changedMember, type DraftMember } from '@uketsuke/shared/household-entry';
import { useMemo, useState } from 'react';
import {
  type CardDraft,
  type CardEntryName,
  type CardEntryProblem,
  cardDraftOf,
  checkCardDraft,
  emptyCardDraft,
} from '../../card/card-draft.ts';
import type { StoredCard } from '../../card/stored-card.ts';
import { isReplaceable } from '../../card/validity.ts';
import { dateInJapan } from '../../device/japan-time.ts';
import { useSurroundings } from '../surroundings.ts';

/** The form's state: what is typed, what is wrong with it, and which of that to show yet. */
export interface DraftForm {
  readonly draft: CardDraft;
  readonly change: (part: Partial<CardDraft>) => void;
  readonly replaceWith: (draft: CardDraft) => void;
  readonly changeMember: (at: number, part: Partial<DraftMember>) => void;
  readonly discard: () => void;
  /** Whether the device keeps what is typed. */
  readonly kept: boolean;
  readonly problems: readonly CardEntryProblem[];
  /** The problem of an entry once it is time to say so: after the entry was left, or after a try to send. */
  readonly problemOf: (entry: CardEntryName) => EntryProblemCode | undefined;
  readonly leave: (entry: CardEntryName) => void;
  readonly attempted: boolean;
  readonly attempt: () => void;
}

/** The draft of this device, begun from the present card where there is one. Every change is kept at once. */
export function useDraft(card: StoredCard | undefined): DraftForm {
  const { memory, newKey, now } = useSurroundings();
  const [draft, setDraft] = useState<CardDraft>(() => beginDraft(memory.draft(), card, newKey));
  const [kept, setKept] = useState(true);
  const [left, setLeft] = useState<ReadonlySet<CardEntryName>>(new Set());
  const [attempted, setAttempted] = useState(false);
  const { problems } = useMemo(() => checkCardDraft(draft, dateInJapan(now())), [draft, now]);

  const keep = (next: CardDraft) => {
    setDraft(next);
    setKept(memory.keepDraft(next));
  };
  return {
    draft,
    change: (part) => keep({ ...draft, ...part }),
    replaceWith: keep,
    changeMember: (at, part) =>
      keep({
        ...draft,
        members: draft.members.map((member, position) => (position === at ? changedMember(member, part) : member)),
      }),
    discard: () => {
      memory.dropDraft();
      setDraft(emptyCardDraft(newKey));
    },
    kept,
    problems,
    problemOf: (entry) =>
      attempted || left.has(entry) ? problems.find((problem) => problem.entry === entry)?.code : undefined,
    leave: (entry) => setLeft((before) => (before.has(entry) ? before : new Set([...before, entry]))),
    attempted,
    attempt: () => setAttempted(true),
  };
}

/** The kept draft where it still fits the present card, else one with the card's household, else an empty one. */
function beginDraft(kept: CardDraft | undefined, card: StoredCard | undefined, newKey: () => string): CardDraft {
  const replaces = card !== undefined && isReplaceable(card) ? card.cardId : undefined;
  if (kept !== undefined && kept.replaces === replaces) return kept;
  return card === undefined ? emptyCardDraft(newKey) : cardDraftOf(card.household, newKey, replaces);
}
