import type { CardId, EventId, ResidentId } from '@uketsuke/shared/identifiers';
import type { Household } from '@uketsuke/shared/person';
import {
  type EventKind,
  type EventOf,
  type ReceptionEvent,
  recordEvent,
  type StayKind,
} from '@uketsuke/shared/reception';
import {
  type Answers,
  asAnswered,
  decideAdmission,
  doubtsAbout,
  lastUndoable,
  NO_ANSWERS,
  type RosterEntry,
  returningResidents,
  type WhoItIs,
} from '@uketsuke/shared/roster';
import { Turn } from '@uketsuke/shared/turn';
import { traceFailure } from '../failure-trace.ts';
import type { EventLog } from './event-log.ts';
import type { PresentedOutcome, RecordFailure, ScanOutcome, UndoOutcome } from './outcomes.ts';
import type { UsageClock } from './usage-clock.ts';

/** A household that was shown to the desk, by whatever card. */
export interface Presented {
  /** By what the same card is known again when recording it failed (RCP-8). */
  readonly key: string;
  /** Of a QR card. */
  readonly cardId: CardId | null;
  readonly household: Household;
  readonly stay: StayKind;
  /** How it was read, for the event. */
  readonly read: Pick<EventOf<'admitted'>['body'], 'method' | 'assurance' | 'card'>;
  /** The card may have expired: the laptop's clock, which says so, is known to be wrong. */
  readonly isExpiryUnknown?: boolean;
}

/** What a card comes to once its events are durable; the same events are used when the first try failed (RCP-8). */
interface Draft {
  /** What was decided, as text: shown again, the card must still come to that. */
  readonly decided: string;
  readonly events: readonly ReceptionEvent[];
  readonly outcome: () => ScanOutcome;
}

export interface AdmissionsParts {
  readonly log: EventLog;
  /** Ms since 1970 UTC. */
  readonly now: () => number;
  readonly usage: UsageClock;
  /** Something was recorded and is to be synced. */
  readonly onRecorded: () => void;
}

/** Admits households, the same for every kind of card, and takes admissions back. One decision after another. */
export class Admissions {
  readonly #log: EventLog;
  readonly #now: () => number;
  readonly #usage: UsageClock;
  readonly #onRecorded: () => void;
  readonly #unfinished = new Map<string, Draft>();
  /** By the key of an unfinished draft that does not hold any more: its events, and those that take them back. */
  readonly #withdrawals = new Map<string, readonly ReceptionEvent[]>();
  #unfinishedUndo: EventOf<'voided'> | null = null;
  /** Who staff said somebody of a card is: while the desk is open they are not asked again. */
  readonly #answered = new Map<ResidentId, WhoItIs>();
  /** Decisions are taken one after another: each sees what the one before recorded. */
  readonly #turn = new Turn();

  constructor({ log, now, usage, onRecorded }: AdmissionsParts) {
    this.#log = log;
    this.#now = now;
    this.#usage = usage;
    this.#onRecorded = onRecorded;
  }

  /**
   * Admits whoever of the household is not here yet. When somebody here is probably one of them under another resident
   * id, nobody is admitted before a person has said who they are (FLD-4).
   */
  present(presented: Presented, answers: Answers = NO_ANSWERS): Promise<PresentedOutcome> {
    return this.#decide(async () => {
      const doubts = this.#doubtsAbout(presented.household, answers);
      if (doubts.length > 0) return { kind: 'probably-here', doubts };
      const said = new Map([...this.#answered, ...answers]);
      const household = asAnswered(this.#log.roster, presented.household, said);
      const outcome = await this.#admit({ ...presented, household });
      if (outcome.kind !== 'not-recorded') for (const [member, who] of answers) this.#answered.set(member, who);
      return outcome;
    });
  }

  /**
   * Voids this desk's latest admission that is not voided yet (RCP-5). Never rejects.
   * @param expected the admission that is meant; another one, which came meanwhile, is not voided
   */
  undoLast(expected?: EventId): Promise<UndoOutcome> {
    return this.#decide(() => this.#undo(expected)).catch((error: unknown) => {
      traceFailure('undo', error);
      return { kind: 'not-recorded', reason: 'store-failed' };
    });
  }

  /**
   * Records what else happens at the desk; `make` is asked for the events when it is their turn.
   * @returns null, or why it failed
   */
  record(make: () => Promise<readonly ReceptionEvent[]>): Promise<RecordFailure | null> {
    return this.#decide(async () => {
      const events = await make();
      const failure = await this.#log.record(events);
      if (failure === null && events.length > 0) this.#onRecorded();
      return failure;
    });
  }

  /** An event of this desk, stamped now. */
  event<Kind extends EventKind>(kind: Kind, body: EventOf<Kind>['body']): EventOf<Kind> {
    return recordEvent(this.#log.identity, this.#log.clock, this.#now(), kind, body);
  }

  /** Resolves when nothing is being decided. */
  async settled(): Promise<void> {
    await this.#turn.settled();
  }

  /** Those of whom nobody has said who they are, or only that they are somebody who is not here any more. */
  #doubtsAbout(household: Household, answers: Answers) {
    const { roster } = this.#log;
    return doubtsAbout(roster, household).filter(({ member: { residentId } }) => {
      const who = answers.get(residentId) ?? this.#answered.get(residentId);
      return who === undefined || (who !== 'somebody-else' && !roster.isAdmitted(who));
    });
  }

  async #admit(presented: Presented): Promise<ScanOutcome> {
    let draft = this.#draft(presented);
    const before = this.#unfinished.get(presented.key);
    if (before !== undefined && before.decided === draft.decided) draft = before;
    else if (before !== undefined) {
      const failure = await this.#withdraw(presented.key, before);
      if (failure !== null) return { kind: 'not-recorded', reason: failure };
    }
    const failure = await this.#log.record(draft.events);
    if (failure !== null) {
      this.#unfinished.set(presented.key, draft);
      return { kind: 'not-recorded', reason: failure };
    }
    this.#unfinished.delete(presented.key);
    if (draft.events.length > 0) this.#onRecorded();
    return draft.outcome();
  }

  /**
   * Ends what was begun and does not hold any more: somebody else was meant, or the family was admitted meanwhile. One
   * of the disks may have it already and would bring it back, so it is recorded, and voided (RCP-8).
   */
  async #withdraw(key: string, { events }: Draft): Promise<RecordFailure | null> {
    const ended = this.#withdrawals.get(key) ?? [
      ...events,
      ...events
        .filter((event) => event.kind === 'admitted')
        .map(({ id }) => this.event('voided', { targetId: id, reason: 'undo' })),
    ];
    this.#withdrawals.set(key, ended);
    const failure = await this.#log.record(ended);
    if (failure !== null) return failure;
    this.#unfinished.delete(key);
    this.#withdrawals.delete(key);
    this.#onRecorded();
    return null;
  }

  #draft({ cardId, household, stay, read, isExpiryUnknown = false }: Presented): Draft {
    const decision = decideAdmission(this.#log.roster, household);
    const here = decision.kind === 'admit' ? [] : decision.kind === 'admit-rest' ? decision.already : decision.entries;
    const returning = returningResidents(here);
    const returned = returning.length === 0 ? [] : [this.event('returned', { residentIds: [...returning] })];
    const hereIds = here.map((entry) => entry.residentId);
    const admitting = decision.kind === 'already-admitted' ? null : decision.household;
    const decided = JSON.stringify([stay, hereIds, returning, admitting]);
    if (decision.kind === 'already-admitted') {
      const [event] = returned;
      const outcome = (): ScanOutcome =>
        event === undefined
          ? { kind: 'already-admitted', cardId, entries: this.#entries(hereIds) }
          : { kind: 'returned', eventId: event.id, cardId, entries: this.#entries(hereIds) };
      return { decided, events: returned, outcome };
    }
    const admitted = this.event('admitted', { stay, ...read, household: decision.household });
    const outcome = (): ScanOutcome => ({
      kind: 'admitted',
      eventId: admitted.id,
      cardId,
      admitted: this.#entries(decision.household.members.map((member) => member.residentId)),
      already: this.#entries(hereIds),
      expired: isExpiryUnknown ? 'not-known' : (read.card?.expired ?? false),
    });
    return { decided, events: [admitted, ...returned], outcome };
  }

  async #undo(expected: EventId | undefined): Promise<UndoOutcome> {
    const { roster, ownAdmissions } = this.#log;
    const targetId = lastUndoable(ownAdmissions, roster);
    if (targetId === undefined) return { kind: 'nothing-to-undo' };
    if (expected !== undefined && targetId !== expected) return { kind: 'overtaken' };
    const before = this.#unfinishedUndo;
    const undo =
      before?.body.targetId === targetId ? before : this.event('voided', { targetId, reason: 'undo' as const });
    const failure = await this.#log.record([undo]);
    if (failure !== null) {
      this.#unfinishedUndo = undo;
      return { kind: 'not-recorded', reason: failure };
    }
    this.#unfinishedUndo = null;
    this.#onRecorded();
    return { kind: 'undone', eventId: targetId, names: this.#namesOf(targetId) };
  }

  #entries(residentIds: readonly ResidentId[]): RosterEntry[] {
    return residentIds.flatMap((residentId) => this.#log.roster.entry(residentId) ?? []);
  }

  #namesOf(admissionId: EventId): string[] {
    const members = this.#log.roster.householdOf(admissionId)?.members ?? [];
    return members.map((member) => member.name.written);
  }

  #decide<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#usage.used();
    return this.#turn.run(work);
  }
}
