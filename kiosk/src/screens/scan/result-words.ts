import type { RosterEntry } from '@uketsuke/shared/roster';
import type { Tone } from '../../devices/tones.ts';
import type { WordKey } from '../../i18n/word-key.ts';
import type { Told } from '../../reception/desk-line.ts';
import type { ScanOutcome, UndoOutcome } from '../../reception/outcomes.ts';

/** How a result looks and sounds; colour always comes with its own icon and words. */
export type ResultLook = 'good' | 'returned' | 'attention' | 'bad' | 'undone';

/** Whom a result names, below its title. */
export type Named =
  | {
      readonly as: 'entries';
      readonly entries: readonly RosterEntry[];
      /** Members of the household who were here before. */
      readonly already: readonly RosterEntry[];
      /** Whether the time of admission belongs beside each name. */
      readonly showTimes: boolean;
    }
  | { readonly as: 'names'; readonly names: readonly string[] }
  | { readonly as: 'nobody' };

/** A result in words, and the people it is about. */
export interface ResultWords {
  readonly kind: (ScanOutcome | UndoOutcome)['kind'];
  readonly look: ResultLook;
  readonly tone: Tone;
  readonly title: WordKey;
  /** What to do next; null for a plain admission. */
  readonly next: WordKey | null;
  /** A remark that must not be missed. */
  readonly remark: WordKey | null;
  readonly named: Named;
}

const NOBODY: Named = { as: 'nobody' };

/** The words for whatever the desk told. */
export function wordsOf(told: Told): ResultWords {
  return { remark: null, ...(told.about === 'scan' ? scanWords(told.outcome) : undoWords(told.outcome)) };
}

type WordsOfOutcome = Omit<ResultWords, 'remark'> & Partial<Pick<ResultWords, 'remark'>>;

function scanWords(outcome: ScanOutcome): WordsOfOutcome {
  switch (outcome.kind) {
    case 'admitted':
      return {
        kind: outcome.kind,
        look: 'good',
        tone: 'good',
        title: 'reception.admitted.title',
        next: null,
        remark: expiryRemark(outcome.expired),
        named: { as: 'entries', entries: outcome.admitted, already: outcome.already, showTimes: false },
      };
    case 'returned':
      return {
        kind: outcome.kind,
        look: 'returned',
        tone: 'good',
        title: 'reception.returned.title',
        next: 'reception.returned.next',
        named: { as: 'entries', entries: outcome.entries, already: [], showTimes: false },
      };
    case 'already-admitted':
      return {
        kind: outcome.kind,
        look: 'attention',
        tone: 'attention',
        title: 'reception.already.title',
        next: 'reception.already.next',
        named: { as: 'entries', entries: outcome.entries, already: [], showTimes: true },
      };
    case 'refused':
      return {
        ...bad(outcome.kind),
        title: `reception.refused.${outcome.refusal}.title`,
        next: `reception.refused.${outcome.refusal}.next`,
      };
    case 'not-recorded':
      return {
        ...bad(outcome.kind),
        title: `reception.notRecorded.${outcome.reason}.title`,
        next: `reception.notRecorded.${outcome.reason}.next`,
      };
  }
}

function expiryRemark(expired: boolean | 'not-known'): WordKey | null {
  if (expired === 'not-known') return 'reception.expiryNotKnown';
  return expired ? 'reception.expired' : null;
}

function undoWords(outcome: UndoOutcome): WordsOfOutcome {
  switch (outcome.kind) {
    case 'undone':
      return {
        kind: outcome.kind,
        look: 'undone',
        tone: 'attention',
        title: 'undo.done',
        next: 'undo.doneHint',
        named: { as: 'names', names: outcome.names },
      };
    case 'nothing-to-undo':
      return {
        kind: outcome.kind,
        look: 'attention',
        tone: 'attention',
        title: 'undo.nothing',
        next: 'undo.nothingHint',
        named: NOBODY,
      };
    case 'overtaken':
      return {
        kind: outcome.kind,
        look: 'attention',
        tone: 'bad',
        title: 'undo.overtaken',
        next: 'undo.overtakenHint',
        named: NOBODY,
      };
    case 'not-recorded':
      return { ...bad(outcome.kind), title: 'reception.undoNotRecorded.title', next: 'reception.undoNotRecorded.next' };
  }
}

function bad<Kind extends ResultWords['kind']>(kind: Kind) {
  return { kind, look: 'bad', tone: 'bad', named: NOBODY } as const;
}
