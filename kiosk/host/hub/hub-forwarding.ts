import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TLSSocket } from 'node:tls';
import { type Problem, PUSH_MAX_BYTES } from '@uketsuke/shared/contracts';
import type { ProblemCode } from '@uketsuke/shared/errors';
import { HUB_PATH } from '../kiosk-host.ts';
import { connectPinned, HubCertificateError } from './hub-connection.ts';
import type { HubInUse } from './hub-in-use.ts';

/**
 * The page's way to the hub: what it asks of `<own origin>/peer/hub/sync/v1/…` is asked of the hub in use, over TLS
 * pinned to its certificate. Used by both hosts; knows neither of them.
 */

const FORWARDED_PATHS = /^\/peer\/hub(\/sync\/v1\/[a-z\d/-]+)$/;
const QUERY_MAX_CHARACTERS = 8 * 1024;
const REQUEST_MAX_BYTES = PUSH_MAX_BYTES + 64 * 1024;
const ANSWER_MAX_BYTES = 32 * 1024 * 1024;
/** A hub that is silent for so long, in the middle of something or on a live connection, is gone. */
const SILENCE_MS = 15_000;
const REQUEST_HEADERS = ['authorization', 'accept'];
const BODY_HEADERS = ['content-type', 'content-encoding', 'content-length'];
const ANSWER_HEADERS = ['content-type', 'retry-after', 'cache-control'];

/** A request of the page, whichever way it came. */
export interface HubRequest {
  readonly method: string;
  /** Path and query as the page asked, from `/peer/hub` on. */
  readonly path: string;
  readonly header: (name: string) => string | null | undefined;
  readonly body: AsyncIterable<Uint8Array> | null;
  /** Aborted when the page no longer waits. */
  readonly signal: AbortSignal;
}

export interface ForwardingOptions {
  readonly silenceMs?: number;
}

/** Whether a path is for `answerHubRequest` to answer. */
export function isHubPath(path: string): boolean {
  return path === HUB_PATH || path.startsWith(`${HUB_PATH}/`) || path.startsWith(`${HUB_PATH}?`);
}

/**
 * Answers a request for the hub. Never rejects: 404 for other paths and without a hub, 405 for other methods, 413 for
 * too large a body, 502 with a problem when the hub cannot be reached (`peer-unreachable`) or something else answers
 * in its place (`peer-changed`); else what the hub answers. The body of the answer streams; it fails when the hub
 * breaks off.
 */
export async function answerHubRequest(
  request: HubRequest,
  hub: HubInUse | null,
  { silenceMs = SILENCE_MS }: ForwardingOptions = {},
): Promise<Response> {
  const asked = new URL(request.path, 'http://host.invalid');
  const path = FORWARDED_PATHS.exec(asked.pathname)?.[1];
  if (path === undefined || hub === null || asked.search.length > QUERY_MAX_CHARACTERS)
    return problem(404, 'not-found');
  if (request.method !== 'GET' && request.method !== 'POST') return problem(405, 'method-not-allowed');
  if (Number(request.header('content-length') ?? 0) > REQUEST_MAX_BYTES) return problem(413, 'body-too-large');
  try {
    const socket = await connectPinned(hub, request.signal);
    socket.setTimeout(silenceMs, () => socket.destroy(new Error('the hub is silent')));
    return await exchange(socket, request, path + asked.search, new URL(hub.origin).host);
  } catch (error) {
    if (error instanceof BodyTooLarge) return problem(413, 'body-too-large');
    return problem(502, error instanceof HubCertificateError ? 'peer-changed' : 'peer-unreachable');
  }
}

/** Sends the request over the connection and gives the answer as soon as its headers are there. */
async function exchange(socket: TLSSocket, request: HubRequest, path: string, host: string): Promise<Response> {
  const asked = httpRequest({
    createConnection: () => socket,
    method: request.method,
    path,
    headers: { ...headersOf(request), host },
    signal: request.signal,
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    asked.once('response', resolve);
    asked.once('close', () => reject(new Error('the hub closed without an answer')));
    asked.on('error', reject);
  });
  const sent = sendBody(request, asked);
  try {
    // A hub may answer before it has read everything (busy, too large): then its answer counts.
    return answerOf(await Promise.race([answered, sent.then(() => answered)]));
  } catch (cause) {
    asked.destroy();
    await sent.catch((error: unknown) => {
      if (error instanceof BodyTooLarge) throw error;
    });
    throw cause;
  }
}

async function sendBody(request: HubRequest, to: NodeJS.WritableStream): Promise<void> {
  if (request.method === 'GET' || request.body === null) {
    to.end();
    return;
  }
  await pipeline(Readable.from(limited(request.body, REQUEST_MAX_BYTES)), to);
}

class BodyTooLarge extends Error {}

async function* limited(body: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > maxBytes) throw new BodyTooLarge();
    yield part;
  }
}

function headersOf(request: HubRequest): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {};
  for (const name of request.method === 'POST' ? [...REQUEST_HEADERS, ...BODY_HEADERS] : REQUEST_HEADERS) {
    const value = request.header(name);
    if (typeof value === 'string') headers[name] = value;
  }
  return headers;
}

function answerOf(response: IncomingMessage): Response {
  const status = response.statusCode ?? 0;
  const isForwarded = (status >= 200 && status < 300) || status >= 400;
  if (!isForwarded) {
    response.destroy();
    return problem(502, 'peer-unreachable');
  }
  const headers = new Headers();
  for (const name of ANSWER_HEADERS) {
    const value = response.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  if (status === 204 || status === 205) {
    response.resume();
    return new Response(null, { status, headers });
  }
  const isLive = headers.get('content-type')?.startsWith('text/event-stream') === true;
  return new Response(streamOf(response, isLive ? Number.POSITIVE_INFINITY : ANSWER_MAX_BYTES), { status, headers });
}

/** The answer's bytes as they come, none held back; read no faster than the page takes them. */
function streamOf(response: IncomingMessage, maxBytes: number): ReadableStream<Uint8Array> {
  const parts = response.iterator({ destroyOnReturn: true });
  let bytes = 0;
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { done, value } = await parts.next();
      if (done === true) return controller.close();
      const part = Uint8Array.from(Buffer.from(value));
      bytes += part.length;
      if (bytes <= maxBytes) return controller.enqueue(part);
      response.destroy();
      controller.error(new Error('the answer is too large'));
    },
    cancel: () => void response.destroy(),
  });
}

function problem(status: number, code: ProblemCode): Response {
  const body: Problem = { type: `urn:uketsuke:problem:${code}`, title: code.replaceAll('-', ' '), status, code };
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  });
}
