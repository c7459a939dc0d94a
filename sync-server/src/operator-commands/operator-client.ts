import { createReadStream, existsSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { CodedError } from '@uketsuke/shared/coded-error';
import { ApiError, type Client, cityOperatorContracts, createClient, type Send } from '@uketsuke/shared/contracts';
import * as z from 'zod';
import { startServer } from '../city/start-server.ts';
import { openCouch } from '../couch/couch.ts';
import type { ServerLog } from '../http/server-log.ts';
import { holdsHub } from '../hub/hub-file.ts';
import { startHub } from '../hub/start-hub.ts';
import { KEYS_DATABASE } from '../identity/open-identity.ts';
import { type OperatorAccess, readOperatorFile } from '../operator/operator-file.ts';

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

/** Works on a server through its operator channel; uploads are files' paths. Calls reject with ApiError. */
export type OperatorClient = Client<typeof cityOperatorContracts, string>;

/** A client of the server that `access` is of. Where nobody listens its calls reject with the system's error. */
export function operatorClient(access: OperatorAccess): OperatorClient {
  return createClient(cityOperatorContracts, sendTo(access));
}

function sendTo({ url, token }: OperatorAccess): Send<string> {
  return async ({ method, path, headers, upload }) => {
    const outgoing = request(url + path, { method, headers: { ...headers, authorization: `Bearer ${token}` } });
    const answering = new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once('response', resolve);
      outgoing.on('error', reject);
    });
    if (upload === undefined) outgoing.end();
    // A refusal can come before all is sent: the answer tells, and the broken pipe is of no interest.
    else pipeline(createReadStream(upload), outgoing).catch(() => {});
    const answer = await answering;
    return new Response(streamOf(answer), { status: answer.statusCode ?? 500 });
  };
}

/** Breaks off with an error when the server does. */
function streamOf(answer: IncomingMessage): ReadableStream<Uint8Array> {
  const pieces = answer[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done === true) controller.close();
      else controller.enqueue(new Uint8Array(Buffer.from(value)));
    },
    cancel: () => {
      answer.destroy();
    },
  });
}

/** The bytes of a new backup. Throws in the middle when the server breaks off. */
export async function* backupOf(client: OperatorClient): AsyncGenerator<Uint8Array> {
  const reader = (await client.backup()).body?.getReader();
  for (let piece = await reader?.read(); piece?.value !== undefined; piece = await reader?.read()) yield piece.value;
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
    return await work(operatorClient(access));
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
  const client = operatorClient(access);
  try {
    await client.state();
    return client;
  } catch (error) {
    // The file of a server that was killed; its port may meanwhile be another program's.
    if (connectionErrorSchema.safeParse(error).success || error instanceof ApiError) return undefined;
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
