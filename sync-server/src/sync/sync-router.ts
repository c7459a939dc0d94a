import {
  LIVE_HEARTBEAT_MS,
  type PullEventsResponse,
  type PullFactsResponse,
  type PushOutcome,
  type PushResponse,
  type RelayState,
  type StoreMark,
  syncContracts,
} from '@uketsuke/shared/contracts';
import type { DeviceId } from '@uketsuke/shared/identifiers';
import { type ErrorRequestHandler, type Response, Router } from 'express';
import * as z from 'zod';
import type { ChangeBus } from '../couch/change-bus.ts';
import { isDatabaseUnavailable } from '../couch/couch-errors.ts';
import { receptionDatabase } from '../event-log/database-names.ts';
import type { LogReader, LogReaders } from '../event-log/log-reader.ts';
import { IncompleteWriteError } from '../event-log/write-batch.ts';
import { FACTS_DATABASE } from '../facts/fact-board.ts';
import { anyOrigin } from '../http/any-origin.ts';
import type { SyncMetrics } from '../http/metrics.ts';
import { RequestRefusedError } from '../http/request-refused.ts';
import { type Route, routerOf } from '../http/routes.ts';
import { StreamSeats } from '../http/stream-seats.ts';
import type { DeviceDirectory } from '../identity/device-directory.ts';
import { deviceRoute } from '../identity/device-gate.ts';
import type { EventIntake } from './accept-events.ts';
import { IntakeGate } from './intake-gate.ts';
import { NudgeStream } from './nudge-stream.ts';
import { type PageReader, pullEvents, pullFacts } from './pull.ts';
import { PullGate } from './pull-gate.ts';
import { inflated, readPush, refuseTooLarge } from './push-body.ts';

/** What sync has to say; never personal data. */
export interface SyncLog {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export interface SyncRouterOptions {
  readonly readers: LogReaders;
  readonly intake: Pick<EventIntake, 'acceptPush'>;
  readonly changes: ChangeBus;
  readonly devices: DeviceDirectory;
  /** The server's clock, ms since 1970 UTC. */
  readonly now: () => number;
  readonly metrics?: SyncMetrics;
  readonly log?: SyncLog;
  readonly heartbeatMs?: number;
  /** Bounds what pushes take; tests bring narrower ones. */
  readonly intakeGate?: IntakeGate;
  /** Only at a hub: how it stands with the city, told with every mark (SYN-8). */
  readonly relay?: () => Promise<RelayState>;
}

/** A client waits this long before it tries a database again that was away, in seconds. */
const RETRY_AFTER_SECONDS = 5;

/**
 * The routes of sync. Refusals are thrown as RequestRefusedError to the application's error handler. Must not stand
 * behind a body parser.
 */
export function createSyncRouter(options: SyncRouterOptions): Router {
  const pullGate = new PullGate();
  const routes = [
    pushRoute(options),
    pullEventsRoute(options, pullGate),
    pullFactsRoute(options, pullGate),
    liveRoute(options),
  ];
  const router = Router();
  router.use(
    routes.map(({ contract }) => contract.path),
    anyOrigin,
  );
  router.use(routerOf(routes), nameDatabaseErrors);
  return router;
}

function pushRoute(options: SyncRouterOptions): Route {
  const { intake, changes, devices, now, metrics } = options;
  const gate = options.intakeGate ?? new IntakeGate();
  return deviceRoute(devices, syncContracts.push, async ({ device, request, response }) => {
    refuseTooLarge(request);
    const read = () => readPush(request);
    const work = async (body: Buffer) => intake.acceptPush(await inflated(body, request), device, serverTime(now));
    const acceptance = await gate.take(device.deviceId, request.headers, goneSignal(response), read, work);
    if (acceptance.changed) changes.nudge(receptionDatabase(device.shelterId));
    if (metrics !== undefined) countOutcomes(acceptance.outcomes, metrics);
    const answer: PushResponse = {
      mark: await withRelay(acceptance.mark, options),
      outcomes: acceptance.outcomes.map(toldOutcome),
      serverTime: serverTime(now),
    };
    // Ten times as much came up as goes down: compressing that costs more than it saves.
    response.set('cache-control', 'no-store, no-transform').json(answer);
    return undefined;
  });
}

/**
 * An outcome as it is told. Programs from before `device-revoked` take an answer with a word that they do not know for
 * none, and would send the same for ever: they are told a word that they know.
 */
function toldOutcome(outcome: PushOutcome): PushOutcome {
  if (outcome.outcome !== 'quarantined' || outcome.reason !== 'device-revoked') return outcome;
  return { ...outcome, reason: 'unknown-device' };
}

function pullEventsRoute(options: SyncRouterOptions, gate: PullGate): Route {
  const { readers, devices, now, log } = options;
  return deviceRoute(devices, syncContracts.pullEvents, async ({ device, query, response }) => {
    const { deviceId, shelterId } = device;
    const reader = readerOf(gate, deviceId, response);
    const pulled = await readers.use(receptionDatabase(shelterId), (events) =>
      pullEvents(events, query, reader, options.relay === undefined ? 'city' : 'hub'),
    );
    if (pulled.unreadable > 0) log?.warn({ shelterId, count: pulled.unreadable }, 'unreadable events in the log');
    const { bounds, checkpoint, end, items, witnessed } = pulled;
    const mark = await withRelay(pulled.mark, options);
    const answer: Omit<PullEventsResponse, 'events'> = {
      mark,
      witnessed,
      bounds,
      checkpoint,
      end,
      serverTime: serverTime(now),
    };
    sendPage(response, answer, 'events', items);
    return undefined;
  });
}

function pullFactsRoute({ readers, devices, now, log }: SyncRouterOptions, gate: PullGate): Route {
  return deviceRoute(devices, syncContracts.pullFacts, async ({ device, query, response }) => {
    const reader = readerOf(gate, device.deviceId, response);
    const pulled = await readers.use(FACTS_DATABASE, (facts) => pullFacts(facts, query, reader));
    if (pulled.unreadable > 0) log?.warn({ count: pulled.unreadable }, 'unreadable facts');
    const { mark, checkpoint, end, items } = pulled;
    const answer: Omit<PullFactsResponse, 'facts'> = {
      epoch: mark.epoch,
      checkpoint,
      end,
      serverTime: serverTime(now),
    };
    sendPage(response, answer, 'facts', items);
    return undefined;
  });
}

function readerOf(gate: PullGate, deviceId: DeviceId, response: Response): PageReader {
  const gone = goneSignal(response);
  return (documents, read) => gate.read(deviceId, documents, gone, read);
}

/** Answers with `head` and, as its member `name`, the documents, whose JSON was made to measure them. */
function sendPage(response: Response, head: object, name: 'events' | 'facts', items: readonly string[]): void {
  const json = `${JSON.stringify(head).slice(0, -1)},"${name}":[${items.join(',')}]}`;
  response.set('cache-control', 'no-store').type('json').send(json);
}

/** Aborts when the client has left, or has its answer. */
function goneSignal(response: Response): AbortSignal {
  const gone = new AbortController();
  const leave = () => gone.abort(new RequestRefusedError(400, 'client-left', 'the client has left'));
  // It can leave while its credential is being checked, and says so only once.
  if (response.destroyed) leave();
  else response.once('close', leave);
  return gone.signal;
}

function liveRoute(options: SyncRouterOptions): Route {
  const { readers, changes, devices, now, metrics, heartbeatMs } = options;
  const seats = new StreamSeats();
  return deviceRoute(devices, syncContracts.live, async ({ device: { deviceId, shelterId }, request, response }) => {
    if (response.destroyed) return;
    seats.take(deviceId, response);
    metrics?.liveConnections(1);
    response.once('close', () => metrics?.liveConnections(-1));
    await NudgeStream.open(response, {
      shelterId,
      changes,
      readMark: async () => withRelay(await readers.use(receptionDatabase(shelterId), markOf), options),
      authenticateAgain: () => devices.authenticate(request.headers.authorization),
      heartbeatMs: heartbeatMs ?? LIVE_HEARTBEAT_MS,
      now,
    });
  });
}

async function markOf(log: LogReader): Promise<StoreMark> {
  const { epoch, events } = await log.mark();
  return { epoch, events };
}

/** Read after the mark: what the mark counts, the relay has then counted too. */
async function withRelay(mark: StoreMark, { relay }: SyncRouterOptions): Promise<StoreMark> {
  return relay === undefined ? mark : { ...mark, relay: await relay() };
}

/** The database being away is told apart from errors of our own: the client keeps its events and comes back. */
const nameDatabaseErrors: ErrorRequestHandler = (error: unknown, _request, _response, next) => {
  // What clients send is refused where it is read; a schema that fails here was an answer of the database.
  const ofDatabase =
    error instanceof IncompleteWriteError || error instanceof z.ZodError || isDatabaseUnavailable(error);
  if (!ofDatabase) return next(error);
  next(
    new RequestRefusedError(503, 'database-unavailable', 'the database cannot be reached', {
      cause: error,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    }),
  );
};

function countOutcomes(outcomes: readonly PushOutcome[], metrics: SyncMetrics): void {
  const counts = new Map<PushOutcome['outcome'], number>();
  for (const { outcome } of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  for (const [outcome, count] of counts) metrics.pushed(outcome, count);
}

function serverTime(now: () => number): string {
  return new Date(now()).toISOString();
}
