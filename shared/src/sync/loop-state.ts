import type { SyncFailureKind } from '../errors/error-codes.ts';
import type { SyncFailure } from './sync-failure.ts';

/** What went wrong: the exchange with the peer, or this side's own log. */
export type Trouble =
  | { readonly kind: 'peer'; readonly failure: SyncFailure; readonly of: 'push' | 'pull' }
  | { readonly kind: 'own-log'; readonly cause: unknown };

/** The last exchange failed, so many times in a row. */
export interface Troubled {
  readonly kind: 'troubled';
  readonly trouble: Trouble;
  readonly failures: number;
  /** Whether the peer answers all the same: a busy one does, and an own log that fails says nothing about it. */
  readonly answers: boolean;
}

/** How the last exchange went, since the peer was wanted. */
export type Standing = { readonly kind: 'untried' } | { readonly kind: 'good' } | Troubled;

/** Where the loop stands. `until` is by the clock of its timers, ms. */
export type LoopState =
  | { readonly kind: 'unwanted' }
  /** At a step. `again`: something was recorded meanwhile, so that an idle step proves nothing. */
  | { readonly kind: 'working'; readonly standing: Standing; readonly again: boolean }
  /** The peer takes no push before `until`; pulls go on. */
  | { readonly kind: 'pulling-only'; readonly standing: Troubled; readonly until: number; readonly again: boolean }
  /** Between two steps, for the desk's sake. */
  | { readonly kind: 'yielding'; readonly until: number }
  /** Nothing to do until the peer is asked anyway. */
  | { readonly kind: 'resting'; readonly until: number }
  | { readonly kind: 'backing-off'; readonly standing: Troubled; readonly until: number }
  | { readonly kind: 'stopped' };

export type LoopSignal =
  | { readonly kind: 'wanted' }
  | { readonly kind: 'unwanted' }
  | { readonly kind: 'stopped' }
  /** Something was recorded here. */
  | { readonly kind: 'recorded' }
  /** The live connection speaks: `alive` when it brought a nudge, and not only its end. */
  | { readonly kind: 'nudged'; readonly alive: boolean }
  | { readonly kind: 'network-came-back' }
  /** `until` is reached. */
  | { readonly kind: 'due' }
  /** A step worked; `until`: when the next may follow, for the desk's sake. */
  | { readonly kind: 'exchanged'; readonly until?: number | undefined }
  | { readonly kind: 'idle'; readonly until: number }
  | { readonly kind: 'failed'; readonly trouble: Trouble; readonly until: number };

/** Failures after which a sign of life says that the peer is there again. */
export const NO_ANSWER: ReadonlySet<SyncFailureKind> = new Set(['unreachable', 'timed-out', 'strange']);
/** Failures of a push that say nothing about whether the peer can be asked. */
const ONLY_OF_PUSHES: ReadonlySet<SyncFailureKind> = new Set(['busy', 'failing', 'too-large']);

export const UNWANTED: LoopState = { kind: 'unwanted' };
const STOPPED: LoopState = { kind: 'stopped' };
const GOOD: Standing = { kind: 'good' };

/** The state that follows. A signal that means nothing in a state leaves it as it is: the same object. */
export function afterSignal(state: LoopState, signal: LoopSignal): LoopState {
  if (state.kind === 'stopped' || signal.kind === 'stopped') return STOPPED;
  if (signal.kind === 'unwanted') return state.kind === 'unwanted' ? state : UNWANTED;
  if (state.kind === 'unwanted') return signal.kind === 'wanted' ? working({ kind: 'untried' }) : state;
  switch (signal.kind) {
    case 'wanted':
      return state;
    case 'recorded':
      return afterNews(state);
    case 'nudged':
      return afterNudge(state, signal.alive);
    case 'network-came-back':
      return { ...working(forgiven(standingOf(state))), again: true };
    case 'due':
      return 'until' in state ? working(standingOf(state)) : state;
    case 'exchanged':
      return afterExchange(state, signal.until);
    case 'idle':
      return afterIdle(state, signal.until);
    case 'failed':
      return afterFailure(state, signal.trouble, signal.until);
  }
}

/** How the last exchange went; good wherever the loop rests. */
export function standingOf(state: LoopState): Standing {
  switch (state.kind) {
    case 'unwanted':
    case 'stopped':
      return { kind: 'untried' };
    case 'resting':
    case 'yielding':
      return GOOD;
    case 'working':
    case 'pulling-only':
    case 'backing-off':
      return state.standing;
  }
}

/** Whether the peer answers, as far as the last exchange tells. */
export function answersNow(state: LoopState): boolean {
  const standing = standingOf(state);
  return standing.kind === 'good' || (standing.kind === 'troubled' && standing.answers);
}

type Wanted = Exclude<LoopState, { kind: 'stopped' | 'unwanted' }>;

/** What is recorded ends a rest, but no pause after a failure: the peer would be asked with every scan. */
function afterNews(state: Wanted): LoopState {
  switch (state.kind) {
    case 'working':
    case 'pulling-only':
      return state.again ? state : { ...state, again: true };
    case 'yielding':
    case 'resting':
      return working(GOOD);
    case 'backing-off':
      return state;
  }
}

/** A peer that speaks is there again; a wait that it asked for is not cut short by its own nudges (SYN-12). */
function afterNudge(state: Wanted, alive: boolean): LoopState {
  if (state.kind === 'resting') return working(GOOD);
  if (state.kind !== 'backing-off') return state;
  const { trouble } = state.standing;
  if (trouble.kind === 'own-log') return state;
  if (isOnlyOfPushes(trouble)) return { ...state, kind: 'pulling-only', again: false };
  const { code, retryAfterMs } = trouble.failure;
  return alive && NO_ANSWER.has(code) && retryAfterMs === undefined ? working(forgiven(state.standing)) : state;
}

function afterExchange(state: Wanted, until: number | undefined): LoopState {
  if (state.kind === 'pulling-only') return state;
  const isAskedFor = state.kind === 'working' && state.again;
  return until === undefined || isAskedFor ? working(GOOD) : { kind: 'yielding', until };
}

function afterIdle(state: Wanted, until: number): LoopState {
  switch (state.kind) {
    case 'working':
      return state.again ? { ...state, again: false } : { kind: 'resting', until };
    case 'pulling-only':
      if (state.again) return { ...state, again: false };
      return { kind: 'backing-off', standing: state.standing, until: state.until };
    default:
      return state;
  }
}

function afterFailure(state: Wanted, trouble: Trouble, until: number): LoopState {
  const before = standingOf(state);
  const answered = before.kind === 'good' || (before.kind === 'troubled' && before.answers);
  const standing: Troubled = {
    kind: 'troubled',
    trouble,
    failures: failuresOf(before) + 1,
    answers: answered && (trouble.kind === 'own-log' || trouble.failure.code === 'busy'),
  };
  const held = state.kind === 'pulling-only' ? Math.max(state.until, until) : until;
  if (trouble.kind === 'peer' && isOnlyOfPushes(trouble)) {
    return { kind: 'pulling-only', standing, until: held, again: false };
  }
  return { kind: 'backing-off', standing, until: held };
}

function isOnlyOfPushes(trouble: Trouble): boolean {
  return trouble.kind === 'peer' && trouble.of === 'push' && ONLY_OF_PUSHES.has(trouble.failure.code);
}

/** Failures in a row; 0 after an exchange that worked. */
export function failuresOf(standing: Standing): number {
  return standing.kind === 'troubled' ? standing.failures : 0;
}

function forgiven(standing: Standing): Standing {
  return standing.kind === 'troubled' ? { ...standing, failures: 0 } : standing;
}

function working(standing: Standing): Extract<LoopState, { kind: 'working' }> {
  return { kind: 'working', standing, again: false };
}
