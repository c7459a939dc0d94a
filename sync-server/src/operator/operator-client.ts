import { createReadStream, existsSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { CodedError } from '@uketsuke/shared/coded-error';
import { type BundleImportResponse, bundleImportResponseSchema, problemSchema } from '@uketsuke/shared/contracts';
import { readJson } from '@uketsuke/shared/json';
import { z } from 'zod';
import { startServer } from '../city/start-server.ts';
import { openCouch } from '../couch/couch.ts';
import { RequestRefusedError } from '../http/request-refused.ts';
import type { ServerLog } from '../http/server-log.ts';
import { holdsHub } from '../hub/hub-file.ts';
import { startHub } from '../hub/start-hub.ts';
import { KEYS_DATABASE } from '../identity/open-identity.ts';
import { type OperatorAccess, readOperatorFile } from './operator-file.ts';
import { operatorStateSchema, passwordResetSchema } from './operator-routes.ts';

const connectionErrorSchema = z.object({ code: z.enum(['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH']) });

/** No server runs over the data directory, and there is no city in it to work on. */
export class NoCityError extends CodedError<'no-city'> {
  override readonly name = 'NoCityError';
  constructor() {
    super('no-city', 'there is no city in this data directory');
  }
}

/** Where the server's data is. */
export interface ServerPlace {
  readonly dataDirectory: string;
  readonly couchdbUrl?: string;
  readonly databasePrefix?: string;
  /** 32 bytes, base64url */
  readonly masterKey?: string;
  readonly log: ServerLog;
}

/** Works on a server through its operator channel. */
export class OperatorClient {
  readonly #access: OperatorAccess;

  constructor(access: OperatorAccess) {
    this.#access = access;
  }

  /** @throws RequestRefusedError, the system's error when nobody listens */
  async state(): Promise<{ version: string }> {
    return operatorStateSchema.parse(await this.#json('GET', '/state'));
  }

  /** Throws in the middle when the server breaks off. */
  async *backup(): AsyncGenerator<Uint8Array> {
    const answer = await this.#ask('GET', '/backup');
    for await (const piece of answer) if (piece instanceof Uint8Array) yield piece;
  }

  /** @throws RequestRefusedError, the system's error */
  async importBundle(path: string): Promise<BundleImportResponse> {
    return bundleImportResponseSchema.parse(await this.#json('POST', '/bundles', path));
  }

  /** @throws RequestRefusedError */
  async resetPassword(username: string): Promise<{ username: string; oneTimePassword: string }> {
    return passwordResetSchema.parse(await this.#json('POST', `/staff/${encodeURIComponent(username)}/password`));
  }

  async #json(method: 'GET' | 'POST', path: string, file?: string): Promise<unknown> {
    return JSON.parse(await textOf(await this.#ask(method, path, file)));
  }

  async #ask(method: 'GET' | 'POST', path: string, file?: string): Promise<IncomingMessage> {
    const { url, token } = this.#access;
    const outgoing = request(`${url}${path}`, { method, headers: { authorization: `Bearer ${token}` } });
    const answering = new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once('response', resolve);
      outgoing.on('error', reject);
    });
    if (file === undefined) outgoing.end();
    // A refusal can come before all is sent: the answer tells, and the broken pipe is of no interest.
    else pipeline(createReadStream(file), outgoing).catch(() => {});
    const answer = await answering;
    if (answer.statusCode === 200) return answer;
    const problem = readJson(await textOf(answer), problemSchema);
    if (problem === undefined) throw new RequestRefusedError(answer.statusCode ?? 500, 'internal');
    throw new RequestRefusedError(problem.status, problem.code, problem.detail);
  }
}

/**
 * Works through the server or hub that runs over the data directory, or, when none does, through one started for this
 * alone: the city's server on loopback, a hub where it always listens.
 * @throws NoCityError, what `startServer`, `startHub` or `work` throws
 */
export async function withOperator<Result>(
  place: ServerPlace,
  work: (client: OperatorClient) => Promise<Result>,
): Promise<Result> {
  const running = await runningServer(place.dataDirectory);
  if (running !== undefined) return work(running);
  const server = await startAlone(place);
  try {
    const access = await readOperatorFile(place.dataDirectory);
    if (access === undefined) throw new NoCityError();
    return await work(new OperatorClient(access));
  } finally {
    await server.stop();
  }
}

/** Starts what the data directory is of: a shelter's hub, or the city's server. */
async function startAlone(place: ServerPlace): Promise<{ stop(): Promise<void> }> {
  if (await holdsHub(place.dataDirectory)) return startHub(place);
  if (!(await holdsCity(place))) throw new NoCityError();
  return startServer({ ...place, port: 0 });
}

/** The server that runs over the data directory; undefined when none answers. */
export async function runningServer(dataDirectory: string): Promise<OperatorClient | undefined> {
  const access = await readOperatorFile(dataDirectory);
  if (access === undefined) return undefined;
  const client = new OperatorClient(access);
  try {
    await client.state();
    return client;
  } catch (error) {
    // The file of a server that was killed; its port may meanwhile be another program's.
    if (connectionErrorSchema.safeParse(error).success || error instanceof RequestRefusedError) return undefined;
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

async function holdsCity(place: ServerPlace): Promise<boolean> {
  // Looking would make what is not there: a mistyped directory stays as it is.
  if (place.couchdbUrl === undefined && !existsSync(place.dataDirectory)) return false;
  const couch = await openCouch(place);
  try {
    const names = z.array(z.string()).parse(await couch.server.db.list());
    return names.includes(couch.databasePrefix + KEYS_DATABASE);
  } finally {
    await couch.close();
  }
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of answer) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString('utf8');
}
