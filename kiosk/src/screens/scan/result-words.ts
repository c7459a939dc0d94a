import type { CardId, EventId } from '@uketsuke/shared/identifiers';
import type { RosterEntry } from '@uketsuke/shared/roster';
import type { Tone } from '../../devices/tones.ts';
import type { Told } from '../../reception/desk-line.ts';
import type { ScanOutcome } from '../../reception/outcomes.ts';

/** How a result looks and sounds; colour always comes with its own icon and words. */
export type ResultLook = 'good' | 'returned' | 'attention' | 'bad' | 'undone';

/** A result in words: keys of the catalogue, and the people it is about. */
export interface ResultWords {
  readonly kind: string;
  readonly look: ResultLook;
  readonly tone: Tone;
  readonly title: string;
  /** What to do next; nothing for a plain admission. */
  readonly next: string | null;
  /** A remark that must not be missed. */
  readonly remark: string | null;
  readonly people: readonly RosterEntry[];
  /** Members of the household who were here before. */
  readonly already: readonly RosterEntry[];
  /** Whether the time of admission belongs beside each name. */
  readonly showTimes: boolean;
  readonly names: readonly string[];
  readonly eventId: EventId | null;
  readonly cardId: CardId | null;
  readonly refusal: string | null;
  readonly reason: string | null;
}

const PLAIN = {
  next: null,
  remark: null,
  people: [],
  already: [],
  showTimes: false,
  names: [],
  eventId: null,
  cardId: null,
  refusal: null,
  reason: null,
} as const;

/** The words for whatever the desk told. */
export function wordsOf(told: Told): ResultWords {
  return told.about === 'scan' ? scanWords(told.outcome) : undoWords(told.outcome);
}

function scanWords(outcome: ScanOutcome): ResultWords {
  const { kind } = outcome;
  switch (outcome.kind) {
    case 'admitted':
      return {
        ...PLAIN,
        kind,
        look: 'good',
        tone: 'good',
        title: 'reception.admitted.title',
        remark: outcome.expired ? 'reception.expired' : null,
        people: outcome.admitted,
        already: outcome.already,
        eventId: outcome.eventId,
        cardId: outcome.cardId,
      };
    case 'returned':
      return {
        ...PLAIN,
        kind,
        look: 'returned',
        tone: 'good',
        title: 'reception.returned.title',
        next: 'reception.returned.next',
        people: outcome.entries,
        eventId: outcome.eventId,
        cardId: outcome.cardId,
      };
    case 'already-admitted':
      return {
        ...PLAIN,
        kind,
        look: 'attention',
        tone: 'attention',
        title: 'reception.already.title',
        next: 'reception.already.next',
        people: outcome.entries,
        showTimes: true,
        cardId: outcome.cardId,
      };
    case 'refused': {
      const words = `reception.refused.${outcome.refusal}`;
      return { ...PLAIN, kind, ...bad(words), refusal: outcome.refusal };
    }
    case 'not-recorded': {
      const words = `reception.notRecorded.${outcome.reason}`;
      return { ...PLAIN, kind, ...bad(words), reason: outcome.reason };
    }
  }
}

function undoWords(outcome: Extract<Told, { about: 'undo' }>['outcome']): ResultWords {
  const { kind } = outcome;
  switch (outcome.kind) {
    case 'undone':
      return {
        ...PLAIN,
        kind,
        look: 'undone',
        tone: 'attention',
        title: 'undo.done',
        next: 'undo.doneHint',
        names: outcome.names,
        eventId: outcome.eventId,
      };
    case 'nothing-to-undo':
      return { ...PLAIN, kind, look: 'attention', tone: 'attention', title: 'undo.nothing', next: 'undo.nothingHint' };
    case 'overtaken':
      return { ...PLAIN, kind, look: 'attention', tone: 'bad', title: 'undo.overtaken', next: 'undo.overtakenHint' };
    case 'not-recorded':
      return { ...PLAIN, kind, ...bad('reception.undoNotRecorded'), reason: outcome.reason };
  }
}

function bad(words: string) {
  return { look: 'bad', tone: 'bad', title: `${words}.title`, next: `${words}.next` } as const;
}
