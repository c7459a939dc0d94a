import type { EntryProblemCode } from '@uketsuke/shared/errors';
import {
  checkDraft,
  type Draft,
  type DraftMember,
  draftOf,
  type EntryName,
  type EntryProblem,
  emptyDraft,
} from '@uketsuke/shared/household-entry';
import { useMemo, useState } from 'react';
import type { StoredCard } from '../../card/stored-card.ts';
import { isReplaceable } from '../../card/validity.ts';
import { dateInJapan } from '../../device/japan-time.ts';
import { useSurroundings } from '../surroundings.ts';

/** The form's state: what is typed, what is wrong with it, and which of that to show yet. */
export interface DraftForm {
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
  readonly replaceWith: (draft: Draft) => void;
  readonly changeMember: (at: number, part: Partial<DraftMember>) => void;
  readonly discard: () => void;
  /** Whether the device keeps what is typed. */
  readonly kept: boolean;
  readonly problems: readonly EntryProblem[];
  /** The problem of an entry once it is time to say so: after the entry was left, or after a try to send. */
  readonly problemOf: (entry: EntryName) => EntryProblemCode | undefined;
  readonly leave: (entry: EntryName) => void;
  readonly attempted: boolean;
  readonly attempt: () => void;
}

/** The draft of this device, begun from the present card where there is one. Every change is kept at once. */
export function useDraft(card: StoredCard | undefined): DraftForm {
  const { memory, newKey, now } = useSurroundings();
  const [draft, setDraft] = useState<Draft>(() => beginDraft(memory.draft(), card, newKey));
  const [kept, setKept] = useState(true);
  const [left, setLeft] = useState<ReadonlySet<EntryName>>(new Set());
  const [attempted, setAttempted] = useState(false);
  const { problems } = useMemo(() => checkDraft(draft, dateInJapan(now())), [draft, now]);

  const keep = (next: Draft) => {
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
        members: draft.members.map((member, position) => (position === at ? { ...member, ...part } : member)),
      }),
    discard: () => {
      memory.dropDraft();
      setDraft(emptyDraft(newKey));
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
function beginDraft(kept: Draft | undefined, card: StoredCard | undefined, newKey: () => string): Draft {
  const replaces = card !== undefined && isReplaceable(card) ? card.cardId : undefined;
  if (kept !== undefined && kept.replaces === replaces) return kept;
  return card === undefined ? emptyDraft(newKey) : draftOf(card.household, newKey, replaces);
}
