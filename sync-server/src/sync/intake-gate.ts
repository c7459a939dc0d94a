import type { IncomingHttpHeaders } from 'node:http';
import { PUSH_MAX_BYTES } from '@uketsuke/shared/contracts';
import type { DeviceId } from '@uketsuke/shared/identifiers';
import { platformTimers } from '@uketsuke/shared/timers';
import { Turnstile, type TurnstileLimits } from '../http/turnstile.ts';

/** Bodies announced up to this many bytes go through a lane of their own: a desk at work sends no more. */
const SMALL_PUSH_BYTES = 8 * 1024;

/** Bytes of bodies held at a time, in each lane, as they come over the wire. */
const LARGE_BODIES_BYTES = 24 * 1024 * 1024;
const SMALL_BODIES_BYTES = 4 * 1024 * 1024;
/** Bodies held at a time, in each lane. */
const BODIES = 64;
/** Pushes worked on at a time, in each lane: while one is checked, the database stores others and waits for its disk. */
const WORKED_ON = 4;
/** No more bodies are asked for while so many are there and wait: on two cores they take some 1.5 s. */
const WORK_WAITING = 24;

/** How long somebody waits before the body is read, and then for the work to begin, in ms; clients wait 8 s. */
const MAX_WAIT_MS = 3_000;
const MAX_WAITING = 1_000;
const MAX_WAITING_EACH = 16;

interface Lane {
  /** Passed before the body is read. */
  readonly bodies: Turnstile;
  /** Passed when the body is there: a body that trickles in holds memory, and nobody up. */
  readonly work: Turnstile;
}

/**
 * Bounds what pushes take of the server (SYN-12): bytes held and pushes worked on. Small pushes do not wait behind
 * large ones, and devices take turns.
 */
export class IntakeGate {
  readonly #small: Lane;
  readonly #large: Lane;

  /** @param limits for tests, of both lanes' bodies */
  constructor(limits: Partial<TurnstileLimits> = {}) {
    this.#small = lane({ capacity: SMALL_BODIES_BYTES, ...limits });
    this.#large = lane({ capacity: LARGE_BODIES_BYTES, ...limits });
  }

  /**
   * Reads a body and works on it, each when there is room.
   * @param left aborts when the client is gone
   * @throws RequestRefusedError 503 `busy`, as a rule before anything was read; what `read` or `work` throws
   */
  async take<Result>(
    deviceId: DeviceId,
    headers: IncomingHttpHeaders,
    left: AbortSignal,
    read: () => Promise<Buffer>,
    work: (body: Buffer) => Promise<Result>,
  ): Promise<Result> {
    const announced = Number(headers['content-length'] ?? PUSH_MAX_BYTES);
    const { bodies, work: turn } = announced <= SMALL_PUSH_BYTES ? this.#small : this.#large;
    const leave = await bodies.pass(deviceId, Math.min(announced, PUSH_MAX_BYTES), left);
    try {
      const body = await read();
      const done = await turn.pass(deviceId, 1, left);
      try {
        return await work(body);
      } finally {
        done();
      }
    } finally {
      leave();
    }
  }
}

function lane(limits: Pick<TurnstileLimits, 'capacity'> & Partial<TurnstileLimits>): Lane {
  const waiting = {
    maxWaitMs: MAX_WAIT_MS,
    maxWaiting: MAX_WAITING,
    maxWaitingEach: MAX_WAITING_EACH,
    chance: Math.random,
    timers: platformTimers,
  };
  const work = new Turnstile({ ...waiting, capacity: WORKED_ON, maxWaitingEach: BODIES });
  const mayEnter = () => work.waiting < WORK_WAITING;
  // Whoever leaves the work leaves its body too: those who wait for one are looked at then.
  return { bodies: new Turnstile({ ...waiting, maxInside: BODIES, mayEnter, ...limits }), work };
}
