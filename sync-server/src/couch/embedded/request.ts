import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseJson } from '@uketsuke/shared/json';
import * as z from 'zod';
import { badRequest, queryParseError, tooLarge } from './couch-problem.ts';

/** Largest request body taken, in bytes. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** One request, its address taken apart. */
export interface CouchRequest {
  readonly method: string;
  /** Decoded parts of the path. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
}

/** A JSON object, as CouchDB wants most bodies. */
export const jsonObjectSchema = z.record(z.string(), z.unknown());

/**
 * Reads the whole body as JSON; undefined when it is empty.
 * @throws CouchProblem 400, 413
 */
export async function readJson(request: CouchRequest): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.incoming) {
    if (!Buffer.isBuffer(chunk)) throw badRequest('the body is not bytes');
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw tooLarge('the request entity is too large');
    chunks.push(chunk);
  }
  if (length === 0) return undefined;
  const json = parseJson(Buffer.concat(chunks, length).toString('utf8'));
  if (json === undefined) throw badRequest('invalid UTF-8 JSON');
  return json;
}

/**
 * Reads the body as a JSON object of the given shape.
 * @throws CouchProblem 400, 413
 */
export async function readObject<Shape>(request: CouchRequest, schema: z.ZodType<Shape>): Promise<Shape> {
  const parsed = schema.safeParse((await readJson(request)) ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw badRequest(`${issue?.path.join('.') || 'Request body'}: ${issue?.message ?? 'must be a JSON object'}`);
}

/** Answers with JSON. */
export function sendJson(request: CouchRequest, status: number, body: unknown, headers: Record<string, string> = {}) {
  const bytes = Buffer.from(`${JSON.stringify(body)}\n`);
  request.response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': bytes.length,
    'cache-control': 'must-revalidate',
    ...headers,
  });
  request.response.end(request.method === 'HEAD' ? undefined : bytes);
}

/** Query parameters and, for a POST, members of the body, which win; both spellings of the key parameters. */
export type Parameters = Record<string, unknown>;

const JSON_PARAMETERS = new Set(['key', 'keys', 'startkey', 'endkey', 'limit', 'skip', 'group_level']);
const BOOLEAN_PARAMETERS = new Set(['include_docs', 'descending', 'inclusive_end', 'reduce', 'group', 'conflicts']);
const OTHER_SPELLING: Readonly<Record<string, string>> = { start_key: 'startkey', end_key: 'endkey' };

/**
 * The query parameters with their JSON and boolean values read.
 * @throws CouchProblem 400
 */
export function readParameters(query: URLSearchParams): Parameters {
  const parameters: Parameters = {};
  for (const [given, text] of query) {
    const name = OTHER_SPELLING[given] ?? given;
    parameters[name] = parameterValue(name, text);
  }
  return parameters;
}

function parameterValue(name: string, text: string): unknown {
  if (BOOLEAN_PARAMETERS.has(name)) {
    if (text === 'true' || text === 'false') return text === 'true';
    throw queryParseError(`Invalid boolean parameter: ${JSON.stringify(name)}`);
  }
  if (!JSON_PARAMETERS.has(name)) return text;
  const json = parseJson(text);
  if (json === undefined) throw queryParseError(`Invalid value for ${name}`);
  return json;
}

/**
 * Parses parameters of a request.
 * @throws CouchProblem 400
 */
export function parseParameters<Shape>(schema: z.ZodType<Shape>, parameters: Parameters): Shape {
  const parsed = schema.safeParse(parameters);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw queryParseError(`Invalid value for ${issue?.path.join('.') ?? 'query'}: ${issue?.message ?? 'invalid'}`);
}
