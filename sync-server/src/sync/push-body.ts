import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { PUSH_MAX_BYTES, PUSH_MAX_EVENTS, pushRequestSchema } from '@uketsuke/shared/contracts';
import { parseJson } from '@uketsuke/shared/json';
import { RequestRefusedError } from '../http/request-refused.ts';
import { type CanonicalEvent, sliceCanonicalEvents } from './canonical-slices.ts';

/** One document of a push: what it says, or the canonical bytes it came in. */
export type SentDocument = { readonly value: unknown } | { readonly received: CanonicalEvent };

/** A body has to be there after this long, in ms; our own clients give up long before. */
const BODY_TIMEOUT_MS = 15_000;

/**
 * Refuses a push whose announced length is too large.
 * @throws RequestRefusedError 413
 */
export function refuseTooLarge({ headers }: IncomingMessage): void {
  if (Number(headers['content-length'] ?? 0) > PUSH_MAX_BYTES) throw tooLarge();
}

/**
 * Reads the body of a push as it comes over the wire. One that is too large or too slow is refused as soon as that is
 * known; the rest of it is thrown away unread.
 * @param timeoutMs for tests
 * @throws RequestRefusedError 413, 400, 408, 415
 */
export function readPush(request: IncomingMessage, timeoutMs = BODY_TIMEOUT_MS): Promise<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity' || encoding === 'gzip') return readAll(request, timeoutMs);
  throw new RequestRefusedError(415, 'media-type-unsupported', 'content-encoding');
}

const gunzipped = promisify(gunzip);

/**
 * A body that came plain or as gzip; inflated, it may not be too large either.
 * @throws RequestRefusedError 413, 400
 */
export async function inflated(body: Buffer, { headers }: IncomingMessage): Promise<Buffer> {
  if (headers['content-encoding'] !== 'gzip') return body;
  try {
    return await gunzipped(body, { maxOutputLength: PUSH_MAX_BYTES });
  } catch (error) {
    throw error instanceof RangeError ? tooLarge() : malformed('body: not gzip');
  }
}

/**
 * The documents of a push, none of them checked yet.
 * @throws RequestRefusedError 400
 */
export function parsePush(body: Buffer): SentDocument[] {
  const canonical = sliceCanonicalEvents(body);
  if (canonical !== null && canonical.length <= PUSH_MAX_EVENTS) return canonical.map((received) => ({ received }));
  const json = parseJson(body.toString('utf8'));
  if (json === undefined) throw malformed('body: not JSON');
  const parsed = pushRequestSchema.safeParse(json);
  if (parsed.success) return parsed.data.events.map((value) => ({ value }));
  const issue = parsed.error.issues[0];
  throw malformed(`${issue?.path.join('.') || 'body'}: ${issue?.code ?? 'invalid'}`);
}

/** What a document says. */
export function contentOf(document: SentDocument): unknown {
  return 'value' in document ? document.value : JSON.parse(document.received.json.toString('utf8'));
}

function readAll(stream: Readable, timeoutMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const stop = (error: RequestRefusedError) => {
      clearTimeout(timer);
      chunks.length = 0;
      stream.off('data', take);
      stream.resume();
      reject(error);
    };
    const take = (chunk: Buffer) => {
      length += chunk.length;
      if (length > PUSH_MAX_BYTES) stop(tooLarge());
      else chunks.push(chunk);
    };
    const timer = setTimeout(() => stop(new RequestRefusedError(408, 'request-too-slow', 'body: too slow')), timeoutMs);
    stream.on('data', take);
    stream.once('end', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks, length));
    });
    const leave = () => stop(new RequestRefusedError(400, 'client-left', 'body: broken off'));
    stream.once('error', leave);
    stream.once('close', leave);
  });
}

function tooLarge(): RequestRefusedError {
  return new RequestRefusedError(413, 'body-too-large', `more than ${PUSH_MAX_BYTES} bytes`);
}

function malformed(detail: string): RequestRefusedError {
  return new RequestRefusedError(400, 'malformed-request', detail);
}
