import type { IncomingHttpHeaders } from 'node:http';
import type { DeviceId } from '@uketsuke/shared/identifiers';
import { PUSH_MAX_BYTES } from '@uketsuke/shared/protocol';
import { Turnstile, type TurnstileLimits } from './turnstile.ts';

/** Bodies announced up to this many bytes go through a lane of their own: a desk at work sends no more. */
const SMALL_PUSH_BYTES = 8 * 1024;
/** Gzip makes events some eight times smaller; a body is counted as it will be once inflated. */
const INFLATED_TIMES = 12;

/** Bytes of bodies held at a time, in each lane. */
const LARGE_BODIES_BYTES = 12 * 1024 * 1024;
const SMALL_BODIES_BYTES = 4 * 1024 * 1024;
/** Pushes worked on at a time, in each lane: while one is checked, the database stores the other. */
const WORKED_ON = 2;

const MAX_WAIT_MS = 3_000;
const MAX_WAITING = 1_000;
const MAX_WAITING_EACH = 8;

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
   * @throws RequestRefusedError 503 `busy` before anything was read; what `read` or `work` throws
   */
  async take<Result>(
    deviceId: DeviceId,
    headers: IncomingHttpHeaders,
    left: AbortSignal,
    read: () => Promise<Buffer>,
    work: (body: Buffer) => Promise<Result>,
  ): Promise<Result> {
    const announced = Number(headers['content-length'] ?? Number.POSITIVE_INFINITY);
    const { bodies, work: turn } = announced <= SMALL_PUSH_BYTES ? this.#small : this.#large;
    const leave = await bodies.pass(deviceId, bytesHeld(announced, headers), left);
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
  const waiting = { maxWaiting: MAX_WAITING, maxWaitingEach: MAX_WAITING_EACH, chance: Math.random };
  return {
    bodies: new Turnstile({ ...waiting, maxWaitMs: MAX_WAIT_MS, ...limits }),
    // Nobody is sent away here: the bodies' bytes bound how many there are.
    work: new Turnstile({ ...waiting, capacity: WORKED_ON, maxWaiting: Infinity, maxWaitingEach: Infinity }),
  };
}

function bytesHeld(announced: number, headers: IncomingHttpHeaders): number {
  const times = headers['content-encoding'] === undefined ? 1 : INFLATED_TIMES;
  return Math.min(announced * times, PUSH_MAX_BYTES);
}
