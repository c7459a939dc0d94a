import {
  LIVE_HEARTBEAT_MS,
  type PullEventsResponse,
  type PullFactsResponse,
  type PushOutcome,
  type PushResponse,
  type RelayState,
  type StoreMark,
} from '@uketsuke/shared/contracts';
import type { DeviceId } from '@uketsuke/shared/identifiers';
import { type ErrorRequestHandler, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import type { ChangeBus } from '../couch/change-bus.ts';
import { isDatabaseUnavailable } from '../couch/couch-errors.ts';
import { receptionDatabase } from '../event-log/database-names.ts';
import type { LogReader, LogReaders } from '../event-log/log-reader.ts';
import { IncompleteWriteError } from '../event-log/write-batch.ts';
import { FACTS_DATABASE } from '../facts/fact-board.ts';
import { anyOrigin } from '../http/any-origin.ts';
import type { SyncMetrics } from '../http/metrics.ts';
import { RequestRefusedError } from '../http/request-refused.ts';
import type { DeviceDirectory } from '../identity/device-directory.ts';
import type { EventIntake } from './accept-events.ts';
import { IntakeGate } from './intake-gate.ts';
import { NudgeStream } from './nudge-stream.ts';
import { type PageReader, parsePullQuery, pullEvents, pullFacts } from './pull.ts';
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
 * The routes of `/sync/v1` (contract: `@uketsuke/shared/contracts`, sync.ts). Refusals are thrown as
 * RequestRefusedError to the application's error handler. Must not stand behind a body parser.
 */
export function createSyncRouter(options: SyncRouterOptions): Router {
  const pullGate = new PullGate();
  const router = Router();
  router.use(anyOrigin);
  router.post('/events', pushEvents(options));
  router.get('/events', pullEventsRoute(options, pullGate));
  router.get('/facts', pullFactsRoute(options, pullGate));
  router.get('/live', live(options));
  router.use(nameDatabaseErrors);
  return router;
}

function pushEvents(options: SyncRouterOptions): RequestHandler {
  const { intake, changes, devices, now, metrics } = options;
  const gate = options.intakeGate ?? new IntakeGate();
  return async (request, response) => {
    const { headers } = request;
    const device = await devices.authenticate(headers.authorization);
    refuseTooLarge(request);
    const read = () => readPush(request);
    const work = async (body: Buffer) => intake.acceptPush(await inflated(body, request), device, serverTime(now));
    const acceptance = await gate.take(device.deviceId, headers, goneSignal(response), read, work);
    if (acceptance.changed) changes.nudge(receptionDatabase(device.shelterId));
    if (metrics !== undefined) countOutcomes(acceptance.outcomes, metrics);
    const answer: PushResponse = {
      mark: await withRelay(acceptance.mark, options),
      outcomes: [...acceptance.outcomes],
      serverTime: serverTime(now),
    };
    // Ten times as much came up as goes down: compressing that costs more than it saves.
    response.set('cache-control', 'no-store, no-transform').json(answer);
  };
}

function pullEventsRoute(options: SyncRouterOptions, gate: PullGate): RequestHandler {
  const { readers, devices, now, log } = options;
  return async (request, response) => {
    const { deviceId, shelterId } = await devices.authenticate(request.headers.authorization);
    const query = parsePullQuery(request.query);
    const reader = readerOf(gate, deviceId, response);
    const pulled = await readers.use(receptionDatabase(shelterId), (events) => pullEvents(events, query, reader));
    if (pulled.unreadable > 0) log?.warn({ shelterId, count: pulled.unreadable }, 'unreadable events in the log');
    const { checkpoint, end, items, witnessed } = pulled;
    const mark = await withRelay(pulled.mark, options);
    const answer: Omit<PullEventsResponse, 'events'> = {
      mark,
      witnessed,
      checkpoint,
      end,
      serverTime: serverTime(now),
    };
    sendPage(response, answer, 'events', items);
  };
}

function pullFactsRoute({ readers, devices, now, log }: SyncRouterOptions, gate: PullGate): RequestHandler {
  return async (request, response) => {
    const { deviceId } = await devices.authenticate(request.headers.authorization);
    const query = parsePullQuery(request.query);
    const reader = readerOf(gate, deviceId, response);
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
  };
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

function live(options: SyncRouterOptions): RequestHandler {
  const { readers, changes, devices, now, metrics, heartbeatMs } = options;
  return async (request, response) => {
    const { authorization } = request.headers;
    const { shelterId } = await devices.authenticate(authorization);
    if (response.destroyed) return;
    metrics?.liveConnections(1);
    response.once('close', () => metrics?.liveConnections(-1));
    await NudgeStream.open(response, {
      shelterId,
      changes,
      readMark: async () => withRelay(await readers.use(receptionDatabase(shelterId), markOf), options),
      authenticateAgain: () => devices.authenticate(authorization),
      heartbeatMs: heartbeatMs ?? LIVE_HEARTBEAT_MS,
      now,
    });
  };
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
